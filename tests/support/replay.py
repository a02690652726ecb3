"""Reproduces a live run offline: the same hops, and faces searched in the same frames."""

from __future__ import annotations

from collections.abc import Sequence

from core.capture.source import EndOfSource, Source
from core.session.offline import InStepRecognizer
from core.session.protocols import Finder
from core.session.session import Session
from core.types import Chunk, Estimate, Sighting, VideoFrame


class FrameRecorder:
    """A face finder that keeps the times of the frames that it searched."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self.times_s: list[float] = []

    def look(self, frame: VideoFrame) -> Sighting:
        self.times_s.append(frame.t_s)
        return self._finder.look(frame)

    def reset(self) -> None:
        self._finder.reset()


def replay(
    source: Source, session: Session, words: InStepRecognizer, hops_s: Sequence[float], frames_s: Sequence[float]
) -> list[Estimate]:
    """Steps the hops that end at `hops_s`, with only the frames of the times `frames_s`."""
    due, searched, made = list(hops_s), set(frames_s), list[Estimate]()

    def step_until(t_s: float) -> None:
        while due and due[0] <= t_s:
            for report in words.until(due[0]):
                session.add_words(report.final, report.partial, report.heard_s)
            made.append(session.step(due.pop(0)))

    for chunk in _chunks(source):
        if isinstance(chunk, VideoFrame) and chunk.t_s not in searched:
            continue
        step_until(chunk.t_s)
        session.feed(chunk)
    step_until(float("inf"))
    return made


def _chunks(source: Source) -> list[Chunk]:
    chunks: list[Chunk] = []
    source.open(lambda: 0.0)
    try:
        while True:
            chunk = source.read(1.0)
            if chunk is not None:
                chunks.append(chunk)
    except EndOfSource:
        return chunks
    finally:
        source.close()
