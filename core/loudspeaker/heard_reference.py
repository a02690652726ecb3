"""The computer's sound as the microphone hears it: where it is in the ring, whether it is loud, and how late it is."""

from __future__ import annotations

from collections import deque

import numpy as np

from core.buffers.ring import AudioRing
from core.loudspeaker.canceller import EARLY
from core.loudspeaker.frames import FRAME, FRAME_S, LOUD, power
from core.loudspeaker.lag import EVERY_S, LAG_MAX_S, LAG_MIN_S, WINDOW_S, LagTracker, correlate
from core.types import SAMPLE_RATE_HZ, Samples

GONE_S = 0.5
"""A reference that ends so long before the microphone's sound has stopped."""
RINGS_S = 0.36
"""So long a room goes on sounding after the reference has become quiet."""
_EARLY_S = EARLY / SAMPLE_RATE_HZ
_WINDOW_FRAMES = round(WINDOW_S / FRAME_S)
_AHEAD_FRAMES = int(np.ceil(-LAG_MIN_S / FRAME_S))
_EVERY_FRAMES = round(EVERY_S / FRAME_S)


class HeardReference:
    """Follows the reference frame by frame, in the microphone's time, and estimates the lag while it is loud."""

    def __init__(self, ring: AudioRing) -> None:
        self._ring = ring
        self.reset()

    def reset(self) -> None:
        """Forget the lag: there are other devices."""
        self._tracker = LagTracker()
        self.break_off()

    def break_off(self) -> None:
        """The next frame does not follow the last one."""
        self._microphone: deque[Samples] = deque(maxlen=_WINDOW_FRAMES + _AHEAD_FRAMES)
        self._quiet_s = float("inf")
        self._since_estimate = 0

    @property
    def lag_s(self) -> float | None:
        """How late the microphone hears the computer; None while it is not known to hear it."""
        return self._tracker.lag_s

    def is_gone(self, at_s: float) -> bool:
        """Whether no reference is captured at time `at_s` of the microphone."""
        return self._ring.end_s < at_s - GONE_S

    def reaches(self, end_s: float) -> bool:
        """Whether the reference for the microphone's sound until `end_s` has arrived."""
        return self._ring.end_s >= end_s - self._shift_s

    def is_active(self) -> bool:
        """Whether the computer may be heard in the newest frame."""
        return self._quiet_s <= RINGS_S + (LAG_MAX_S if self.lag_s is None else 0.0)

    def sound(self, end_s: float, seconds: float) -> Samples:
        """What the computer played for the `seconds` of the microphone's sound that end at `end_s`."""
        return self._ring.until(end_s - self._shift_s, seconds)

    def recent_microphone(self) -> Samples:
        """The microphone's sound that led to the newest estimate, newest last."""
        return np.concatenate(self._microphone)

    def follow(self, microphone: Samples, end_s: float) -> bool:
        """Take one frame of the microphone that ends at `end_s`; whether the lag has changed."""
        self._microphone.append(microphone)
        loud = power(self.sound(end_s, FRAME_S)) > LOUD
        self._quiet_s = 0.0 if loud else self._quiet_s + FRAME_S
        self._since_estimate += 1
        full = len(self._microphone) == self._microphone.maxlen
        if not (loud and full and self._since_estimate >= _EVERY_FRAMES):
            return False
        self._since_estimate = 0
        return self._estimate(end_s - _AHEAD_FRAMES * FRAME_S)

    def _estimate(self, end_s: float) -> bool:
        before = self.lag_s
        heard = self.recent_microphone()[: _WINDOW_FRAMES * FRAME]
        span_s = LAG_MAX_S + WINDOW_S - LAG_MIN_S
        self._tracker.add(correlate(heard, self._ring.until(end_s - LAG_MIN_S, span_s)))
        return self.lag_s != before

    @property
    def _shift_s(self) -> float:
        return 0.0 if self.lag_s is None else self.lag_s - _EARLY_S
