"""Final words on their way to the followers: they wait until the guard has seen what there was to see."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from threading import Lock

from core.guard import HOLD_S, BystanderGuard
from core.types import Word


class WordGate:
    """Words are put in by the one who hears and let out, to `hear`, by the one who steps."""

    def __init__(self, guard: BystanderGuard, hear: Callable[[Sequence[Word]], object]) -> None:
        self._guard, self._hear = guard, hear
        self._lock = Lock()
        self._waiting: deque[Word] = deque()

    def put(self, final: Iterable[Word]) -> None:
        """Words became final."""
        with self._lock:
            self._waiting.extend(final)

    def release(self, seen_s: float) -> None:
        """Everything up to `seen_s` has been looked at: pass on the words of that time that may be kept."""
        with self._lock:
            ripe = [word for word in self._waiting if word.end_s <= seen_s - HOLD_S]
            self._waiting = deque(word for word in self._waiting if word.end_s > seen_s - HOLD_S)
        kept = self._guard.lets_pass(ripe)
        if kept:
            self._hear(kept)
