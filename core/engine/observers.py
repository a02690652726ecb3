"""All followers of a session as one. Whoever fails is left behind, said once, and never ends the session."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

from core.session_observer import SessionFacts, SessionObserver
from core.types import Chunk, Entry, Estimate, Word

_log = logging.getLogger(__name__)


class Observers:
    """Hands everything on, on the thread that it is called on. `say` gets a sentence for people."""

    def __init__(self, observers: Sequence[SessionObserver], say: Callable[[str], None]) -> None:
        self._observers, self._say = tuple(observers), say

    def begin(self, facts: SessionFacts) -> None:
        """The model is open."""
        self._each(lambda observer: observer.begin(facts))

    def step(self, estimate: Estimate) -> None:
        """One more step was made."""
        self._each(lambda observer: observer.step(estimate))

    def words(self, final: Sequence[Word]) -> None:
        """Words became final that may be kept."""
        self._each(lambda observer: observer.words(final))

    def entry(self, entry: Entry) -> None:
        """Somebody marked, reported or did something."""
        self._each(lambda observer: observer.entry(entry))

    def chunk(self, chunk: Chunk) -> None:
        """A picture or sound came in that may be kept."""
        self._each(lambda observer: observer.chunk(chunk))

    def end(self, report: Mapping[str, Any]) -> list[str]:
        """The session is over; names of followers' threads that would not end."""
        left: list[str] = []
        self._each(lambda observer: left.extend(observer.end(report)))
        return left

    def _each(self, act: Callable[[SessionObserver], object]) -> None:
        for observer in self._observers:
            with _Care(self, observer):
                act(observer)

    def leave_behind(self, observer: SessionObserver, error: BaseException) -> None:
        """It failed: go on without it."""
        self._observers = tuple(other for other in self._observers if other is not observer)
        name = type(observer).__name__
        _log.error("The follower %s failed.", name, exc_info=error)
        self._say(f"The session goes on without its {name} ({error}). Stop and start again; the log holds the details.")


class _Care:
    """Around one call of one follower."""

    def __init__(self, observers: Observers, observer: SessionObserver) -> None:
        self._observers, self._follower = observers, observer

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self._observers.leave_behind(self._follower, error)
        return True
