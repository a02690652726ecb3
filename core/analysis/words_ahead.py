"""Listens to a file's sound in a process of its own, ahead of the steps, and hands the reports over in order.

A recogniser keeps one core busy and (PocketSphinx) the interpreter too, so beside the model it needs another process.
What it reports does not depend on how far ahead it is: each report bears how far it had listened.
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
    """Reports of one file's words. Raises `SpeechError`, also when the process ends before the sound does.

    Close it, whether or not all was taken.
    """

    def __init__(self, path: Path, speech: SpeechSettings) -> None:
        self.problem = ""
        self._child = WorkerProcess("words-ahead", listen_to, path, speech)
        self._next: RecognizedWords | None = None
        self._over = False
        try:
            self.name = str(self._child.receive())
        except SpeechError:
            self.close()
            raise

    def until(self, end_s: float) -> Iterator[RecognizedWords]:
        """Reports of what was heard up to `end_s`, waiting for the listener where it is behind."""
        while (heard := self._peek()) is not None and heard.heard_s <= end_s:
            self._next = None
            yield heard

    def rest(self) -> Iterator[RecognizedWords]:
        """All reports that are left."""
        return self.until(float("inf"))

    def close(self) -> None:
        """End the process."""
        self._child.close()

    def _peek(self) -> RecognizedWords | None:
        if self._next is None and not self._over:
            self._over = True  # unless there is one more
            self._next = self._child.receive()
            self._over = self._next is None
        return self._next


def listen_to(_asked: Connection, reports: Connection, path: Path, speech: SpeechSettings) -> None:
    """The process: sends the recogniser's name, then a `RecognizedWords` per block of sound, then None at its end."""
    recognizer = open_recognizer(speech)
    reports.send(recognizer.name)
    for heard in _heard(path, recognizer):
        reports.send(heard)
    reports.send(None)


def _heard(path: Path, recognizer: Recognizer) -> Iterator[RecognizedWords]:
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
            while heard := listener.hear():
                yield heard
        if last := listener.finish():
            yield last
    finally:
        track.close()
