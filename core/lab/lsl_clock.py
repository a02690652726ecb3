"""Session time and LSL time: two clocks of one machine, apart by an offset that changes where a session pauses."""

from __future__ import annotations

from collections.abc import Callable

PAUSED_S = 0.005
"""An offset that is this far from the one so far means that the session clock stood still, or was set back."""
_READINGS = 3
"""The quickest of so many counts, for a thread may be interrupted between the clocks."""


class LslClock:
    """Maps between the two. Both are the machine's steady clock, so the offset is kept, and not read anew each time,
    until the session clock has plainly stood still: steps keep their even spacing that way."""

    def __init__(self, now_s: Callable[[], float], lsl_now_s: Callable[[], float]) -> None:
        self._now_s, self._lsl_now_s = now_s, lsl_now_s
        self._kept_s: float | None = None

    def to_lsl(self, t_s: float) -> float:
        """LSL's time of a moment of the session."""
        return t_s + self._offset_s()

    def to_session(self, lsl_s: float) -> float:
        """The session's time of a moment of LSL's local clock."""
        return lsl_s - self._offset_s()

    def _offset_s(self) -> float:
        took_s, offset_s = min(self._reading() for _ in range(_READINGS))
        if self._kept_s is None or abs(offset_s - self._kept_s) > PAUSED_S + took_s:
            self._kept_s = offset_s
        return self._kept_s

    def _reading(self) -> tuple[float, float]:
        """How long it took, and LSL's time less the session's."""
        before_s = self._lsl_now_s()
        session_s = self._now_s()
        after_s = self._lsl_now_s()
        return after_s - before_s, (before_s + after_s) / 2 - session_s
