"""The computer's sound as the microphone hears it: where it is in the ring, whether it is loud, and how late it is."""

from __future__ import annotations

from collections import deque

import numpy as np

from core.buffers.in_range import in_range
from core.buffers.ring import AudioRing
from core.loudspeaker.canceller import EARLY
from core.loudspeaker.frames import FRAME, FRAME_S, LOUD, power
from core.loudspeaker.lag import (
    CLEAR_HEIGHT,
    COHERENT,
    LAG_MAX_S,
    LAG_MIN_S,
    WINDOW_S,
    LagTracker,
    coherence,
    correlate,
)
from core.types import SAMPLE_RATE_HZ, Samples

GONE_S = 0.5
"""A reference that ends so long before the microphone's sound has stopped."""
RINGS_S = 0.36
"""So long a room goes on sounding after the reference has become quiet."""
SEEKS_EVERY_S, CHECKS_EVERY_S = 0.5, 2.0
"""Time between two estimates of the lag: while it is unknown, and while it is known."""
_EARLY_S = EARLY / SAMPLE_RATE_HZ
_WINDOW_FRAMES = round(WINDOW_S / FRAME_S)
_AHEAD_FRAMES = int(np.ceil(-LAG_MIN_S / FRAME_S))


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
        self._since_s = 0.0  # the last estimate

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
        return self._played(end_s - self._shift_s, seconds)

    def recent_microphone(self) -> Samples:
        """The microphone's sound that led to the newest estimate, newest last."""
        return np.concatenate(self._microphone)

    def follow(self, microphone: Samples, end_s: float) -> bool:
        """Take one frame of the microphone that ends at `end_s`; whether the lag has changed."""
        self._microphone.append(microphone)
        loud = power(self.sound(end_s, FRAME_S)) > LOUD
        self._quiet_s = 0.0 if loud else self._quiet_s + FRAME_S
        self._since_s += FRAME_S
        due_s = SEEKS_EVERY_S if self.lag_s is None else CHECKS_EVERY_S
        if not loud or len(self._microphone) < _WINDOW_FRAMES + _AHEAD_FRAMES or self._since_s < due_s:
            return False
        self._since_s = 0.0
        before = self.lag_s
        self._tracker.add(self._clear_lag_s(end_s - _AHEAD_FRAMES * FRAME_S))
        return self.lag_s != before

    def _clear_lag_s(self, end_s: float) -> float | None:
        """The lag by the sound that ends at `end_s`; None if no peak is clear and coherent."""
        heard = self.recent_microphone()[: _WINDOW_FRAMES * FRAME]
        heard_s = heard.size / SAMPLE_RATE_HZ
        peak = correlate(heard, self._played(end_s - LAG_MIN_S, LAG_MAX_S + heard_s - LAG_MIN_S))
        if peak.height < CLEAR_HEIGHT:
            return None
        played = self._played(end_s - peak.lag_s, heard_s)
        return peak.lag_s if coherence(heard, played) >= COHERENT else None

    def _played(self, end_s: float, seconds: float) -> Samples:
        return in_range(self._ring.until(end_s, seconds))

    @property
    def _shift_s(self) -> float:
        return 0.0 if self.lag_s is None else self.lag_s - _EARLY_S
