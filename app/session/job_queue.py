"""Jobs by topic: a newer one about a topic makes what an older one brings of no interest. No widget."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.session.background_job import Job

END_S = 2.0


class JobQueue(QObject):
    """Starts jobs and hands on what the newest of each topic brings. Belongs to the window's thread."""

    failed = Signal(str, str)
    """A topic, and a sentence."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._newest: dict[str, Job] = {}
        self._running: set[Job] = set()
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return bool(self._running)

    def run(self, topic: str, work: Callable[[Job], object], done: Callable[[Any], object]) -> None:
        """Do `work(job)` on a thread of its own; `done` gets its result in the window's thread."""
        if self._closed:
            return
        self.drop(topic)
        job = Job(f"review-{topic}", work, self)
        self._newest[topic] = job
        self._running.add(job)
        job.done.connect(lambda result: self._end(topic, job) and done(result))
        job.failed.connect(lambda sentence: self._end(topic, job) and self.failed.emit(topic, sentence))
        job.start()

    def drop(self, topic: str) -> None:
        """What is under way about a topic is no longer wanted."""
        if (job := self._newest.pop(topic, None)) is not None:
            job.cancel()

    def close(self) -> list[str]:
        """End all; names of threads that are left. Nothing can be started any more."""
        self._closed = True
        for job in self._running:
            job.cancel()
        return [name for job in list(self._running) for name in job.end(END_S)]

    def _end(self, topic: str, job: Job) -> bool:
        """Whether what the job brought is still of interest."""
        self._running.discard(job)
        if self._newest.get(topic) is not job:
            return False
        del self._newest[topic]
        return not self._closed


class Tidying(QObject):
    """Runs once; `said` tells what was erased, or why it could not be."""

    said = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._job: Job | None = None

    def start(self, tidy: Callable[[], list[str]]) -> None:
        """`tidy` erases, and says what."""
        self._job = Job("tidy", lambda _job: tidy(), self)
        self._job.done.connect(self._on_done)
        self._job.failed.connect(lambda sentence: self._on_done([sentence]))
        self._job.start()

    def _on_done(self, sentences: list[str]) -> None:
        self._job = None
        for sentence in sentences:
            self.said.emit(sentence)

    @property
    def busy(self) -> bool:
        """Whether it is still at it."""
        return self._job is not None

    def close(self, within_s: float) -> list[str]:
        """Wait so long for it; its thread's name where it did not end."""
        return self._job.end(within_s) if self._job is not None else []
