"""The recogniser's reports with their times, so that a window can be cut as of any moment.

Every report carries `heard_s`, the end of the sound that it covers. A window uses only reports up to its own end, so
words that arrive later change nothing in the past, and an offline run finds the same words as a live one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import chain
from threading import Lock

from core.types import Word

KNOWN_AT_ONCE_S = float("-inf")
_FINALS_KEPT = 1024
_PARTIALS_KEPT = 512


class WordLog:
    """Final words and successive partial ones, bounded. Written by the speech thread, read by the inference thread."""

    language: str | None = None
    """The recogniser's language as a two-letter code, empty if it is not known; None before one is open, and for words
    that come from elsewhere. `clear` leaves it as it is."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.clear()

    def clear(self) -> None:
        """Remove every word."""
        with self._lock:
            self._finals: deque[tuple[float, Word]] = deque(maxlen=_FINALS_KEPT)
            self._partials: deque[tuple[float, tuple[Word, ...]]] = deque(maxlen=_PARTIALS_KEPT)

    def add(self, final: Iterable[Word], partial: Iterable[Word], heard_s: float = KNOWN_AT_ONCE_S) -> None:
        """Add one report: words that became final, and all partial ones, as of `heard_s`."""
        with self._lock:
            self._finals.extend((heard_s, word) for word in final)
            self._partials.append((heard_s, tuple(partial)))

    def within(self, start_s: float, end_s: float) -> tuple[Word, ...]:
        """Words that ended in (start_s, end_s] as far as they were known at `end_s`, partial ones last."""
        with self._lock:
            finals = [word for heard_s, word in self._finals if heard_s <= end_s]
            known = (words for heard_s, words in reversed(self._partials) if heard_s <= end_s)
            partial = next(known, ())
        return tuple(word for word in chain(finals, partial) if start_s < word.end_s <= end_s)
