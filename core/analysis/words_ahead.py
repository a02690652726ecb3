"""Recognises the words of a file in a separate process, ahead of the steps, and returns the results in order.

A recogniser occupies one core while the model occupies others, and PocketSphinx the interpreter's lock as well. The
results do not depend on how far ahead it is: each one carries the time up to which sound was recognised.
"""

from __future__ import annotations

from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from core.buffers.ring import AudioRing
from core.errors import SpeechError
from core.session.factories import open_recognizer
from core.session.session import AUDIO_KEPT_S
from core.settings import SpeechSettings
from core.speech.base import Recognizer
from core.speech.listener import Listener, RecognizedWords
from core.speech.worker_process import WorkerProcess
from core.types import AudioBlock


class WordsAhead:
    """Results of one file. Raises `SpeechError`, also when the process ends before the sound does.

    Must be closed, even if not all results were taken.
    """

    def __init__(self, path: Path, speech: SpeechSettings) -> None:
        self.problem = ""
        self.note = ""
        """Why it is not a better recogniser; empty if it is the best one."""
        self._child = WorkerProcess("words-ahead", listen_to, path, speech)
        self._next: RecognizedWords | None = None
        self._ended = False
        try:
            self.name, self.language, self.note = self._child.receive()
        except SpeechError:
            self.close()
            raise

    def until(self, end_s: float) -> Iterator[RecognizedWords]:
        """Results up to `end_s`, waiting for the process where it is behind."""
        while (recognized := self._peek()) is not None and recognized.heard_s <= end_s:
            self._next = None
            yield recognized

    def rest(self) -> Iterator[RecognizedWords]:
        """All remaining results."""
        return self.until(float("inf"))

    def close(self) -> None:
        """End the process."""
        self._child.close()

    def _peek(self) -> RecognizedWords | None:
        if self._next is None and not self._ended:
            self._ended = True  # unless there is one more
            self._next = self._child.receive()
            self._ended = self._next is None
        return self._next


def listen_to(_requests: Connection, reports: Connection, path: Path, speech: SpeechSettings) -> None:
    """Main function of the process.

    Sends the recogniser's name and language and why it is not a better one, a `RecognizedWords` per block of sound,
    then None.
    """
    notes: list[str] = []
    recognizer = open_recognizer(speech, notes.append)
    reports.send((recognizer.name, recognizer.language, " ".join(notes)))
    for recognized in _recognize(path, recognizer):
        reports.send(recognized)
    reports.send(None)


def _recognize(path: Path, recognizer: Recognizer) -> Iterator[RecognizedWords]:
    from core.capture.media import open_sound

    track = open_sound(path)
    if track is None:
        return
    ring = AudioRing(AUDIO_KEPT_S)
    listener = Listener(recognizer, ring)
    try:
        for block in track.chunks:
            if isinstance(block, AudioBlock):
                ring.write(block)
            while recognized := listener.next_report():
                yield recognized
        if last := listener.finish():
            yield last
    finally:
        track.close()
