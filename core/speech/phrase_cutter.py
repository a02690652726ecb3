"""Cuts sound into phrases: at pauses, and after a few seconds at the latest.

A detector decides frame by frame whether there is a voice. All times are counted in samples fed, so the phrases depend
on the sound alone and not on the pieces in which it arrives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.speech.voice_detector import FRAME
from core.types import SAMPLE_RATE_HZ, Samples

VOICED = 0.5
"""Probability from which a frame counts as voiced."""
FRAME_S = FRAME / SAMPLE_RATE_HZ
PAUSE = 10
"""Frames without voice that end a phrase (0.32 s). They are part of it: with fewer, more words are wrong."""
BEFORE = 8
"""Frames kept before the first voiced one (0.26 s), soft first consonants, as far as no phrase has them yet."""
LONGEST = 250
"""Frames of the longest phrase (8 s)."""
CUT_WITHIN = 62
"""A phrase that is too long is cut at the quietest place of so many last frames (2 s)."""
SMOOTHED = 3
"""Frames over which the loudness is averaged to find that place."""


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """Sound (N,) from sample `start` of all that was fed, and whether each of its frames is voiced."""

    start: int
    samples: Samples
    voiced: NDArray[np.bool_]

    @property
    def voiced_s(self) -> float:
        """Seconds with a voice."""
        return float(self.voiced.sum()) * FRAME_S


class PhraseCutter:
    """Collects one phrase after the other. `voice_probability` is called once for each frame, in order."""

    def __init__(self, voice_probability: Callable[[Samples], float]) -> None:
        self._voice_probability = voice_probability
        self._rest = np.zeros(0, np.float32)
        self._frames: list[Samples] = []
        self._voiced: list[bool] = []
        self._next = 0  # index of the frame after the last one

    def feed(self, samples: Samples) -> list[Phrase]:
        """Take (N,) samples; the phrases that ended in them."""
        sound = np.concatenate([self._rest, samples])
        whole = sound.size - sound.size % FRAME
        self._rest = sound[whole:]
        ended = (self._add(frame) for frame in sound[:whole].reshape(-1, FRAME))
        return [phrase for phrase in ended if phrase]

    def running(self) -> Phrase | None:
        """The phrase that has begun and not ended; None in a pause."""
        return self._phrase(len(self._frames)) if any(self._voiced) else None

    def flush(self) -> Phrase | None:
        """End the running phrase, if there is one."""
        phrase = self.running()
        self._keep_last(0)
        return phrase

    @property
    def running_frames(self) -> int:
        """Length of the running phrase in frames; 0 in a pause."""
        return len(self._frames) if any(self._voiced) else 0

    def _add(self, frame: Samples) -> Phrase | None:
        self._frames.append(frame)
        self._voiced.append(self._voice_probability(frame) >= VOICED)
        self._next += 1
        if not any(self._voiced):
            self._keep_last(BEFORE)
            return None
        if not any(self._voiced[-PAUSE:]):
            return self._end(len(self._frames))
        return self._end(self._quietest()) if len(self._frames) >= LONGEST else None

    def _end(self, frames: int) -> Phrase:
        """The first frames as a phrase; the next one begins after them."""
        phrase = self._phrase(frames)
        self._keep_last(len(self._frames) - frames)
        return phrase

    def _phrase(self, frames: int) -> Phrase:
        return Phrase(
            (self._next - len(self._frames)) * FRAME,
            np.concatenate(self._frames[:frames]),
            np.array(self._voiced[:frames]),
        )

    def _keep_last(self, frames: int) -> None:
        first = max(len(self._frames) - frames, 0)
        del self._frames[:first], self._voiced[:first]

    def _quietest(self) -> int:
        """Index of the frame after the quietest place: there, as a rule, a word ends."""
        power = np.array([float(np.square(frame).mean()) for frame in self._frames[-CUT_WITHIN:]])
        smooth = np.convolve(power, np.ones(SMOOTHED) / SMOOTHED, mode="valid")
        return len(self._frames) - CUT_WITHIN + int(smooth.argmin()) + SMOOTHED // 2 + 1
