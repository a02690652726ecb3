"""Publishes recognised words, with their faults: to the session, the transcript on screen, and the word gate.

Words that the computer played go to the transcript alone: they are no evidence, and they are not stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from threading import Lock

from core.buffers.voice_log import VoiceLog
from core.engine.history import RecentWords
from core.engine.privacy_gates import WordGate
from core.engine.status_store import StatusStore
from core.faults import FaultInjector
from core.session.word_log import WordLog
from core.speech.listener import RecognizedWords
from core.types import Word


class WordPublisher:
    """Belongs to the speech thread; `clear` may be called from others."""

    def __init__(
        self,
        word_log: WordLog,
        voices: VoiceLog,
        transcript: RecentWords,
        word_gate: WordGate,
        injector: FaultInjector,
        status_store: StatusStore,
    ) -> None:
        self._word_log, self._voices = word_log, voices
        self._transcript, self._word_gate = transcript, word_gate
        self._injector, self._status_store = injector, status_store
        self._lock, self._clears = Lock(), 0

    @property
    def clears(self) -> int:
        """How often the words were cleared."""
        return self._clears

    def begin(self, language: str) -> None:
        """A recogniser of this language was opened; the session uses its words only if the model knows it."""
        self._word_log.language = language

    def publish(self, report: RecognizedWords, clears: int) -> None:
        """Apply injected faults to one report and publish it; none that was begun before the last clearing.

        `clears`: how often the words had been cleared when the report was begun.
        """
        with self._lock:
            if clears == self._clears:
                self._publish(report)

    def _publish(self, report: RecognizedWords) -> None:
        final = self._attributed(self._injector.garble(report.final))
        partial = self._attributed(self._injector.garble(report.partial))
        own = [word for word in final if not word.by_computer]
        self._word_log.add(own, [word for word in partial if not word.by_computer], report.heard_s)
        self._word_gate.put(own)  # before it is shown, and can be corrected
        self._transcript.add(final, partial)
        self._status_store.count_words(len(own))

    def _attributed(self, words: Iterable[Word]) -> list[Word]:
        """The words, each marked if only the computer spoke while it was said."""
        return [replace(word, by_computer=self._voices.is_by_computer(word)) for word in words]

    def drop(self, dropped: RecognizedWords | None) -> None:
        """Words were muted, or the recogniser failed: remove the partial ones, and publish none of `dropped`."""
        self._transcript.drop_partial()
        if dropped:
            self._word_log.add([], [], dropped.heard_s)

    def clear(self) -> None:
        """The session was reset: empty the transcript."""
        with self._lock:
            self._clears += 1
            self._transcript.clear()
