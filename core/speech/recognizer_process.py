"""A recogniser in a process of its own, behind the same small face.

PocketSphinx holds the interpreter's lock while it decodes. In the program's own process that made steps wait for
seconds on a busy machine and the preview stutter; measured on two busy cores, 95 % of the steps took 0.4 s without it
and 2.9 s with it.
"""

from __future__ import annotations

from multiprocessing.connection import Connection
from typing import Any

from core.errors import SpeechError
from core.settings import SpeechSettings
from core.speech.select_recognizer import open_recognizer
from core.speech.worker_process import Ending, WorkerProcess
from core.types import Samples, Word


class ProcessRecognizer:
    """Hands every call to the process and waits for its answer. Raises `SpeechError` like the one inside.

    Waits no more, and raises it, once `ending` says so.
    """

    def __init__(self, speech: SpeechSettings, ending: Ending = lambda: False) -> None:
        self._child = WorkerProcess("recogniser", serve, speech, ending=ending)
        self._partial: list[Word] = []
        try:
            self.name = str(self._child.receive())
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
        self._child.close()

    def _call(self, verb: str, *arguments: Any) -> list[Word]:
        self._child.send((verb, arguments))
        final, self._partial = self._child.receive()
        return list(final)


def serve(asked: Connection, answers: Connection, speech: SpeechSettings) -> None:
    """The process: its name, then an answer to every call until nobody asks any more."""
    recognizer = open_recognizer(speech)
    answers.send(recognizer.name)
    while True:
        verb, arguments = asked.recv()
        final = recognizer.feed(*arguments) if verb == "feed" else recognizer.flush()
        answers.send((final, recognizer.partial()))
