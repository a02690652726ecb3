"""A recogniser in a process of its own, with the interface of every recogniser.

PocketSphinx holds the interpreter's lock while it decodes. In the program's own process that delayed steps for
seconds on a busy machine and made the preview stutter; measured on two busy cores, 95 % of the steps took 0.4 s
without it and 2.9 s with it.
"""

from __future__ import annotations

from multiprocessing.connection import Connection
from typing import Any

from core.errors import SpeechError
from core.speech.select_recognizer import WordModel, open_in_place
from core.speech.worker_process import IsEnding, WorkerProcess
from core.types import Samples, Word


class ProcessRecognizer:
    """Sends every call to the process and waits for its answer. Raises `SpeechError` like a recogniser in place.

    Stops waiting, and raises it, once `is_ending` returns True.
    """

    def __init__(self, model: WordModel, is_ending: IsEnding = lambda: False) -> None:
        self._child = WorkerProcess("recogniser", serve, model, is_ending=is_ending)
        self.language = model.language
        self._partial: list[Word] = []
        try:
            self.name = str(self._child.receive())
        except SpeechError:
            self.close()
            raise

    def feed(self, samples: Samples, start_s: float) -> list[Word]:
        """Recognise samples; the words that became final with them."""
        return self._call("feed", samples, start_s)

    def partial(self) -> list[Word]:
        """The words of the unfinished sentence, as of the last call."""
        return self._partial

    def flush(self) -> list[Word]:
        """End the unfinished sentence; its words."""
        return self._call("flush")

    def close(self) -> None:
        """End the process."""
        self._child.close()

    def _call(self, verb: str, *arguments: Any) -> list[Word]:
        self._child.send((verb, arguments))
        final, self._partial = self._child.receive()
        return list(final)


def serve(requests: Connection, answers: Connection, model: WordModel) -> None:
    """The child's body: sends its name, then an answer to every call until the parent is gone."""
    recognizer = open_in_place(model)
    answers.send(recognizer.name)
    while True:
        verb, arguments = requests.recv()
        final = recognizer.feed(*arguments) if verb == "feed" else recognizer.flush()
        answers.send((final, recognizer.partial()))
