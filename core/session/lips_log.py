"""The stretches in which a voice was heard while the learner's lips were still; words said in them are doubtful.

Written when a window is cut, read then and when the transcript is shown. A stretch is found when it has lasted for
two seconds, so a word may become doubtful after it was first shown.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from itertools import takewhile
from threading import Lock

from core.types import Reason, Word

_STRETCHES_KEPT = 256
_MOST = 0.5
"""Share of a word from which on it was said in a stretch."""


class LipsLog:
    """The last stretches as (start, end) in seconds, bounded. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stretches: deque[tuple[float, float]] = deque(maxlen=_STRETCHES_KEPT)

    def add(self, start_s: float, end_s: float) -> None:
        """Add a stretch that ends later than all before; it may overlap the last one and then extends it."""
        with self._lock:
            if self._stretches and start_s <= self._stretches[-1][1]:
                start_s = min(self._stretches.pop()[0], start_s)
            self._stretches.append((start_s, end_s))

    def doubted(self, words: Iterable[Word]) -> tuple[Word, ...]:
        """The words, with the doubt on those that were said while the lips were still."""
        words = tuple(words)
        since_s = min((word.start_s for word in words), default=0.0)
        with self._lock:  # the newest ones only: the transcript asks thirty times a second, for a minute of words
            stretches = tuple(takewhile(lambda stretch: stretch[1] > since_s, reversed(self._stretches)))
        return tuple(replace(word, doubt=Reason.LIPS_STILL) if _said_in(word, stretches) else word for word in words)


def _said_in(word: Word, stretches: tuple[tuple[float, float], ...]) -> bool:
    inside_s = sum(max(min(word.end_s, end_s) - max(word.start_s, start_s), 0.0) for start_s, end_s in stretches)
    return inside_s > 0.0 and inside_s >= _MOST * (word.end_s - word.start_s)
