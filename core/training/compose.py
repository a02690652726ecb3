"""Composes sequences of study out of single samples, because no aligned corpus of learners is public.

States follow each other with dwell times (semi-Markov). The face is mostly there, voices are rare, words rarer and
stay for as long as the text window holds them. One modality may go bad for a while, disagree with the others, or be
missing throughout. Composed data makes modalities independent given the state, so fusion looks better here than on
real people: the model card says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray

from core.model.inputs import MODALITIES, Streams
from core.training.bank import BAD_TAKES, GOOD_TAKES, Bank, Shelf
from core.training.labels import CLASSES, NONE
from core.types import STATES

_NONE = CLASSES.index(NONE)


@dataclass(frozen=True, slots=True)
class ComposeSettings:
    """The generator's parameters. Times in hops of 0.5 s."""

    steps: int = 48
    dwell_least: int = 6
    dwell_mean: float = 16.0
    none_share: float = 0.2
    face_kept: tuple[int, int] = (2, 7)
    face_lost_share: float = 0.12
    blank_face_share: float = 0.2
    """How often a face shows nothing of the state that the learner is in."""
    voice_event_rate: float = 0.07
    voice_kept: tuple[int, int] = (3, 5)
    words_share: float = 0.65
    """How often a voice event brings words."""
    words_kept: int = 24
    noise_episode_share: float = 0.35
    conflict_share: float = 0.12
    missing_throughout_share: float = 0.12


@dataclass(frozen=True, eq=False)
class Sequence:
    """One composed sequence of T hops.

    vectors {m: (T, d_m)}, present (T, 3), target (T, 4) soft, state (T,) index into `CLASSES`, noisy (T, 3)
    """

    vectors: dict[str, NDArray[np.float16]]
    present: NDArray[np.bool_]
    target: NDArray[np.float32]
    state: NDArray[np.int64]
    noisy: NDArray[np.bool_]


def compose(bank: Bank, settings: ComposeSettings, rng: Generator) -> Sequence:
    """One sequence; the same generator state gives the same sequence."""
    state = _states(settings, rng)
    shown = {name: state.copy() for name in MODALITIES}
    conflict = _disagree(shown, rng) if rng.random() < settings.conflict_share else None
    noisy = _noise_episode(settings, rng)
    voice_events = rng.random(settings.steps) < settings.voice_event_rate
    visual, face_there = _visual_stream(bank.visual, shown["visual"], noisy[:, 1], settings, rng)
    audio, voice_there = _audio_stream(bank.audio, shown["audio"], noisy[:, 0], voice_events, settings, rng)
    text, words_there = _text_stream(bank.text, shown["text"], noisy[:, 2], voice_events, settings, rng)
    present = np.stack([voice_there, face_there, words_there], axis=1)
    present[:, rng.random(3) < settings.missing_throughout_share] = False
    target = _soft_targets(state)
    if conflict is not None:
        _share_targets(target, conflict, present)
    return Sequence({"audio": audio, "visual": visual, "text": text}, present, target, state, noisy)


def batch(sequences: list[Sequence]) -> tuple[Streams, torch.Tensor]:
    """Sequences of one length → streams (B, T, …) and soft targets (B, T, 4)."""
    stacked = {
        name: torch.from_numpy(np.stack([sequence.vectors[name] for sequence in sequences])).float()
        for name in MODALITIES
    }
    present = torch.from_numpy(np.stack([sequence.present for sequence in sequences]))
    targets = torch.from_numpy(np.stack([sequence.target for sequence in sequences]))
    return Streams(**stacked, present=present), targets


def _states(settings: ComposeSettings, rng: Generator) -> NDArray[np.int64]:
    """A semi-Markov walk: dwell times gamma-distributed above a least time, the next state any other one."""
    states: list[int] = []
    while len(states) < settings.steps:
        last = states[-1] if states else -1
        others = [state for state in range(len(STATES)) if state != last]
        to_none = last != _NONE and rng.random() < settings.none_share
        state = _NONE if to_none else int(rng.choice(others))
        dwell = settings.dwell_least + int(rng.gamma(2.0, (settings.dwell_mean - settings.dwell_least) / 2))
        states += [state] * dwell
    return np.array(states[: settings.steps])


def _soft_targets(state: NDArray[np.int64]) -> NDArray[np.float32]:
    """One-hot, or uniform for "none of these": the model learns to be undecided."""
    table = np.vstack([np.eye(len(STATES)), np.full(len(STATES), 1 / len(STATES))])
    return table[state].astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Conflict:
    """One modality (its place in `MODALITIES`) shows another state from step `start` until `end`."""

    modality: int
    start: int
    end: int
    other: int


