"""The thread of the recogniser: every sample in order, from the same ring that the windows are cut from.

A session without a recogniser goes on without words, and says so.
"""

from __future__ import annotations

from contextlib import closing

from core.engine.history import Transcript
from core.engine.parts import EngineParts
from core.engine.signals import Shared
from core.errors import SpeechError
from core.listener import Heard, Listener
from core.parts import OpenRecognizer
from core.session import Intake
from core.settings import SpeechSettings
from core.types import Reason

_WAIT_S = 0.1


class SpeechThread:
    """Owns the recogniser and its cursor. `run` is the body of the thread."""

    def __init__(
        self, settings: SpeechSettings, parts: EngineParts, intake: Intake, transcript: Transcript, shared: Shared
    ) -> None:
        self._settings, self._parts = settings, parts
        self._intake, self._transcript = intake, transcript
        self._signals, self._ledger, self._availability = shared.signals, shared.ledger, shared.availability

    def run(self) -> None:
        """Open the recogniser and listen until stopped or until a medium is through."""
        recognizer = self._open() if self._settings.recognizer != "off" else None
        self._availability.say("text", "recognizer", None if recognizer else Reason.NO_RECOGNIZER)
        if recognizer is None:
            return
        self._ledger.note(recognizer=recognizer.name)
        with closing(recognizer):
            self._listen_while_it_lasts(Listener(recognizer, self._intake.audio))

    def _open(self) -> OpenRecognizer | None:
        try:
            return self._parts.open_recognizer(self._settings)
        except SpeechError as error:
            self._ledger.error(str(error))
            return None

    def _listen_while_it_lasts(self, listener: Listener) -> None:
        try:
            self._listen(listener)
        except SpeechError as error:
            self._ledger.note(recognizer="")
            self._ledger.error(str(error))
            self._availability.say("text", "recognizer", Reason.NO_RECOGNIZER)

    def _listen(self, listener: Listener) -> None:
        while not self._signals.stop.is_set():
            if self._intake.audio.wait_beyond(listener.wants, _WAIT_S):
                self._take(self._hear(listener))
            elif self._signals.ended_s is not None:
                self._take(listener.finish())
                return

    def _hear(self, listener: Listener) -> Heard | None:
        if "text" not in self._availability.muted():
            return listener.hear()
        listener.skip()
        return None

    def _take(self, heard: Heard | None) -> None:
        if heard is None:
            return
        self._intake.words.add(heard.final, heard.partial, heard.heard_s)
        self._transcript.add(heard.final, heard.partial)
        if heard.final:
            self._ledger.words(heard.final)
