"""Pairs of a lecture and a learner in one simulated room, with a fixed timetable.

The lecture pauses once, so that the learner also speaks alone; twice both speak. With headphones the lecture never
pauses, and the learner speaks alone three times while the reference is loud.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.training.loudspeaker.rooms import FRAME_S, RoomRecording, draw_setup, simulate
from core.training.loudspeaker.speech import Split, lecture, music, utterance
from core.types import SAMPLE_RATE_HZ, Samples

PairKind = Literal["loudspeaker", "music", "headphones"]
SECONDS = 33.0
PAUSE_S = (12.0, 17.0)
"""The lecture is silent then."""
SPOKEN_AT_S = (12.8, 19.0, 25.0)
"""The learner begins a sentence then: the first one alone, except with headphones."""
SETTLED_S = 4.0
"""Figures count from here on; how long the lag takes to be found is a figure of its own."""
MARGIN_S = 0.3
"""A sentence's words may be placed this far beside it."""

Frames = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SpokenSentence:
    """What the learner said, when, and whether the lecture played meanwhile."""

    text: str
    start_s: float
    end_s: float
    alone: bool


@dataclass(frozen=True, slots=True, eq=False)
class LecturePair:
    """One simulated recording with what is known about it."""

    kind: PairKind
    recording: RoomRecording
    sentences: tuple[SpokenSentence, ...]

    def lecture_only(self) -> Frames:
        """30-ms frames in which only the lecture is voiced, once the guard had time to settle."""
        if self.kind == "headphones":
            return np.zeros(round(SECONDS / FRAME_S), dtype=bool)
        return self._settled(self.recording.voiced(self.recording.lecture) & ~self._spoken())

    def learner_only(self) -> Frames:
        """Frames in which only the learner is voiced; with headphones the lecture plays, but is not heard."""
        others = self.recording.silent(self.recording.lecture)
        return self._settled(self.recording.voiced(self.recording.learner) & (others | (self.kind == "headphones")))

    def both(self) -> Frames:
        """Frames in which both are voiced."""
        if self.kind == "headphones":
            return np.zeros(round(SECONDS / FRAME_S), dtype=bool)
        voiced = self.recording.voiced
        return self._settled(voiced(self.recording.lecture) & voiced(self.recording.learner))

    def during_sentence(self, t_s: float) -> SpokenSentence | None:
        """The learner's sentence at a moment; None if there is none."""
        for sentence in self.sentences:
            if sentence.start_s - MARGIN_S <= t_s <= sentence.end_s + MARGIN_S:
                return sentence
        return None

    def _spoken(self) -> Frames:
        """Frames from the beginning of a sentence until its sound has died away."""
        times = np.arange(round(SECONDS / FRAME_S)) * FRAME_S
        spoken = np.zeros(times.size, dtype=bool)
        for sentence in self.sentences:
            spoken |= (times > sentence.start_s - MARGIN_S) & (times < sentence.end_s + 2 * MARGIN_S)
        return spoken

    def _settled(self, frames: Frames) -> Frames:
        return frames & (np.arange(frames.size) * FRAME_S >= SETTLED_S)


def draw_pair(split: Split, kind: PairKind, rng: Generator) -> LecturePair:
    """Draws speakers, sentences and a room."""
    played = music(SECONDS, rng) if kind == "music" else lecture(split, SECONDS, rng)
    if kind != "headphones":
        played[round(PAUSE_S[0] * SAMPLE_RATE_HZ) : round(PAUSE_S[1] * SAMPLE_RATE_HZ)] = 0.0
    spoken = np.zeros(played.size, dtype=np.float32)
    sentences = tuple(_say(split, start_s, spoken, kind, rng) for start_s in SPOKEN_AT_S)
    setup = draw_setup(rng, headphones=kind == "headphones")
    return LecturePair(kind, simulate(setup, played, spoken, rng), sentences)


def _say(split: Split, start_s: float, spoken: Samples, kind: PairKind, rng: Generator) -> SpokenSentence:
    said = utterance(split, rng)
    start = round(start_s * SAMPLE_RATE_HZ)
    spoken[start : start + said.samples.size] = said.samples[: spoken.size - start]
    alone = kind == "headphones" or start_s < PAUSE_S[1]
    return SpokenSentence(said.text, start_s, start_s + said.samples.size / SAMPLE_RATE_HZ, alone)
