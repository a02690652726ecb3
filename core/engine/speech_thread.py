"""The thread of the recogniser: every sample in order, from the same ring that the windows are cut from.

A session without a recogniser goes on without words, and says so.
"""

from __future__ import annotations

from contextlib import closing
from threading import Event

from core.engine.factories import EngineFactories
from core.engine.history import RecentWords
from core.engine.shared_state import Shared
from core.errors import SpeechError
from core.session.session import Intake
from core.settings import SpeechSettings
from core.speech.listener import Listener, RecognizedWords
from core.types import SAMPLE_RATE_HZ, Reason

_WAIT_S = 0.1


class SpeechThread:
    """Owns the recogniser and its cursor. `run` is the body of the thread; the rest may be called from others."""

    def __init__(
        self, settings: SpeechSettings, parts: EngineFactories, intake: Intake, transcript: RecentWords, shared: Shared
    ) -> None:
        self._settings, self._parts = settings, parts
        self._intake, self._transcript = intake, transcript
        self._signals, self._status_store, self._availability = shared.signals, shared.status_store, shared.availability
        self._garble, self._gate = shared.session_options.injector.garble, shared.gate
        self._reset_asked = Event()

    def ask_reset(self) -> None:
        """Have the words forgotten that were said so far, the sentence being heard included."""
        self._reset_asked.set()
        self._transcript.clear()

    def run(self) -> None:
        """Open the recogniser and listen until stopped or until a medium is through."""
        if self._settings.recognizer == "off":
            self._go_without("switched off")
            return
        try:
            self._listen_while_it_lasts()
        except SpeechError as error:
            self._go_without(str(error))
            if not self._signals.stop.is_set():  # then it was ended, and that is no mishap
                self._status_store.error(str(error))

    def _go_without(self, why: str) -> None:
        self._status_store.note(recognizer=why, hears=False)
        self._availability.say("text", "recognizer", Reason.NO_RECOGNIZER)

    def _listen_while_it_lasts(self) -> None:
        recognizer = self._parts.open_recognizer(self._settings, self._signals.stop.is_set)
        with closing(recognizer):
            self._availability.say("text", "recognizer", None)
            self._status_store.note(recognizer=recognizer.name, hears=True)
            self._listen(Listener(recognizer, self._intake.audio))

    def _listen(self, listener: Listener) -> None:
        while not self._signals.stop.is_set():
            if self._reset_asked.is_set():
                self._start_over(listener)
            muted = self._muted()
            if muted:
                self._leave(listener)
            if self._intake.audio.wait_beyond(listener.wants, _WAIT_S):
                self._take(None if muted else listener.hear())
                self._status_store.note(unheard_s=listener.lost / SAMPLE_RATE_HZ)
            elif self._signals.ended_s is not None:
                self._take(None if muted else listener.finish())
                return

    def _start_over(self, listener: Listener) -> None:
        self._reset_asked.clear()
        listener.leave()
        self._transcript.clear()

    def _muted(self) -> bool:
        return "text" in self._availability.muted()

    def _leave(self, listener: Listener) -> None:
        """Drop the sentence being heard: its words are gone from the screen and must not come back as final ones."""
        self._transcript.drop_partial()
        if left := listener.leave():
            self._intake.words.add([], [], left.heard_s)

    def _take(self, heard: RecognizedWords | None) -> None:
        if heard is None or self._muted():  # words may have been switched off while the recogniser was at work
            return
        final, partial = self._garble(heard.final), self._garble(heard.partial)
        self._intake.words.add(final, partial, heard.heard_s)
        self._transcript.add(final, partial)
        self._gate.put(final)
        if final:
            self._status_store.words(list(final))
