"""The session clock: counts seconds while the session runs, and stands still while it is paused."""

from __future__ import annotations

from threading import Lock
from time import monotonic


class SessionClock:
    """Starts at 0, held. Monotonic and thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._passed_s = 0.0
        self._since_s: float | None = None
        self._held_since_s: float | None = None
        self._pauses, self._paused_s = 0, 0.0

    def __call__(self) -> float:
        """Session time in seconds."""
        with self._lock:
            return self._now_s()

    def run(self) -> None:
        """Start or continue."""
        with self._lock:
            now_s = monotonic()
            self._passed_s = self._now_s()
            self._since_s = now_s
            if self._held_since_s is not None:
                self._pauses += 1
                self._paused_s += now_s - self._held_since_s
                self._held_since_s = None

    def hold(self) -> None:
        """Stand still until `run`."""
        with self._lock:
            self._passed_s = self._now_s()
            if self._since_s is not None:
                self._held_since_s = monotonic()
            self._since_s = None

    def pauses(self) -> tuple[int, float]:
        """Number of completed pauses, and their total duration in seconds."""
        with self._lock:
            return self._pauses, self._paused_s

    def _now_s(self) -> float:
        return self._passed_s if self._since_s is None else self._passed_s + monotonic() - self._since_s
