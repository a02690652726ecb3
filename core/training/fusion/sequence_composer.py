"""Composes study sequences out of single samples, because no aligned corpus of learners is public.

States follow each other as a semi-Markov process: each lasts for a gamma-distributed time and is left for another by a
transition table. The face is mostly present, lost and found again; voices are rare, words rarer, and words stay for as
long as the text window holds them. One modality may be noisy for a while, show another state than the rest, or be
missing throughout. Presence never depends on the state, so that silence carries no information about it.

Composed data makes modalities independent given the state, so fusion looks better here than on real people; the model
card states this. A sequence only holds *which* sample occurs when; vectors are looked up when a batch is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray

from core.model.inputs import MODALITIES, Streams
from core.training.fusion.embedding_bank import BAD_TAKES, GOOD_TAKES, EmbeddingBank, ModalityEmbeddings
from core.training.pack.labels import CLASSES, NONE
from core.types import STATES

_NONE = CLASSES.index(NONE)
_TEXT = MODALITIES.index("text")
ABSENT = -1
HOP_S = 0.5
"""Seconds in a step."""


def _dwell_means() -> dict[str, float]:
    return {"Confused": 14.0, "Curious": 16.0, "Bored": 24.0, "Frustrated": 12.0, NONE: 18.0}


def _transitions() -> dict[str, dict[str, float]]:
    return {
        "Confused": {"Curious": 0.35, "Frustrated": 0.35, "Bored": 0.10, NONE: 0.20},
        "Curious": {"Confused": 0.45, "Frustrated": 0.10, "Bored": 0.15, NONE: 0.30},
        "Bored": {"Confused": 0.15, "Curious": 0.25, "Frustrated": 0.30, NONE: 0.30},
        "Frustrated": {"Confused": 0.30, "Curious": 0.15, "Bored": 0.35, NONE: 0.20},
        NONE: {"Confused": 0.30, "Curious": 0.30, "Bored": 0.25, "Frustrated": 0.15},
    }


@dataclass(frozen=True, slots=True)
class ComposeSettings:
    """The generator's parameters. Times in hops of 0.5 s; "share" is a probability, "rate" a probability per hop.

    The shape of `transitions` follows observations of learners (D'Mello and Graesser 2012, Learning and Instruction 22:
    engagement and confusion alternate, unresolved confusion turns into frustration, frustration into boredom); its
    numbers are ours. Dwell times are compressed: real ones last minutes.
    """

    steps: int = 48
    dwell_least: int = 6
    dwell_shape: float = 2.0
    """Of the gamma distribution above the minimum time."""
    dwell_means: Mapping[str, float] = field(default_factory=_dwell_means)
    transitions: Mapping[str, Mapping[str, float]] = field(default_factory=_transitions)
    """From each state to the others; rows sum to 1, no state follows itself."""
    face_kept: tuple[int, int] = (2, 7)
    """How many hops one face image is shown."""
    face_lost_rate: float = 0.02
    face_lost_mean: float = 6.0
    blank_face_share: float = 0.2
    """How often a face shows nothing of the learner's state."""
    voice_event_rate: float = 0.07
    voice_kept: tuple[int, int] = (3, 5)
    words_share: float = 0.65
    """How often a voice event has words."""
    words_kept: int = 24
    noise_episode_share: float = 0.35
    noise_length: tuple[int, int] = (6, 20)
    conflict_share: float = 0.12
    conflict_weight: float = 0.35
    """The disagreeing modality's share of the target while it is present."""
    missing_throughout_share: float = 0.12


@dataclass(frozen=True, slots=True, eq=False)
class SampleTrack:
    """Which sample is at each step, `ABSENT` for none, and in which take: both (T,)."""

    sample: NDArray[np.int64]
    take: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class ComposedSequence:
    """One composed sequence of T hops.

    present (T, 3), target (T, 4) soft, state (T,) index into `CLASSES`, noisy (T, 3), conflict (T,),
    words_from (T,) the step at which the newest words were said; arbitrary before the first ones
    """

    bank: EmbeddingBank
    tracks: dict[str, SampleTrack]
    present: NDArray[np.bool_]
    target: NDArray[np.float32]
    state: NDArray[np.int64]
    noisy: NDArray[np.bool_]
    conflict: NDArray[np.bool_]
    words_from: NDArray[np.int64]

    @property
    def since_word_s(self) -> NDArray[np.float32]:
        """(T,) seconds since the last word, as `core.model.inputs.Streams` has them. Words end in their first step.

        NaN before the first words, and where the text was removed although there were words. Words of which the
        learner had no step at all were never heard.
        """
        there = self.tracks["text"].sample != ABSENT
        heard = there & self.present[:, _TEXT]
        last = np.maximum.accumulate(np.where(heard, self.words_from, -1))
        unknown = (last < 0) | (there & ~heard)
        return np.where(unknown, np.nan, HOP_S * (np.arange(len(last)) - last)).astype(np.float32)

    @property
    def vectors(self) -> dict[str, NDArray[np.float16]]:
        """{m: (T, d_m)}; the content is arbitrary where a modality is absent."""
        return {name: getattr(self.bank, name).vectors[track.sample, track.take] for name, track in self.tracks.items()}

    def on(self, bank: EmbeddingBank) -> ComposedSequence:
        """The same sequence with vectors from another bank of the same samples."""
        return replace(self, bank=bank)


