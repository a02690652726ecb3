"""The last minutes of estimates and of words: bounded, written by one thread, read by any.

What is new to a reader: it remembers the time of the newest step that it has read, and reads those `since` then.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import takewhile
from threading import Lock

from core.step_columns import RecentSteps, StepTable
from core.types import Estimate, Word

TRANSCRIPT_S = 60.0


class History:
    """The steps of the last `history_s` seconds."""

    def __init__(self, history_s: float) -> None:
        self._lock = Lock()
        self._history_s = history_s
        self._table = StepTable()
        self._estimates: deque[Estimate] = deque()

    def add(self, estimate: Estimate) -> None:
        """Appends the newest step and drops those that are too old."""
        with self._lock:
            self._table.append(estimate)
            self._estimates.append(estimate)
            for _ in range(self._table.drop_before(estimate.t_s - self._history_s)):
                self._estimates.popleft()

    def since(self, t_s: float) -> list[Estimate]:
        """Estimates later than `t_s`, oldest first; costs as much as there are."""
        with self._lock:
            newest_first = list(takewhile(lambda estimate: estimate.t_s > t_s, reversed(self._estimates)))
        return newest_first[::-1]

    def recent(self) -> RecentSteps:
        """All steps as they are now; the columns are not copied and do not change later."""
        with self._lock:
            return RecentSteps(self._table.columns(), tuple(self._estimates))

    def clear(self) -> None:
        """Forgets all steps."""
        with self._lock:
            self._table.clear()
            self._estimates.clear()


class RecentWords:
    """Final words of the last minute with their corrections, and those that may still change."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._final: deque[Word] = deque()
        self._corrections: dict[Word, str] = {}
        self._partial: list[Word] = []

    def add(self, final: Iterable[Word], partial: Iterable[Word]) -> None:
        """Appends new final words and replaces all partial ones."""
        with self._lock:
            self._final.extend(final)
            self._partial = list(partial)
            while self._final and self._final[0].end_s < self._final[-1].end_s - TRANSCRIPT_S:
                self._corrections.pop(self._final.popleft(), None)

    def correct(self, word: Word, text: str) -> None:
        """Sets the text of a final word by hand; its own text takes that back. One that is too old is ignored."""
        with self._lock:
            own = next((final for final in self._final if final.is_same_as(word)), word)
            if own in self._final and text != own.text:
                self._corrections[own] = text
            else:
                self._corrections.pop(own, None)

    def corrections(self) -> dict[Word, str]:
        """The text by hand of each corrected word; empty: not said."""
        with self._lock:
            return dict(self._corrections)

    def words(self) -> list[Word]:
        """Final words, then partial ones."""
        with self._lock:
            return [*self._final, *self._partial]

    def drop_partial(self) -> None:
        """Forgets the words that may still change."""
        with self._lock:
            self._partial = []

    def clear(self) -> None:
        """Forgets all words."""
        with self._lock:
            self._final.clear()
            self._corrections.clear()
            self._partial = []
