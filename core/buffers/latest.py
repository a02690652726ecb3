"""A shelf for one item: the writer replaces it, readers take a look. Nobody waits, nothing queues."""

from __future__ import annotations

from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """The latest item and how many were put so far, so that a reader can tell news from what it has seen."""

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
