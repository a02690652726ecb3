"""Keeps counted sound true to the session clock: what a device lost becomes silence, its drift is measured and undone.

A device counts samples by its own quartz and its stamps come late by chance, never early. So the earliest stamp of the
last second tells where the device's count stands against the session clock. Pure: no device, no clock of its own.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from core.types import SAMPLE_RATE_HZ, AudioBlock, Samples

SETTLE_BLOCKS = 15
"""The first 0.3 s are gathered before they are placed."""
ENVELOPE_BLOCKS = 50
"""How many stamps the earliest is taken of: one second of 20 ms blocks."""
HOLE_S = 0.06
"""When even the earliest of them is later than this, sound was lost and nobody said so."""
SURE_HOLE_S = 1.0
"""So late no stamp is by chance: sound was lost at this very place."""
STEER_FROM_S = 0.003
"""Smaller offsets are left alone."""
STEER_AT_MOST = 0.01
"""A block is stretched or squeezed by 1 % at most: a quarter of a semitone's sixth, which no recogniser hears."""
DRIFT_EVERY_S = 5.0
DRIFT_POINTS = 240
"""The drift is fitted over the last 20 minutes, and said after the first half minute."""
DRIFT_POINTS_MIN = 6


@dataclass(frozen=True, slots=True)
class DeviceBlock:
    """One block as the device gave it, at 16 kHz mono: when its first sample was taken, and what is known to be lost.

    `lost` counts samples that are known to be missing before it; `overflowed` says that some are, but not how many.
    """

    samples: Samples
    stamp_s: float
    lost: int = 0
    overflowed: bool = False


class AudioClock:
    """Turns `DeviceBlock` into `AudioBlock`s that touch one another on the session clock.

    `resume_at_s` is where the sound of an earlier opening ended: the time between becomes `lost`.
    """

    def __init__(self, resume_at_s: float | None = None) -> None:
        self._resume_at_s = resume_at_s
        self._counted = 0  # samples that the device gave or lost, by its own quartz
        self._start_s = 0.0  # the session time of its first one
        self._steered = 0  # samples put in (or, negative, taken out) so far to follow the session clock
        self._lateness: deque[float] = deque(maxlen=ENVELOPE_BLOCKS)
        self._points: deque[tuple[float, float]] = deque(maxlen=DRIFT_POINTS)
        self._waiting: list[DeviceBlock] | None = []
        self.drift_ppm: float | None = None
        """How much faster than the session clock the device counts; None until it is known."""

    @property
    def end_s(self) -> float:
        """Session time where the next sample belongs."""
        return self._start_s + (self._counted + self._steered) / SAMPLE_RATE_HZ

    def place(self, heard: DeviceBlock) -> AudioBlock | None:
        """The block with its time and what was lost before it; None for the first ones, which then come as one."""
        if self._waiting is None:
            return self._follow(heard)
        self._waiting.append(heard)
        if len(self._waiting) < SETTLE_BLOCKS:
            return None
        first, self._waiting = self._waiting, None
        return self._begin(first)

    def _begin(self, first: list[DeviceBlock]) -> AudioBlock:
        """Anchor the count at the earliest time that the first stamps allow, for they often come in a burst."""
        ends = np.cumsum([0] + [heard.samples.size for heard in first]) / SAMPLE_RATE_HZ
        self._start_s = min(heard.stamp_s - float(before_s) for heard, before_s in zip(first, ends[:-1], strict=True))
        samples = np.concatenate([heard.samples for heard in first])
        resume_s = self._start_s if self._resume_at_s is None else self._resume_at_s
        lost = round((self._start_s - resume_s) * SAMPLE_RATE_HZ)
        samples = samples[max(0, -lost) :]  # what the end of the last opening already covers
        self._start_s = max(self._start_s, resume_s)
        self._counted = samples.size
        return AudioBlock(self._start_s, samples, max(0, lost))

    def _follow(self, heard: DeviceBlock) -> AudioBlock:
        lost = self._miss(heard.lost)
        lost += self._miss(self._hole(heard))
        t_s = self.end_s
        samples = self._steer(heard.samples)
        self._counted += heard.samples.size
        self._measure()
        return AudioBlock(t_s, samples, lost)

    def _miss(self, samples: int) -> int:
        self._counted += samples
        return samples

    def _hole(self, heard: DeviceBlock) -> int:
        """Samples that the stamps show to be missing before this block."""
        late_s = heard.stamp_s - self._device_s
        self._lateness.append(late_s)
        sure = heard.overflowed or late_s - self._steered_s > SURE_HOLE_S
        if sure:
            missing_s = late_s - self._steered_s
        elif len(self._lateness) == ENVELOPE_BLOCKS:
            missing_s = self._offset_s if self._offset_s > HOLE_S else 0.0
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
        """The block, a sample or so longer or shorter where that brings it nearer to the session clock."""
        if len(self._lateness) < ENVELOPE_BLOCKS or abs(self._offset_s) < STEER_FROM_S or samples.size < 2:
            return samples
        most = max(1, round(samples.size * STEER_AT_MOST))
        step = int(np.clip(round(self._offset_s * SAMPLE_RATE_HZ * 0.02), -most, most))
        self._steered += step
        places = np.linspace(0, samples.size - 1, samples.size + step)
        return np.interp(places, np.arange(samples.size), samples).astype(np.float32)

    def _measure(self) -> None:
        """Every few seconds: note the earliest stamp, and fit the drift to all that were noted."""
        due_s = self._points[-1][0] + DRIFT_EVERY_S if self._points else self._start_s + 1.0
        if self._device_s < due_s or len(self._lateness) < ENVELOPE_BLOCKS:
            return
        self._points.append((self._device_s, min(self._lateness)))
        if len(self._points) >= DRIFT_POINTS_MIN:
            self.drift_ppm = -1e6 * median_slope(np.array(self._points))


def median_slope(points: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> float:
    """Slope through (N, 2) points as the median over all pairs (Theil–Sen): a quarter of them may be nonsense."""
    first, second = np.triu_indices(len(points), k=1)
    run, rise = (points[second] - points[first]).T
    return float(np.median(rise / run))
