"""The latest estimates and words: bounded, written by one thread, read as copies by others."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from threading import Lock
from typing import Generic, TypeVar

from core.types import Estimate, Word

TRANSCRIPT_S = 60.0


class History:
    """Estimates of the last `history_s` seconds, oldest first."""

    def __init__(self, history_s: float) -> None:
        self._lock = Lock()
        self._history_s = history_s
        self._estimates: deque[Estimate] = deque()

    def add(self, estimate: Estimate) -> None:
        """Append the newest and remove what is too old."""
        with self._lock:
            self._estimates.append(estimate)
            while self._estimates[0].t_s < estimate.t_s - self._history_s:
                self._estimates.popleft()

    def since(self, t_s: float) -> list[Estimate]:
        """Estimates later than `t_s`."""
        with self._lock:
            return [estimate for estimate in self._estimates if estimate.t_s > t_s]

    def clear(self) -> None:
        """Remove all."""
        with self._lock:
            self._estimates.clear()


class RecentWords:
    """Final words of the last minute, and partial ones, which may still change."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._final: deque[Word] = deque()
        self._partial: list[Word] = []

    def add(self, final: Iterable[Word], partial: Iterable[Word]) -> None:
        """Add new final words, and replace all partial ones."""
        with self._lock:
            self._final.extend(final)
            self._partial = list(partial)
            while self._final and self._final[0].end_s < self._final[-1].end_s - TRANSCRIPT_S:
                self._final.popleft()

    def words(self) -> list[Word]:
        """Final words, then partial ones."""
        with self._lock:
            return [*self._final, *self._partial]

    def drop_partial(self) -> None:
        """Remove the partial words."""
        with self._lock:
            self._partial = []

    def clear(self) -> None:
        """Remove all."""
        with self._lock:
            self._final.clear()
            self._partial = []


T = TypeVar("T")


class Latest(Generic[T]):
    """The latest item and how many were put so far, so that a reader recognises a new one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._item: T | None = None
        self._count = 0

    def put(self, item: T) -> None:
        """Replace the item."""
        with self._lock:
            self._item = item
            self._count += 1

    def peek(self) -> tuple[int, T | None]:
        """How many items were ever put, and the latest (None before the first)."""
        with self._lock:
            return self._count, self._item