def compose(bank: EmbeddingBank, settings: ComposeSettings, rng: Generator) -> ComposedSequence:
    """Composes one sequence; the same generator state gives the same sequence."""
    state = states(settings, rng)
    shown = {name: state.copy() for name in MODALITIES}
    conflict = _disagree(shown, rng) if rng.random() < settings.conflict_share else None
    noisy = _noise_episode(settings, rng)
    voice_events = rng.random(settings.steps) < settings.voice_event_rate
    with_words = voice_events & (rng.random(settings.steps) < settings.words_share)
    words_from = np.maximum.accumulate(np.where(with_words, np.arange(settings.steps), 0))
    tracks = {
        "audio": _event_track(bank.audio, shown["audio"], noisy[:, 0], voice_events, settings.voice_kept, rng),
        "visual": _face_track(bank.visual, shown["visual"], noisy[:, 1], settings, rng),
        "text": _words_track(bank.text, shown["text"], noisy[:, 2], with_words, words_from, settings.words_kept, rng),
    }
    present = np.stack([tracks[name].sample != ABSENT for name in MODALITIES], axis=1)
    present[:, rng.random(3) < settings.missing_throughout_share] = False
    target = _soft_targets(state)
    disputed = np.zeros(settings.steps, dtype=bool)
    if conflict is not None:
        disputed = _share_targets(target, conflict, present, settings.conflict_weight)
    return ComposedSequence(bank, tracks, present, target, state, noisy, disputed, words_from)


def batch(sequences: list[ComposedSequence]) -> tuple[Streams, torch.Tensor]:
    """Batches sequences of one bank and length → streams (B, T, …) and soft targets (B, T, 4)."""
    bank = sequences[0].bank
    streams = {}
    for name in MODALITIES:
        sample, take = picks(sequences, name)
        streams[name] = torch.from_numpy(getattr(bank, name).vectors[sample, take]).float()
    streams |= {"present": presence(sequences), "since_word_s": word_ages(sequences)}
    return Streams(**streams), soft_targets(sequences)


