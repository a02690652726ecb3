"""Maps a recogniser's own time (seconds of sound fed) back to the session clock, across gaps."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from core.types import SAMPLE_RATE_HZ, Samples

CONTINUES_S = 0.001
"""Blocks that meet within this are continuous (times are rounded on their way)."""
REMEMBERED = 64
"""Continuous stretches kept; words never lie further back than one sentence."""


class AudioPosition:
    """Counts the samples fed to a recogniser, and keeps where each continuous stretch began."""

    def __init__(self) -> None:
        self._fed = 0
        self._stretches: list[tuple[float, float]] = []  # (own time, session time) of the beginning of each

    @property
    def fed_s(self) -> float:
        """Seconds fed so far."""
        return self._fed / SAMPLE_RATE_HZ

    def gap_s(self, start_s: float) -> float:
        """Distance of `start_s` from the end of the last block; 0 before the first block."""
        return start_s - self.session_s(self.fed_s) if self._stretches else 0.0

    def add(self, samples: int, start_s: float) -> None:
        """Record that so many samples from session time `start_s` are fed."""
        if not self._stretches or abs(self.gap_s(start_s)) > CONTINUES_S:
            self._stretches = [*self._stretches[-REMEMBERED:], (self.fed_s, start_s)]
        self._fed += samples

    def session_s(self, own_s: float) -> float:
        """The session time of a recogniser's own time."""
        place = max(0, bisect_right(self._stretches, (own_s, float("inf"))) - 1)
        own_start_s, start_s = self._stretches[place]
        return start_s + own_s - own_start_s


def to_pcm(samples: Samples) -> bytes:
    """(N,) samples in [-1, 1] as 16-bit little-endian PCM."""
    return (np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()