def _disagree(shown: dict[str, NDArray[np.int64]], rng: Generator) -> _Conflict:
    """Let one modality show another state for half of the sequence."""
    modality = int(rng.integers(3))
    half = len(shown[MODALITIES[modality]]) // 2
    start = int(rng.integers(0, half))
    conflict = _Conflict(modality, start, start + half, int(rng.integers(len(STATES))))
    shown[MODALITIES[modality]][conflict.start : conflict.end] = conflict.other
    return conflict


def _share_targets(target: NDArray[np.float32], conflict: _Conflict, present: NDArray[np.bool_]) -> None:
    """Where the disagreeing modality is there, the target is shared between the two states."""
    steps = np.arange(len(target))
    seen = (steps >= conflict.start) & (steps < conflict.end) & present[:, conflict.modality]
    other = np.eye(len(STATES), dtype=np.float32)[conflict.other]
    target[seen] = 0.65 * target[seen] + 0.35 * other


def _noise_episode(settings: ComposeSettings, rng: Generator) -> NDArray[np.bool_]:
    noisy = np.zeros((settings.steps, 3), dtype=bool)
    if rng.random() < settings.noise_episode_share:
        start, length = int(rng.integers(settings.steps - 8)), int(rng.integers(6, 20))
        noisy[start : start + length, int(rng.integers(3))] = True
    return noisy


def _take(noisy: bool, rng: Generator) -> int:
    return int(GOOD_TAKES + rng.integers(BAD_TAKES) if noisy else rng.integers(GOOD_TAKES))


def _pick(shelf: Shelf, label: int, rng: Generator) -> int | None:
    """A sample of a class; a class without samples in this modality (boredom has hardly a voice) gives None."""
    places = shelf.of_class(label)
    return int(rng.choice(places)) if places.size else None


def _absent(shelf: Shelf, steps: int) -> tuple[NDArray[np.float16], NDArray[np.bool_]]:
    """A stream of a modality that is nowhere present, to be filled: vectors (T, d) and presence (T,)."""
    return np.zeros((steps, shelf.vectors.shape[-1]), dtype=np.float16), np.zeros(steps, dtype=bool)


def _visual_stream(
    shelf: Shelf, shown: NDArray[np.int64], noisy: NDArray[np.bool_], settings: ComposeSettings, rng: Generator
) -> tuple[NDArray[np.float16], NDArray[np.bool_]]:
    vectors, there = _absent(shelf, len(shown))
    step = 0
    while step < len(shown):
        end = min(step + int(rng.integers(*settings.face_kept, endpoint=True)), len(shown))
        label = _NONE if rng.random() < settings.blank_face_share else int(shown[step])
        place = _pick(shelf, label, rng)
        lost = rng.random() < settings.face_lost_share
        for at in range(step, end):
            if shown[at] != shown[step]:
                end = at
                break
            if place is not None and not lost:
                vectors[at], there[at] = shelf.vectors[place, _take(bool(noisy[at]), rng)], True
        step = end
    return vectors, there


def _audio_stream(
    shelf: Shelf,
    shown: NDArray[np.int64],
    noisy: NDArray[np.bool_],
    events: NDArray[np.bool_],
    settings: ComposeSettings,
    rng: Generator,
) -> tuple[NDArray[np.float16], NDArray[np.bool_]]:
    vectors, there = _absent(shelf, len(shown))
    for start in np.flatnonzero(events).tolist():
        place = _pick(shelf, int(shown[start]), rng)
        if place is not None:
            kept = int(rng.integers(*settings.voice_kept, endpoint=True))
            for at in range(start, min(start + kept, len(shown))):
                vectors[at], there[at] = shelf.vectors[place, _take(bool(noisy[at]), rng)], True
    return vectors, there


def _text_stream(
    shelf: Shelf,
    shown: NDArray[np.int64],
    noisy: NDArray[np.bool_],
    events: NDArray[np.bool_],
    settings: ComposeSettings,
    rng: Generator,
) -> tuple[NDArray[np.float16], NDArray[np.bool_]]:
    vectors, there = _absent(shelf, len(shown))
    for start in np.flatnonzero(events & (rng.random(len(events)) < settings.words_share)).tolist():
        place = _pick(shelf, int(shown[start]), rng)
        if place is not None:
            until = min(start + settings.words_kept, len(shown))
            vectors[start:until] = shelf.vectors[place, _take(bool(noisy[start]), rng)]
            there[start:until] = True
    return vectors, there
