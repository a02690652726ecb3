"""Whose voice the microphone's sound holds, stretch by stretch, as the loudspeaker guard decided it.

Written where sound arrives, read when a window is cut and when words are published. Without a reference of what the
computer plays nothing is ever written, and every voice counts as the learner's.
"""

from __future__ import annotations

from collections import deque
from itertools import takewhile
from threading import Lock

from core.buffers.voice_islands import REACH_S, without_islands
from core.buffers.voice_stretch import VoiceStretch
from core.types import Speaker, Word

_STRETCHES_KEPT = 2048
"""A minute and more, even if the speaker changes with every frame of 30 ms."""
_JOINS_S = 1e-6
"""Stretches of one speaker that meet within this become one."""

INEXACT_S = 0.15
"""Recognisers give the times of words to about this (median error of Moonshine's: 0.13 s)."""


class VoiceLog:
    """The last stretches, bounded. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stretches: deque[VoiceStretch] = deque(maxlen=_STRETCHES_KEPT)

    def add(self, stretch: VoiceStretch) -> None:
        """Append a stretch that begins no earlier than the last one ended."""
        with self._lock:
            last = self._stretches[-1] if self._stretches else None
            if last and last.speaker == stretch.speaker and abs(last.end_s - stretch.start_s) <= _JOINS_S:
                self._stretches[-1] = VoiceStretch(last.start_s, stretch.end_s, last.speaker)
            else:
                self._stretches.append(stretch)

    def within(self, start_s: float, end_s: float) -> tuple[VoiceStretch, ...]:
        """The stretches that overlap [start_s, end_s), cut to it; scraps of the computer's voice are its own."""
        with self._lock:
            later = takewhile(lambda stretch: stretch.end_s > start_s - REACH_S, reversed(self._stretches))
            around = [stretch for stretch in later if stretch.start_s < end_s + REACH_S][::-1]
        return tuple(
            VoiceStretch(max(stretch.start_s, start_s), min(stretch.end_s, end_s), stretch.speaker)
            for stretch in without_islands(around)
            if stretch.end_s > start_s and stretch.start_s < end_s
        )

    def by_computer(self, start_s: float, end_s: float) -> tuple[tuple[float, float], ...]:
        """The parts of [start_s, end_s) in which only the computer spoke, as (start, end)."""
        return tuple(
            (stretch.start_s, stretch.end_s) for stretch in self.within(start_s, end_s) if stretch.speaker == "computer"
        )

    def speaker(self, start_s: float, end_s: float) -> Speaker:
        """Who spoke in [start_s, end_s): "computer" only if it alone spoke for more than half of the voiced part.

        Otherwise the longer of "learner" and "both"; "nobody" if none of it is known to be voiced.
        """
        seconds = self._voiced_s(start_s, end_s)
        computer_s = seconds.pop("computer", 0.0)
        if computer_s > sum(seconds.values()):
            return "computer"
        return max(seconds, key=lambda speaker: seconds[speaker], default="nobody")

    def is_by_computer(self, word: Word) -> bool:
        """Whether only the computer spoke in more than half of what was voiced where the word was said.

        As its time is inexact, what was voiced just before and after it counts too, and must be half as long as it.
        """
        seconds = self._voiced_s(word.start_s - INEXACT_S, word.end_s + INEXACT_S)
        computer_s = seconds.pop("computer", 0.0)
        return computer_s > sum(seconds.values()) and computer_s >= (word.end_s - word.start_s) / 2

    def _voiced_s(self, start_s: float, end_s: float) -> dict[Speaker, float]:
        seconds: dict[Speaker, float] = {}
        for stretch in self.within(start_s, end_s):
            if stretch.speaker != "nobody":
                seconds[stretch.speaker] = seconds.get(stretch.speaker, 0.0) + stretch.end_s - stretch.start_s
        return seconds
