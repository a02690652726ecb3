"""Stages a composed sequence as a recording: faces on a moving background, voices separated by silence, words.

A sequence only holds which sample occurs when; staging produces the matching camera and microphone signals. A face is
pasted at the size at which the crop of its detector box gives the original picture back. A voice starts with the first
step of its sample and plays to its end; the words of a text are spoken one after another from its first step on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.features.face import sighting_of
from core.features.face_crop import CROP_PX, CROP_SIDE
from core.features.tokens import as_spoken
from core.model.inputs import MODALITIES
from core.training.fusion.embedding_bank import GOOD_TAKES
from core.training.fusion.sequence_composer import ABSENT, ComposedSequence
from core.training.pack import augment
from core.training.pack.data import Pack
from core.types import SAMPLE_RATE_HZ, FaceBox, Reason, Rgb, Samples, Sighting, VideoFrame, Word

RATE_HZ = 30
"""Frames per second, as of most webcams."""
SIZE = (480, 360)
"""Width and height of the frames."""
WORD_S = 0.3
"""Duration of a spoken word."""
_SIDE = CROP_PX / CROP_SIDE
BOX = FaceBox((SIZE[0] - _SIDE) / 2, (SIZE[1] - _SIDE) / 2, _SIDE, _SIDE, 0.9)
"""The face's box: centred, and sized so that the crop is CROP_PX wide and needs no scaling."""
_LEFT, _TOP = (SIZE[0] - CROP_PX) // 2, (SIZE[1] - CROP_PX) // 2
_BACKGROUNDS = 90
"""The background repeats after this many frames."""
_SLACK_S = 1e-3
"""Tolerance for containers, which round time stamps by up to half a millisecond."""


@dataclass(frozen=True, eq=False)
class StagedRecording:
    """A recording before it is written: a face (CROP_PX, CROP_PX) or None per step, sound (N,) int16, words."""

    hop_s: float
    faces: tuple[NDArray[np.uint8] | None, ...]
    sound: NDArray[np.int16]
    words: tuple[Word, ...]

    @property
    def samples(self) -> Samples:
        """The sound in the format of an audio source, (N,) in [-1, 1]."""
        samples: Samples = self.sound.astype(np.float32) / 32768.0
        return samples

    def face_at(self, t_s: float) -> NDArray[np.uint8] | None:
        """The face shown at a time."""
        return self.faces[min(int((t_s + _SLACK_S) / self.hop_s), len(self.faces) - 1)]

    def frame(self, number: int) -> VideoFrame:
        """Renders frame `number`, counted from 0."""
        t_s = number / RATE_HZ
        rgb = _background(number % _BACKGROUNDS).copy()
        face = self.face_at(t_s)
        if face is not None:
            rgb[_TOP : _TOP + CROP_PX, _LEFT : _LEFT + CROP_PX] = face[..., None]
        return VideoFrame(t_s, rgb)

    def frames(self) -> Iterator[VideoFrame]:
        """Renders all frames."""
        return (self.frame(number) for number in range(round(len(self.faces) * self.hop_s * RATE_HZ)))


class KnownFace:
    """A face finder that takes the face's position from the staged recording."""

    def __init__(self, staged: StagedRecording) -> None:
        self._staged = staged

    def reset(self) -> None:
        """Does nothing: there is no state."""

    def look(self, frame: VideoFrame) -> Sighting:
        """Returns the staged face at the frame's time."""
        there = self._staged.face_at(frame.t_s) is not None
        return sighting_of(frame, BOX if there else None, int(there), None if there else Reason.NO_FACE)


def stage(sequence: ComposedSequence, pack: Pack, hop_s: float, rng: Generator) -> StagedRecording:
    """Stages a sequence of this pack's samples; the degraded takes are generated again."""
    return StagedRecording(
        hop_s,
        tuple(_faces(sequence, pack, rng)),
        _sound(sequence, pack, hop_s, rng),
        tuple(_words(sequence, pack, hop_s)),
    )


