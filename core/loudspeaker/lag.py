"""Finds how late the microphone hears what the computer plays, and whether it hears it at all.

GCC-PHAT, a cross-correlation in which every frequency has the same weight, peaks at the direct sound and not at the
echoes of the room. A peak counts only if microphone and reference are also coherent at that lag, because voices of
a like pitch make sharp peaks too. With headphones there is neither.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.types import SAMPLE_RATE_HZ, Samples

LAG_MIN_S, LAG_MAX_S = -0.05, 0.33
"""Range of lags: below zero where the two devices' times disagree; Bluetooth loudspeakers are up to 0.3 s late."""
WINDOW_S = 1.0
"""Sound that one estimate compares."""
CLEAR_HEIGHT = 8.0
"""Height of a clear peak over the correlation's RMS. In simulated rooms 99 % of true peaks were above 14; without any
echo the median was 4, but one peak in ten was above 8."""
COHERENT = 0.15
"""Coherence from which a peak is believed. In simulated rooms false peaks had at most 0.05, 95 % of true ones 0.18."""
AGREES_S = 0.004
"""Clear peaks that are this close support each other."""
SUPPORT = 2
"""So many clear peaks in a row that agree give the lag."""
MOVED_S = 0.012
"""A lag that has moved less than this is left alone: the canceller follows by itself."""
UNHEARD_AFTER = 10
"""After so many estimates without a clear peak, the microphone hears the computer no more."""
_BAND_HZ = (200.0, 6500.0)
_SEGMENT = 1024
"""Samples of one of the overlapping pieces (64 ms) over which coherence is averaged."""


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest peak of one correlation: its lag, and its height over the correlation's RMS."""

    lag_s: float
    height: float


def correlate(microphone: Samples, reference: Samples) -> Peak:
    """GCC-PHAT of the microphone's sound (N,) and the reference from `LAG_MAX_S` before it to `-LAG_MIN_S` after it."""
    from scipy.fft import irfft, next_fast_len, rfft

    size = next_fast_len(reference.size + microphone.size - 1, real=True)
    cross = np.conj(rfft(microphone, size)) * rfft(reference, size)
    cross[~_in_band(size)] = 0.0
    cross /= np.abs(cross) + 1e-9
    found = irfft(cross, size)[: reference.size - microphone.size + 1]
    best = int(found.argmax())
    rms = float(np.sqrt(np.mean(np.square(found))))
    return Peak(LAG_MAX_S - best / SAMPLE_RATE_HZ, float(found[best]) / rms if rms > 0 else 0.0)


def coherence(microphone: Samples, reference: Samples) -> float:
    """The share (0 to 1) of the microphone's power that is a linear function of the reference, (N,) each."""
    pieces = np.lib.stride_tricks.sliding_window_view(np.stack((microphone, reference)), _SEGMENT, axis=1)
    heard, played = np.fft.rfft(pieces[:, :: _SEGMENT // 2] * np.hanning(_SEGMENT))[..., _in_band(_SEGMENT)]
    common = np.square(np.abs((heard * np.conj(played)).sum(0)))
    explained = common / (np.square(np.abs(played)).sum(0) + 1e-12)
    return float(explained.sum() / (np.square(np.abs(heard)).sum() + 1e-12))


def _in_band(size: int) -> NDArray[np.bool_]:
    hz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE_HZ)
    return np.asarray((hz > _BAND_HZ[0]) & (hz < _BAND_HZ[1]))


class LagTracker:
    """Turns clear peaks into a lag that is trusted. `lag_s` is None while the microphone does not hear the computer."""

    def __init__(self) -> None:
        self.lag_s: float | None = None
        self._agreeing: list[float] = []
        self._unheard = 0

    def add(self, clear_lag_s: float | None) -> None:
        """Take the lag of one more clear peak; None if an estimate gave none although the reference was loud."""
        if clear_lag_s is None:
            self._agreeing.clear()
            self._unheard += 1
            if self._unheard >= UNHEARD_AFTER:
                self.lag_s = None
            return
        if self._agreeing and abs(clear_lag_s - self._agreeing[-1]) > AGREES_S:
            self._agreeing.clear()
        self._agreeing = [*self._agreeing, clear_lag_s][-SUPPORT:]
        if len(self._agreeing) == SUPPORT:
            self._unheard = 0
            lag_s = sum(self._agreeing) / SUPPORT
            if self.lag_s is None or abs(lag_s - self.lag_s) > MOVED_S:
                self.lag_s = lag_s
