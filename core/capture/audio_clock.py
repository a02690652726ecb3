"""Aligns counted audio samples with the session clock: lost samples become silence, drift is measured and corrected.

A device counts samples by its own oscillator, and its time stamps are randomly late, never early. So the earliest stamp
of the last second gives the offset between the device's count and the session clock. Pure: no device, no clock.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from core.types import SAMPLE_RATE_HZ, AudioBlock, Samples

SETTLE_BLOCKS = 15
"""The first 0.3 s are collected before they get a time."""
ENVELOPE_BLOCKS = 50
"""Number of stamps of which the earliest counts: one second of 20 ms blocks."""
GAP_S = 0.06
"""If even the earliest stamp is later than this, samples were lost without being reported."""
SURE_GAP_S = 1.0
"""No stamp is randomly this late: samples were lost just before this block."""
STEER_FROM_S = 0.003
"""Smaller offsets are not corrected."""
STEER_AT_MOST = 0.01
"""A block is stretched or shortened by at most 1 %, a sixth of a semitone, which does not affect a recogniser."""
DRIFT_EVERY_S = 5.0
DRIFT_POINTS = 240
"""The drift is fitted over the last 20 minutes, and known after the first half minute."""
DRIFT_POINTS_MIN = 6


@dataclass(frozen=True, slots=True)
class DeviceBlock:
    """One block from the device, at 16 kHz mono: the time of its first sample, and known losses.

    `lost` counts samples known to be missing before it; `overflowed`: an unknown number is missing.
    """

    samples: Samples
    stamp_s: float
    lost: int = 0
    overflowed: bool = False


class AudioClock:
    """Turns `DeviceBlock`s into contiguous `AudioBlock`s on the session clock.

    `resume_at_s` is where the sound of an earlier opening ended: the time between becomes `lost`.
    """

    def __init__(self, resume_at_s: float | None = None) -> None:
        self._resume_at_s = resume_at_s
        self._counted = 0  # samples that the device delivered or lost, by its own count
        self._start_s = 0.0  # the session time of its first one
        self._steered = 0  # samples inserted (negative: removed) so far to follow the session clock
        self._lateness: deque[float] = deque(maxlen=ENVELOPE_BLOCKS)
        self._points: deque[tuple[float, float]] = deque(maxlen=DRIFT_POINTS)
        self._waiting: list[DeviceBlock] | None = []
        self.drift_ppm: float | None = None
        """How much faster than the session clock the device counts; None until known."""

    @property
    def end_s(self) -> float:
        """Session time of the next sample."""
        return self._start_s + (self._counted + self._steered) / SAMPLE_RATE_HZ

    def place(self, block: DeviceBlock) -> AudioBlock | None:
        """The block with its time and the samples lost before it; None for the first ones, which come as one."""
        if self._waiting is None:
            return self._append(block)
        self._waiting.append(block)
        if len(self._waiting) < SETTLE_BLOCKS:
            return None
        first, self._waiting = self._waiting, None
        return self._begin(first)

    def _begin(self, first: list[DeviceBlock]) -> AudioBlock:
        """Anchor the count at the earliest time that the first stamps allow, since they often arrive in a burst."""
        ends = np.cumsum([0] + [block.samples.size for block in first]) / SAMPLE_RATE_HZ
        self._start_s = min(block.stamp_s - float(before_s) for block, before_s in zip(first, ends[:-1], strict=True))
        samples = np.concatenate([block.samples for block in first])
        resume_s = self._start_s if self._resume_at_s is None else self._resume_at_s
        lost = round((self._start_s - resume_s) * SAMPLE_RATE_HZ)
        samples = samples[max(0, -lost) :]  # without what the previous opening already covers
        self._start_s = max(self._start_s, resume_s)
        self._counted = samples.size
        return AudioBlock(self._start_s, samples, max(0, lost))

    def _append(self, block: DeviceBlock) -> AudioBlock:
        lost = self._count_lost(block.lost)
        lost += self._count_lost(self._gap(block))
        t_s = self.end_s
        samples = self._steer(block.samples)
        self._counted += block.samples.size
        self._measure()
        return AudioBlock(t_s, samples, lost)

    def _count_lost(self, samples: int) -> int:
        self._counted += samples
        return samples

    def _gap(self, block: DeviceBlock) -> int:
        """Number of samples that the stamps show to be missing before this block."""
        late_s = block.stamp_s - self._device_s
        self._lateness.append(late_s)
        sure = block.overflowed or late_s - self._steered_s > SURE_GAP_S
        if sure:
            missing_s = late_s - self._steered_s
        elif len(self._lateness) == ENVELOPE_BLOCKS:
            missing_s = self._offset_s if self._offset_s > GAP_S else 0.0
        else:
            return 0
        if missing_s > STEER_FROM_S:
            self._lateness.clear()
            return round(missing_s * SAMPLE_RATE_HZ)
        return 0

    @property
    def _device_s(self) -> float:
        return self._start_s + self._counted / SAMPLE_RATE_HZ

    @property
    def _steered_s(self) -> float:
        return self._steered / SAMPLE_RATE_HZ

    @property
    def _offset_s(self) -> float:
        """How far the sound lags behind the session clock (negative: runs ahead), by the earliest recent stamp."""
        return min(self._lateness) - self._steered_s

    def _steer(self, samples: Samples) -> Samples:
        """The block, a few samples longer or shorter where it is off the session clock."""
        if len(self._lateness) < ENVELOPE_BLOCKS or abs(self._offset_s) < STEER_FROM_S or samples.size < 2:
            return samples
        most = max(1, round(samples.size * STEER_AT_MOST))
        step = int(np.clip(round(self._offset_s * SAMPLE_RATE_HZ * 0.02), -most, most))
        self._steered += step
        places = np.linspace(0, samples.size - 1, samples.size + step)
        return np.interp(places, np.arange(samples.size), samples).astype(np.float32)

    def _measure(self) -> None:
        """Every few seconds: record the earliest stamp, and fit the drift to all recorded ones."""
        due_s = self._points[-1][0] + DRIFT_EVERY_S if self._points else self._start_s + 1.0
        if self._device_s < due_s or len(self._lateness) < ENVELOPE_BLOCKS:
            return
        self._points.append((self._device_s, min(self._lateness)))
        if len(self._points) >= DRIFT_POINTS_MIN:
            self.drift_ppm = -1e6 * median_slope(np.array(self._points))


def median_slope(points: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> float:
    """Slope through (N, 2) points as the median over all pairs (Theil–Sen): robust to a quarter of outliers."""
    first, second = np.triu_indices(len(points), k=1)
    run, rise = (points[second] - points[first]).T
    return float(np.median(rise / run))
