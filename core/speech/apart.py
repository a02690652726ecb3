"""A recogniser in a process of its own, behind the same small face.

PocketSphinx holds the interpreter's lock while it decodes. In the program's own process that made steps wait for
seconds on a busy machine and the preview stutter; measured on two busy cores, 95 % of the steps took 0.4 s without it
and 2.9 s with it.
"""

from __future__ import annotations

import signal
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from core.errors import SpeechError
from core.settings import SpeechSettings
from core.speech.recognizer import Recognizer, open_recognizer
from core.types import Samples, Word

_ENDS_WITHIN_S = 1.0


class ApartRecognizer:
    """Hands every call to the process and waits for its answer. Raises `SpeechError` like the one inside."""

    def __init__(self, speech: SpeechSettings) -> None:
        context = get_context("spawn")
        there_asked, self._ask = context.Pipe(duplex=False)
        self._answers, there_answers = context.Pipe(duplex=False)
        self._process = context.Process(
            target=serve, args=(speech, there_asked, there_answers), name="recogniser", daemon=True
        )
        self._process.start()
        there_asked.close()
        there_answers.close()
        self._partial: list[Word] = []
        try:
            self.name = str(self._answer())
        except SpeechError:
            self.close()
            raise

    def feed(self, samples: Samples, start_s: float) -> list[Word]:
        """Hear samples; the words that became final with them."""
        return self._call("feed", samples, start_s)

    def partial(self) -> list[Word]:
        """The words of the sentence being heard, as of the last call."""
        return self._partial

    def flush(self) -> list[Word]:
        """End the sentence being heard; its words."""
        return self._call("flush")

    def close(self) -> None:
        """End the process."""
        self._ask.close()
        self._answers.close()
        self._process.terminate()
        self._process.join(_ENDS_WITHIN_S)

    def _call(self, verb: str, *arguments: Any) -> list[Word]:
        with suppress(BrokenPipeError):  # the missing answer says the same
            self._ask.send((verb, arguments))
        final, self._partial = self._answer()
        return list(final)

    def _answer(self) -> Any:
        try:
            answer = self._answers.recv()
        except (EOFError, ConnectionError) as error:
            raise SpeechError("The word recogniser ended unexpectedly. Start the session again.") from error
        if isinstance(answer, SpeechError):
            raise answer
        return answer


def serve(speech: SpeechSettings, asked: Connection, answers: Connection) -> None:
    """The process: its name or why there is none, then an answer to every call until nobody asks any more."""
    ignore_interrupts()
    with suppress(EOFError, BrokenPipeError):
        try:
            recognizer = open_recognizer(speech)
        except SpeechError as error:
            answers.send(error)
            return
        answers.send(recognizer.name)
        _answer_calls(recognizer, asked, answers)


def _answer_calls(recognizer: Recognizer, asked: Connection, answers: Connection) -> None:
    while True:
        verb, arguments = asked.recv()
        final = recognizer.feed(*arguments) if verb == "feed" else recognizer.flush()
        answers.send((final, recognizer.partial()))


def ignore_interrupts() -> None:
    """Ctrl+C reaches every process of a terminal; the one that started this one decides when it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
