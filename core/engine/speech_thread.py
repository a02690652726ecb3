"""The thread of the recogniser: every sample in order, from the same ring that the windows are cut from.

A recogniser that fails is opened again, twice. A session without one continues without words, and reports why.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from core.engine.command_queue import CommandQueue
from core.engine.playback_thread import PlaybackProgress
from core.engine.run_control import RunControl
from core.engine.status_store import StatusStore
from core.engine.word_publisher import WordPublisher
from core.errors import SpeechError
from core.session.availability import Availability
from core.speech.base import Recognizer
from core.speech.listener import Listener, RecognizedWords
from core.types import SAMPLE_RATE_HZ, Reason

_WAIT_S = 0.1
AGAIN = 2
"""How often a recogniser that failed is opened again."""
AGAIN_AFTER_S = 1.0
_OPENED_AGAIN = "The word recogniser failed and is being opened again."


class SpeechThread:
    """Owns the recogniser and its cursor. `run` is the body of the thread; `reset` may be called from others.

    `open_recognizer` is called on this thread and raises `SpeechError`, also once the session is ending. `listen` has
    the first one that opened listen to the session's sound.
    """

    def __init__(
        self,
        open_recognizer: Callable[[], Recognizer],
        listen: Callable[[Recognizer], Listener],
        words: WordPublisher,
        playback: PlaybackProgress,
        control: RunControl,
        status_store: StatusStore,
        availability: Availability,
    ) -> None:
        self._open_recognizer, self._listen, self._words = open_recognizer, listen, words
        self._playback, self._control = playback, control
        self._status_store, self._availability = status_store, availability
        self._commands: CommandQueue[Listener] = CommandQueue()

    def reset(self) -> None:
        """Clear all words so far, those of the unfinished sentence included."""
        self._commands.put(Listener.skip)
        self._words.clear()

    def run(self) -> None:
        """Open the recogniser and recognise until stopped or until a medium is over."""
        listener: Listener | None = None
        left = AGAIN
        while not self._control.stop.is_set():
            try:
                with closing(self._open_recognizer()) as recognizer:
                    listener = self._begin(recognizer, listener)
                    self._recognize(listener)
                    return
            except SpeechError as error:
                again = left > 0 and listener is not None  # one that never opened would not open now
                self._end(error, again)
                self._words.drop(listener.give_up() if listener else None)
            if not again:
                return
            left -= 1
            self._control.stop.wait(AGAIN_AFTER_S)

    def _begin(self, recognizer: Recognizer, listener: Listener | None) -> Listener:
        self._availability.set("text", "recognizer", None)
        self._words.begin(recognizer.language)
        self._status_store.update(recognizer=recognizer.name, hears=True, words_language=recognizer.language)
        if listener is None:
            return self._listen(recognizer)
        listener.use(recognizer)
        return listener

    def _end(self, error: SpeechError, is_opened_again: bool) -> None:
        self._availability.set("text", "recognizer", Reason.NO_RECOGNIZER)
        self._status_store.update(recognizer=_OPENED_AGAIN if is_opened_again else str(error), hears=False)
        if not is_opened_again and not self._control.stop.is_set():  # a recogniser that stop has ended is no error
            self._status_store.report_error(str(error))

    def _recognize(self, listener: Listener) -> None:
        while not self._control.stop.is_set():
            clears = self._words.clears
            self._commands.run(listener)
            if self._availability.is_muted("text"):
                self._words.drop(listener.skip())
            if listener.wait(_WAIT_S):
                self._publish(listener.next_report, clears)
                self._status_store.update(unheard_s=listener.lost / SAMPLE_RATE_HZ)
            elif self._playback.ended_s is not None:
                self._publish(listener.finish, clears)
                return

    def _publish(self, recognize: Callable[[], RecognizedWords | None], clears: int) -> None:
        report = None if self._availability.is_muted("text") else recognize()
        if report is not None and not self._availability.is_muted("text"):  # may have been muted during recognition
            self._words.publish(report, clears)
