"""When words were muted, so that sound of that time is not recognised later: a recogniser may be behind, or opening."""

from __future__ import annotations

from collections import deque
from math import inf
from threading import Lock

_STRETCHES_KEPT = 256


class MutedStretches:
    """The last stretches as (start, end) in seconds on the session clock, bounded. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stretches: deque[tuple[float, float]] = deque(maxlen=_STRETCHES_KEPT)

    def set(self, muted: bool, now_s: float) -> None:
        """Words are muted, or not, from now on."""
        with self._lock:
            lasts = bool(self._stretches) and self._stretches[-1][1] == inf
            if muted and not lasts:
                self._stretches.append((now_s, inf))
            elif lasts and not muted:
                self._stretches.append((self._stretches.pop()[0], now_s))

    def overlap(self, start_s: float, end_s: float) -> bool:
        """Whether words were muted at some time within (start_s, end_s)."""
        with self._lock:
            return any(begin_s < end_s and start_s < over_s for begin_s, over_s in self._stretches)
