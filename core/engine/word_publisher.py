"""Publishes recognised words, with their faults: to the session, the transcript on screen, and the word gate."""

from __future__ import annotations

from core.engine.history import RecentWords
from core.engine.privacy_gates import WordGate
from core.engine.status_store import StatusStore
from core.faults import FaultInjector
from core.session.word_log import WordLog
from core.speech.listener import RecognizedWords


class WordPublisher:
    """Belongs to the speech thread."""

    def __init__(
        self,
        word_log: WordLog,
        transcript: RecentWords,
        word_gate: WordGate,
        injector: FaultInjector,
        status_store: StatusStore,
    ) -> None:
        self._word_log, self._transcript, self._word_gate = word_log, transcript, word_gate
        self._injector, self._status_store = injector, status_store

    def publish(self, report: RecognizedWords) -> None:
        """Apply injected faults to one report and publish it."""
        final, partial = self._injector.garble(report.final), self._injector.garble(report.partial)
        self._word_log.add(final, partial, report.heard_s)
        self._transcript.add(final, partial)
        self._word_gate.put(final)
        self._status_store.count_words(len(final))

    def drop(self, dropped: RecognizedWords | None) -> None:
        """Words were muted: remove the partial ones, and publish none of `dropped`."""
        self._transcript.drop_partial()
        if dropped:
            self._word_log.add([], [], dropped.heard_s)

    def clear(self) -> None:
        """The session was reset: empty the transcript."""
        self._transcript.clear()
