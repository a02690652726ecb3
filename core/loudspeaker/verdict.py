"""Decides who speaks in each 30-ms frame while the reference is loud, from what the canceller left of the sound."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from core.types import Speaker

VOICED_DB = 6.0
"""A frame is voiced from so far above the noise floor on."""
FLOOR_FRAMES = 200
"""The noise floor is the tenth percentile over so many frames (6 s): a lecturer pauses more often than that."""
FLOOR_MIN, FLOOR_MAX = 1e-9, 1e-5
"""Range of the noise floor. What is louder than its top (-50 dBFS) is voiced even if it never pauses, as music does."""
EXPLAINED_DB = 12.0
"""The canceller removed at least this much: only the computer speaks. Chosen in 24 simulated rooms, where 10, 12 and
14 dB marked 98, 98 and 97 % of the frames of a lecture alone, and 34, 28 and 22 % of those in which both spoke."""
PARTLY_DB = 3.0
"""It removed at least this much: both speak. 98 % of the frames of learners with headphones stayed below it."""
BEFORE, AFTER = 4, 1
"""Frames before and after a frame over which powers are averaged for its verdict. With 2 before, 33 % of the frames in
which both spoke were marked as the computer's, not 28; one more after would hold all sound for 30 ms longer."""


@dataclass(frozen=True, slots=True)
class FramePowers:
    """Mean squares of one frame: of the microphone's sound, and of what the canceller left of it."""

    heard: float
    left: float


class VerdictMaker:
    """Takes powers frame by frame; gives the verdict on the frame `AFTER` frames earlier."""

    def __init__(self) -> None:
        self._recent: deque[FramePowers] = deque(maxlen=BEFORE + 1 + AFTER)
        self._heard: deque[float] = deque(maxlen=FLOOR_FRAMES)

    def add(self, powers: FramePowers) -> None:
        """Take one frame."""
        self._recent.append(powers)
        self._heard.append(powers.heard)

    def decide(self, ago: int) -> Speaker:
        """Who spoke `ago` frames before the newest one, judged by the frames around it."""
        heard = sum(near.heard for near in self._recent)
        left = sum(near.left for near in self._recent)
        removed_db = 10 * np.log10((heard + 1e-12) / (left + 1e-12))
        if removed_db >= EXPLAINED_DB:
            return "computer"
        floor = min(max(float(np.percentile(self._heard, 10)), FLOOR_MIN), FLOOR_MAX)
        if self._recent[-1 - ago].heard < floor * 10 ** (VOICED_DB / 10):
            return "nobody"
        return "both" if removed_db >= PARTLY_DB else "learner"

    def break_off(self) -> None:
        """The next frame does not follow the last one; the noise floor stays."""
        self._recent.clear()
