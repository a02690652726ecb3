"""Finds how late the microphone hears what the computer plays, by GCC-PHAT, and whether it hears it at all.

GCC-PHAT is a cross-correlation in which every frequency has the same weight, so that it peaks at the direct sound and
not at the echoes of the room. With headphones there is no peak.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.types import SAMPLE_RATE_HZ, Samples

LAG_MIN_S, LAG_MAX_S = -0.05, 0.33
"""Range of lags: below zero where the two devices' times disagree; Bluetooth loudspeakers are up to 0.3 s late."""
WINDOW_S = 1.5
"""Sound that one estimate compares."""
EVERY_S = 0.5
CLEAR_PEAK = 8.0
"""Height of a clear peak over the correlation's RMS. In simulated rooms real peaks were 10 to 60 high, accidental ones
4 to 6; two voices of a like pitch reached 27 at times, but not twice at one lag."""
AGREES_S = 0.004
"""Clear peaks that are this close support each other."""
SUPPORT = 3
"""So many clear peaks in a row that agree give the lag."""
MOVED_S = 0.012
"""A lag that has moved less than this is left alone: the canceller follows by itself."""
UNHEARD_AFTER = 16
"""After so many estimates without a clear peak (8 s of loud reference), the microphone hears the computer no more."""
_BAND_HZ = (200.0, 6500.0)


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest peak of one correlation: its lag, and its height over the correlation's RMS."""

    lag_s: float
    height: float


def correlate(microphone: Samples, reference: Samples) -> Peak:
    """GCC-PHAT of the microphone's sound (N,) and the reference from `LAG_MAX_S` before it to `-LAG_MIN_S` after it."""
    size = 1 << (reference.size + microphone.size - 1).bit_length()
    cross = np.conj(np.fft.rfft(microphone, size)) * np.fft.rfft(reference, size)
    hz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE_HZ)
    cross[(hz < _BAND_HZ[0]) | (hz > _BAND_HZ[1])] = 0.0
    cross /= np.abs(cross) + 1e-9
    found = np.fft.irfft(cross, size)[: reference.size - microphone.size + 1]
    best = int(found.argmax())
    rms = float(np.sqrt(np.mean(np.square(found))))
    return Peak(LAG_MAX_S - best / SAMPLE_RATE_HZ, float(found[best]) / rms if rms > 0 else 0.0)


class LagTracker:
    """Turns peaks into a lag that is trusted. `lag_s` is None while the microphone does not hear the computer."""

    def __init__(self) -> None:
        self.lag_s: float | None = None
        self._agreeing: list[float] = []
        self._unheard = 0

    def add(self, peak: Peak) -> None:
        """Take the peak of one more estimate, made while the reference was loud."""
        if peak.height < CLEAR_PEAK:
            self._agreeing.clear()
            self._unheard += 1
            if self._unheard >= UNHEARD_AFTER:
                self.lag_s = None
            return
        if self._agreeing and abs(peak.lag_s - self._agreeing[-1]) > AGREES_S:
            self._agreeing.clear()
        self._agreeing = [*self._agreeing, peak.lag_s][-SUPPORT:]
        if len(self._agreeing) == SUPPORT:
            self._unheard = 0
            lag_s = float(np.median(self._agreeing))
            if self.lag_s is None or abs(lag_s - self.lag_s) > MOVED_S:
                self.lag_s = lag_s