def picks(sequences: list[ComposedSequence], modality: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Samples and takes of one modality, (B, T) each."""
    tracks = [sequence.tracks[modality] for sequence in sequences]
    return np.stack([track.sample for track in tracks]), np.stack([track.take for track in tracks])


def presence(sequences: list[ComposedSequence]) -> torch.Tensor:
    """(B, T, 3)."""
    return torch.from_numpy(np.stack([sequence.present for sequence in sequences]))


def word_ages(sequences: list[ComposedSequence]) -> torch.Tensor:
    """(B, T) seconds since the last word."""
    return torch.from_numpy(np.stack([sequence.since_word_s for sequence in sequences]))


def soft_targets(sequences: list[ComposedSequence]) -> torch.Tensor:
    """(B, T, 4)."""
    return torch.from_numpy(np.stack([sequence.target for sequence in sequences]))


def states(settings: ComposeSettings, rng: Generator) -> NDArray[np.int64]:
    """Draws the semi-Markov process, (T,) indices into `CLASSES`, starting at a random point of a dwell time."""
    walk: list[int] = []
    state = int(rng.integers(len(CLASSES)))
    walk += [state] * int(rng.integers(1, _dwell(state, settings, rng), endpoint=True))
    while len(walk) < settings.steps:
        row = settings.transitions[CLASSES[state]]
        state = CLASSES.index(str(rng.choice(list(row), p=list(row.values()))))
        walk += [state] * _dwell(state, settings, rng)
    return np.array(walk[: settings.steps])


def _dwell(state: int, settings: ComposeSettings, rng: Generator) -> int:
    beyond = settings.dwell_means[CLASSES[state]] - settings.dwell_least
    return settings.dwell_least + round(rng.gamma(settings.dwell_shape, beyond / settings.dwell_shape))


def _soft_targets(state: NDArray[np.int64]) -> NDArray[np.float32]:
    """One-hot, or uniform for "none of these", which trains the model to be undecided."""
    table = np.vstack([np.eye(len(STATES)), np.full(len(STATES), 1 / len(STATES))])
    return table[state].astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Conflict:
    """One modality (its index in `MODALITIES`) shows another state from step `start` to `end`."""

    modality: int
    start: int
    end: int
    other: int


def _disagree(shown: dict[str, NDArray[np.int64]], rng: Generator) -> _Conflict:
    """Lets one modality show another state for half of the sequence."""
    modality = int(rng.integers(3))
    half = len(shown[MODALITIES[modality]]) // 2
    start = int(rng.integers(0, half))
    conflict = _Conflict(modality, start, start + half, int(rng.integers(len(STATES))))
    shown[MODALITIES[modality]][conflict.start : conflict.end] = conflict.other
    return conflict


def _share_targets(
    target: NDArray[np.float32], conflict: _Conflict, present: NDArray[np.bool_], weight: float
) -> NDArray[np.bool_]:
    """Shares the target between the two states where the disagreeing modality is present; returns those steps."""
    steps = np.arange(len(target))
    seen = (steps >= conflict.start) & (steps < conflict.end) & present[:, conflict.modality]
    other = np.eye(len(STATES), dtype=np.float32)[conflict.other]
    target[seen] = (1.0 - weight) * target[seen] + weight * other
    return seen


def _noise_episode(settings: ComposeSettings, rng: Generator) -> NDArray[np.bool_]:
    noisy = np.zeros((settings.steps, 3), dtype=bool)
    if rng.random() < settings.noise_episode_share:
        start = int(rng.integers(settings.steps - settings.noise_length[0]))
        length = int(rng.integers(*settings.noise_length, endpoint=True))
        noisy[start : start + length, int(rng.integers(3))] = True
    return noisy


def _takes(noisy: NDArray[np.bool_], rng: Generator) -> NDArray[np.int64]:
    """Draws a take for each step, a bad one where the sensor is noisy, (T,)."""
    good, bad = rng.integers(GOOD_TAKES, size=noisy.size), GOOD_TAKES + rng.integers(BAD_TAKES, size=noisy.size)
    return np.where(noisy, bad, good)


def _pick(embeddings: ModalityEmbeddings, label: int, rng: Generator) -> int:
    """Draws a sample of a class; `ABSENT` for a class without samples in this modality."""
    places = embeddings.by_class[label]
    return int(places[rng.integers(places.size)]) if places.size else ABSENT


def _face_track(
    embeddings: ModalityEmbeddings,
    shown: NDArray[np.int64],
    noisy: NDArray[np.bool_],
    settings: ComposeSettings,
    rng: Generator,
) -> SampleTrack:
    """Draws faces that change every few steps and with the state, lost for a while and found again."""
    sample = np.full(len(shown), ABSENT)
    step = 0
    while step < len(shown):
        end = min(step + int(rng.integers(*settings.face_kept, endpoint=True)), len(shown))
        changed = np.flatnonzero(shown[step:end] != shown[step])
        end = step + int(changed[0]) if changed.size else end
        label = _NONE if rng.random() < settings.blank_face_share else int(shown[step])
        sample[step:end] = _pick(embeddings, label, rng)
        step = end
    for start in np.flatnonzero(rng.random(len(shown)) < settings.face_lost_rate).tolist():
        sample[start : start + 1 + int(rng.exponential(settings.face_lost_mean))] = ABSENT
    return SampleTrack(sample, _takes(noisy, rng))


def _event_track(
    embeddings: ModalityEmbeddings,
    shown: NDArray[np.int64],
    noisy: NDArray[np.bool_],
    events: NDArray[np.bool_],
    kept: tuple[int, int],
    rng: Generator,
) -> SampleTrack:
    """Draws events; a sample stays for some steps or until the next event, and has the state of its first step."""
    sample, take = np.full(len(shown), ABSENT), _takes(noisy, rng)
    for start in np.flatnonzero(events).tolist():
        until = min(start + int(rng.integers(*kept, endpoint=True)), len(shown))
        sample[start:until] = _pick(embeddings, int(shown[start]), rng)
    return SampleTrack(sample, take)


def _words_track(
    embeddings: ModalityEmbeddings,
    shown: NDArray[np.int64],
    noisy: NDArray[np.bool_],
    events: NDArray[np.bool_],
    said_at: NDArray[np.int64],
    kept: int,
    rng: Generator,
) -> SampleTrack:
    """Draws words, which keep the take of the step at which they were said while they stay in the text window."""
    track = _event_track(embeddings, shown, noisy, events, (kept, kept), rng)
    return SampleTrack(track.sample, track.take[said_at])
