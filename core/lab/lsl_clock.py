"""Maps between session time and LSL time: two clocks of one machine whose offset changes when a session pauses."""

from __future__ import annotations

from collections.abc import Callable

PAUSED_S = 0.005
"""A change of the offset by more than this means that the session clock was paused or restarted."""
_READINGS = 3
"""Only the quickest of so many readings is used, because a thread may be interrupted between the two clocks."""


class LslClock:
    """Both clocks are the machine's monotonic clock, so the offset is kept until the session clock was paused: that
    keeps the even spacing of steps."""

    def __init__(self, now_s: Callable[[], float], lsl_now_s: Callable[[], float]) -> None:
        self._now_s, self._lsl_now_s = now_s, lsl_now_s
        self._kept_s: float | None = None

    def to_lsl(self, t_s: float) -> float:
        """LSL time of a session time."""
        return t_s + self._offset_s()

    def to_session(self, lsl_s: float) -> float:
        """Session time of a time on LSL's local clock."""
        return lsl_s - self._offset_s()

    def _offset_s(self) -> float:
        took_s, offset_s = min(self._reading() for _ in range(_READINGS))
        if self._kept_s is None or abs(offset_s - self._kept_s) > PAUSED_S + took_s:
            self._kept_s = offset_s
        return self._kept_s

    def _reading(self) -> tuple[float, float]:
        """Duration of the reading, and LSL time minus session time."""
        before_s = self._lsl_now_s()
        session_s = self._now_s()
        after_s = self._lsl_now_s()
        return after_s - before_s, (before_s + after_s) / 2 - session_s
