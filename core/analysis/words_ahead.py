"""Listens to a file's sound in a process of its own, ahead of the steps, and hands the reports over in order.

A recogniser keeps one core busy and (PocketSphinx) the interpreter too, so beside the model it needs another process.
What it reports does not depend on how far ahead it is: each report bears how far it had listened.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from core.buffers.ring import AudioRing
from core.errors import SpeechError
from core.listener import Heard, Listener
from core.parts import OpenRecognizer, open_recognizer
from core.session import AUDIO_KEPT_S
from core.settings import SpeechSettings
from core.speech.apart import ignore_interrupts
from core.types import AudioBlock

_END_WITHIN_S = 2.0


class WordsAhead:
    """Reports of one file's words. Raises `SpeechError`. Close it, whether or not all was taken."""

    def __init__(self, path: Path, speech: SpeechSettings) -> None:
        here, there = get_context("spawn").Pipe(duplex=False)
        self._reports: Connection = here
        self._process = get_context("spawn").Process(
            target=listen_to, args=(path, speech, there), name="words-ahead", daemon=True
        )
        self._process.start()
        there.close()
        self._next: Heard | None = None
        self._over = False
        first = self._receive()
        if not isinstance(first, str):
            self.close()
            raise first or SpeechError("The word recogniser ended at once. Run 'edu-emotionnet doctor'.")
        self.name = first

    def until(self, end_s: float) -> Iterator[Heard]:
        """Reports of what was heard up to `end_s`, waiting for the listener where it is behind."""
        while (heard := self._peek()) is not None and heard.heard_s <= end_s:
            self._next = None
            yield heard

    def rest(self) -> Iterator[Heard]:
        """All reports that are left."""
        return self.until(float("inf"))

    def close(self) -> None:
        """End the process."""
        self._reports.close()
        self._process.terminate()
        self._process.join(_END_WITHIN_S)
        self._process.close()

    def _peek(self) -> Heard | None:
        if self._next is None and not self._over:
            self._next = self._receive()
            self._over = self._next is None
        return self._next

    def _receive(self) -> Any:
        try:
            return self._reports.recv()
        except EOFError:
            return None


def listen_to(path: Path, speech: SpeechSettings, reports: Connection) -> None:
    """The process: send the recogniser's name, or why there is none, then a `Heard` for every block of the sound."""
    ignore_interrupts()
    with closing(reports), suppress(BrokenPipeError):  # it breaks when whoever asked wants no more
        try:
            recognizer = open_recognizer(speech)
        except SpeechError as error:
            reports.send(error)
            return
        reports.send(recognizer.name)
        for heard in _heard(path, recognizer):
            reports.send(heard)


def _heard(path: Path, recognizer: OpenRecognizer) -> Iterator[Heard]:
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