@dataclass(frozen=True, slots=True)
class _SampleRun:
    """A sample of the pack (its index) from step `start` to `end`; `bad` is a noisy sensor."""

    place: int
    start: int
    end: int
    bad: bool


def _sample_runs(sequence: ComposedSequence, modality: str) -> Iterator[_SampleRun]:
    """Yields runs of one sample in a good or a bad take, without absences."""
    track, there = sequence.tracks[modality], sequence.present[:, MODALITIES.index(modality)]
    samples = np.where(there, track.sample, ABSENT)
    bad = track.take >= GOOD_TAKES
    changed = np.flatnonzero((samples[1:] != samples[:-1]) | (bad[1:] != bad[:-1])) + 1
    for start, end in zip([0, *changed.tolist()], [*changed.tolist(), len(samples)], strict=True):
        if samples[start] != ABSENT:
            place = getattr(sequence.bank, modality).places[samples[start]]
            yield _SampleRun(int(place), start, end, bool(bad[start]))


def _starts(sequence: ComposedSequence, modality: str) -> list[_SampleRun]:
    """Runs that start a sample; a change between good and bad takes continues it."""
    found: list[_SampleRun] = []
    for run in _sample_runs(sequence, modality):
        if not found or (found[-1].place, found[-1].end) != (run.place, run.start):
            found.append(run)
    return found


def _faces(sequence: ComposedSequence, pack: Pack, rng: Generator) -> list[NDArray[np.uint8] | None]:
    import cv2

    faces: list[NDArray[np.uint8] | None] = [None] * len(sequence.present)
    for run in _sample_runs(sequence, "visual"):
        grey = pack.pictures[run.place]
        shown = augment.degraded(grey, rng) if run.bad else grey
        large = np.asarray(cv2.resize(shown, (CROP_PX, CROP_PX), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
        faces[run.start : run.end] = [large] * (run.end - run.start)
    return faces


def _sound(sequence: ComposedSequence, pack: Pack, hop_s: float, rng: Generator) -> NDArray[np.int16]:
    """Plays each voice from its first step until it ends or the next one begins."""
    hop = round(hop_s * SAMPLE_RATE_HZ)
    sound = np.zeros(len(sequence.present) * hop, dtype=np.int16)
    for run in _starts(sequence, "audio"):
        clip = pack.samples(run.place)
        played = augment.add_noise(clip, rng.uniform(-8, 3), rng) if run.bad else clip
        place = sound[run.start * hop :]
        place[:] = 0
        count = min(played.size, place.size)
        place[:count] = np.clip(played[:count] * 32768.0, -32768, 32767).astype(np.int16)
    return sound


def _words(sequence: ComposedSequence, pack: Pack, hop_s: float) -> Iterator[Word]:
    """Speaks each text from its first step until it ends or the next one begins."""
    starts = _starts(sequence, "text")
    ends = [*(run.start for run in starts), len(sequence.present)][1:]
    for run, until in zip(starts, ends, strict=True):
        for number, word in enumerate(as_spoken(pack.texts[run.place].text).split()):
            start_s = round(run.start * hop_s + number * WORD_S, 3)
            end_s = round(start_s + WORD_S, 3)
            if end_s <= until * hop_s:
                yield Word(word, start_s, end_s)


@lru_cache(maxsize=_BACKGROUNDS)
def _background(phase: int) -> Rgb:
    """A grey wall with moving light, so that the picture never freezes."""
    x, y = np.arange(SIZE[0]) / SIZE[0], np.arange(SIZE[1])[:, None] / SIZE[1]
    turn = phase / _BACKGROUNDS
    light = 118 + 22 * np.sin(2 * np.pi * (x + turn)) + 16 * np.cos(2 * np.pi * (y - turn))
    return np.stack([light, 0.98 * light, 0.95 * light], axis=-1).astype(np.uint8)
