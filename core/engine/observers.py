"""Calls all observers of a session. An observer that fails is removed and reported, and never ends the session.

One that could not store a correction stays, because the next one may succeed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any

from core.errors import MonitorError
from core.session_observer import SessionFacts, SessionObserver
from core.types import Chunk, Correction, Entry, Estimate, Word

_logger = logging.getLogger(__name__)


class Observers:
    """Calls each observer on the calling thread. `report_error` gets one sentence for people."""

    def __init__(self, observers: Sequence[SessionObserver], report_error: Callable[[str], None]) -> None:
        self._observers, self._report_error = tuple(observers), report_error
        self._lock = Lock()
        self._removed: list[SessionObserver] = []

    def begin(self, facts: SessionFacts) -> None:
        """The model is open."""
        self._each(lambda observer: observer.begin(facts))

    def step(self, estimate: Estimate) -> None:
        """One more step was made."""
        self._each(lambda observer: observer.step(estimate))

    def words(self, final: Sequence[Word]) -> None:
        """Words became final that may be stored."""
        self._each(lambda observer: observer.words(final))

    def correction(self, made: Correction) -> bool:
        """A person corrected a word. Returns False where an observer could not store that, which is reported."""
        problems: list[str] = []

        def correct(observer: SessionObserver) -> None:
            try:
                observer.correction(made)
            except MonitorError as error:
                problems.append(str(error))

        self._each(correct)
        for problem in problems:
            self._report_error(problem)
        return not problems

    def entry(self, entry: Entry) -> None:
        """An entry was added to the session log."""
        self._each(lambda observer: observer.entry(entry))

    def chunk(self, chunk: Chunk) -> None:
        """A picture or sound was captured that may be stored."""
        self._each(lambda observer: observer.chunk(chunk))

    def end(self, report: Mapping[str, Any]) -> list[str]:
        """The session is over, for removed observers too, whose files are still open.

        Returns the names of observers' threads that did not end.
        """
        left: list[str] = []
        removed = tuple(self._removed)
        self._each(lambda observer: left.extend(observer.end(report)))
        for observer in removed:
            try:
                left.extend(observer.end(report))
            except Exception:
                _logger.exception("%s failed to end.", type(observer).__name__)
        return left

    def _each(self, call: Callable[[SessionObserver], object]) -> None:
        for observer in self._observers:
            if observer not in self._observers:  # removed by a failure inside this very loop
                continue
            try:
                call(observer)
            except MonitorError as error:
                _logger.warning("%s ended: %s", type(observer), error)
                self._remove(observer, str(error))
            except Exception as error:
                name = type(observer).__name__
                _logger.exception("%s failed.", type(observer))
                self._remove(
                    observer,
                    f"The session goes on without its {name} ({error}). "
                    "Stop and start again; the log holds the details.",
                )

    def _remove(self, observer: SessionObserver, sentence: str) -> None:
        with self._lock:
            if observer not in self._observers:  # another thread's call failed first
                return
            self._observers = tuple(other for other in self._observers if other is not observer)
            self._removed.append(observer)
        self._report_error(sentence)
