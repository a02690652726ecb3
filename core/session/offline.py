"""A finite source through a session, as fast as it goes: tests, analysis, evaluation. The same corridor as live.

Words come in step with the sound: before each hop everything is heard that lies before its end, so that two runs over
the same file give the same numbers on any machine.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from math import isinf
from typing import Protocol

from core.capture.source import EndOfSource, Source
from core.errors import SpeechError
from core.session.hop_grid import end_of
from core.session.session import Session
from core.speech.base import Recognizer
from core.speech.listener import Listener, RecognizedWords
from core.types import Chunk, Estimate, Reason, VideoFrame

_READ_S = 1.0


class WordSource(Protocol):
    """Whoever listens along: gives the reports up to a moment of the session, or raises `SpeechError`."""

    problem: str
    """Why it gave up in the middle, said by whoever noticed; empty while all is well."""

    def until(self, end_s: float) -> Iterable[RecognizedWords]:
        """Reports not given yet of what was heard up to `end_s`."""

    def rest(self) -> Iterable[RecognizedWords]:
        """Reports of all that is left, every word final."""


class InStepRecognizer:
    """Listens on the session's own sound, on this thread."""

    def __init__(self, recognizer: Recognizer, session: Session) -> None:
        self.name = recognizer.name
        self.problem = ""
        self._recognizer = recognizer
        self._listener = Listener(recognizer, session.intake.audio)

    def until(self, end_s: float) -> Iterator[RecognizedWords]:
        """Hear what has arrived; nothing later than `end_s` has, or it bears its own, later time."""
        while heard := self._listener.hear():
            yield heard

    def rest(self) -> Iterator[RecognizedWords]:
        """Hear the last piece."""
        yield from self.until(float("inf"))
        if last := self._listener.finish():
            yield last

    def close(self) -> None:
        """Release the recogniser."""
        self._recognizer.close()


def estimates(
    source: Source,
    session: Session,
    words: WordSource | None,
    hops: Sequence[float] | None = None,
    looked: Sequence[float] | None = None,
) -> Iterator[Estimate]:
    """Play the source through the session, hop by hop.

    To repeat another run: only the hops that end at `hops` (ascending), and only the frames of the times `looked`.

    Without `words`, or once they fail, the text modality is said to be missing. Opens and closes the source; raises
    `CaptureError` if it cannot be read.
    """
    source.open(lambda: 0.0)
    try:
        _declare(session, source, words)
        end_s = 0.0
        looked_at = None if looked is None else frozenset(looked)
        for chunk in _chunks(source):
            if looked_at is not None and isinstance(chunk, VideoFrame) and chunk.t_s not in looked_at:
                continue
            yield from _steps_until(session, words, chunk.t_s, hops)
            session.feed(chunk)
            end_s = max(end_s, end_of(chunk))
        yield from _steps_until(session, words, session.grid.last_end_s(end_s), hops)
        _listen(session, words, float("inf"))
    finally:
        source.close()


def _declare(session: Session, source: Source, words: WordSource | None) -> None:
    session.set_unavailable("visual", None if source.has_video else Reason.NO_PICTURE)
    session.set_unavailable("audio", None if source.has_audio else Reason.NO_SOUND)
    session.set_unavailable("text", None if words else Reason.NO_RECOGNIZER)


def _steps_until(
    session: Session, words: WordSource | None, now_s: float, hops: Sequence[float] | None
) -> Iterator[Estimate]:
    while (end_s := _next_end_s(session, hops)) <= now_s:
        _listen(session, words, end_s)
        yield session.step(end_s)


def _next_end_s(session: Session, hops: Sequence[float] | None) -> float:
    if hops is None:
        return session.next_end_s
    place = bisect_left(hops, session.next_end_s)
    return hops[place] if place < len(hops) else float("inf")


def _listen(session: Session, words: WordSource | None, end_s: float) -> None:
    if words is None or words.problem:
        return
    try:
        for heard in words.rest() if isinf(end_s) else words.until(end_s):
            session.add_words(heard.final, heard.partial, heard.heard_s)
    except SpeechError as error:
        words.problem = str(error)
        session.set_unavailable("text", Reason.NO_RECOGNIZER)


def _chunks(source: Source) -> Iterator[Chunk]:
    try:
        while True:
            chunk = source.read(_READ_S)
            if chunk is not None:
                yield chunk
    except EndOfSource:
        return
