"""Runs a finite source through a session as fast as it goes: tests, analysis, evaluation. The same pipeline as live.

Words stay in step with the sound: before each hop, all sound before its end is recognised, so two runs over the same
file give the same numbers on any machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import isinf
from typing import Protocol

from core.capture.source import EndOfSource, Source
from core.errors import SpeechError
from core.session.hop_grid import end_of
from core.session.session import Session
from core.speech.base import Recognizer
from core.speech.listener import Listener, RecognizedWords
from core.types import Chunk, Estimate, Reason

_READ_S = 1.0


class WordSource(Protocol):
    """Yields a recogniser's reports up to a moment of the session, or raises `SpeechError`."""

    problem: str
    """Why it stopped early, set by the caller that caught its error; empty otherwise."""

    @property
    def language(self) -> str | None:
        """Language of the words as a two-letter code, empty if unknown; None for words that count as the model's."""

    def until(self, end_s: float) -> Iterable[RecognizedWords]:
        """Reports on the sound up to `end_s` that were not yielded yet."""

    def rest(self) -> Iterable[RecognizedWords]:
        """Reports on all sound that is left, every word final."""


class InStepRecognizer:
    """Recognises the session's own sound, on the caller's thread."""

    def __init__(self, recognizer: Recognizer, session: Session) -> None:
        self.name, self.language = recognizer.name, recognizer.language
        self.problem = ""
        self._recognizer = recognizer
        self._listener = Listener(recognizer, session.intake.audio)

    def until(self, end_s: float) -> Iterator[RecognizedWords]:
        """Reports on the sound that has arrived; sound after `end_s` has not, or carries its own, later time."""
        while report := self._listener.next_report():
            yield report

    def rest(self) -> Iterator[RecognizedWords]:
        """Reports on the last piece."""
        yield from self.until(float("inf"))
        if last := self._listener.finish():
            yield last

    def close(self) -> None:
        """Release the recogniser."""
        self._recognizer.close()


def estimates(source: Source, session: Session, words: WordSource | None) -> Iterator[Estimate]:
    """Play the source through the session, hop by hop.

    Without `words`, or once they fail, the text modality is unavailable. Opens and closes the source; raises
    `CaptureError` if it cannot be read.
    """
    source.open(lambda: 0.0)
    try:
        _set_availability(session, source, words)
        end_s = 0.0
        for chunk in _chunks(source):
            yield from _steps_until(session, words, chunk.t_s)
            session.feed(chunk)
            end_s = max(end_s, end_of(chunk))
        yield from _steps_until(session, words, session.grid.last_end_s(end_s))
        _listen(session, words, float("inf"))
    finally:
        source.close()


def _set_availability(session: Session, source: Source, words: WordSource | None) -> None:
    session.availability.set("visual", "device", None if source.has_video else Reason.NO_PICTURE)
    session.availability.set("audio", "device", None if source.has_audio else Reason.NO_SOUND)
    session.availability.set("text", "recognizer", None if words else Reason.NO_RECOGNIZER)
    session.intake.words.language = words.language if words else None


def _steps_until(session: Session, words: WordSource | None, now_s: float) -> Iterator[Estimate]:
    while (end_s := session.next_end_s) <= now_s:
        _listen(session, words, end_s)
        yield session.step(end_s)


def _listen(session: Session, words: WordSource | None, end_s: float) -> None:
    if words is None or words.problem:
        return
    try:
        for report in words.rest() if isinf(end_s) else words.until(end_s):
            session.add_words(report.final, report.partial, report.heard_s)
    except SpeechError as error:
        words.problem = str(error)
        session.availability.set("text", "recognizer", Reason.NO_RECOGNIZER)


def _chunks(source: Source) -> Iterator[Chunk]:
    try:
        while True:
            chunk = source.read(_READ_S)
            if chunk is not None:
                yield chunk
    except EndOfSource:
        return
