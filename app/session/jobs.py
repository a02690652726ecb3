"""Runs work that takes longer than a frame on background threads and reports back on the window's thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Event, Thread
from time import monotonic
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import MonitorError, sentence

CLOSES_WITHIN_S = 2.0
"""How long `JobRunner.close` waits for all jobs together."""
_log = logging.getLogger(__name__)
T = TypeVar("T")


class Job:
    """What a job's function gets: whether it was cancelled, and where to report its progress. Safe on any thread."""

    def __init__(self, report: Callable[[float], object] = lambda _share: None) -> None:
        self.report = report
        """Takes the share of the work that is done, 0 to 1."""
        self._cancelled = Event()

    @property
    def cancelled(self) -> bool:
        """Whether the work should end early."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Request that the work end early."""
        self._cancelled.set()


@dataclass(eq=False, slots=True)
class _Run:
    """One job under way, with its thread and its callbacks."""

    topic: str
    done: Callable[[Any], object]
    failed: Callable[[str], object]
    progressed: Callable[[float], object]
    job: Job = field(default_factory=Job)
    thread: Thread = field(init=False)


class JobRunner(QObject):
    """Runs each job on its own thread; one of `done` and `failed` follows on the window's thread, unless it is dropped.

    Jobs have a topic, and the latest of a topic wins: a new job cancels and silences the one before. Threads are
    daemons, because work that hangs inside a library must not keep the program from ending.
    """

    _ended = Signal(object, object, object)
    """_Run, its result, and a sentence if it failed, else None"""
    _progressed = Signal(object, float)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._latest: dict[str, _Run] = {}
        self._running: set[_Run] = set()
        self._closed = False
        self._ended.connect(self._on_ended)
        self._progressed.connect(self._on_progressed)

    @property
    def busy(self) -> bool:
        """Whether any job is under way, silenced ones included."""
        return bool(self._running)

    def running(self, topic: str) -> bool:
        """Whether a job about `topic` is under way."""
        return topic in self._latest

    def run(
        self,
        topic: str,
        work: Callable[[Job], T],
        done: Callable[[T], object],
        failed: Callable[[str], object],
        progressed: Callable[[float], object] = lambda _share: None,
    ) -> None:
        """Calls `work(job)` on a new thread; `done` takes its result, `failed` a sentence. Does nothing once closed."""
        if self._closed:
            return
        self.drop(topic)
        run = _Run(topic, done, failed, progressed)
        run.job = Job(lambda share: self._progressed.emit(run, share))
        run.thread = Thread(target=self._work, args=(run, work), name=f"job-{topic}", daemon=True)
        self._latest[topic] = run
        self._running.add(run)
        run.thread.start()

    def cancel(self, topic: str) -> None:
        """Requests that the job about `topic` end early; its end is still reported."""
        if topic in self._latest:
            self._latest[topic].job.cancel()

    def drop(self, topic: str) -> None:
        """Cancels the job about `topic` and reports nothing more of it."""
        run = self._latest.pop(topic, None)
        if run is not None:
            run.job.cancel()

    def end(self, topic: str, within_s: float) -> list[str]:
        """Drops the job about `topic` and waits for its thread; the thread's name if it has not ended by then."""
        self.drop(topic)
        runs = [run for run in self._running if run.topic == topic]
        self._running.difference_update(runs)
        return _join(runs, within_s)

    def close(self, within_s: float = CLOSES_WITHIN_S) -> list[str]:
        """Drops all jobs and waits for them together; names of threads that have not ended by then."""
        self._closed = True
        for run in self._running:
            run.job.cancel()
        self._latest.clear()
        runs, self._running = self._running, set()
        return _join(runs, within_s)

    def _work(self, run: _Run, work: Callable[[Job], object]) -> None:
        result, failure = None, None
        try:
            result = work(run.job)
        except BaseException as error:  # noqa: BLE001 — extension modules raise panics that are no Exception
            failure = sentence(error)
            if not isinstance(error, (MonitorError, OSError)):
                _log.exception("The background job %s failed.", run.topic)
        if not self._closed:
            self._ended.emit(run, result, failure)

    @Slot(object, float)
    def _on_progressed(self, run: _Run, share: float) -> None:
        if self._latest.get(run.topic) is run:
            run.progressed(share)

    @Slot(object, object, object)
    def _on_ended(self, run: _Run, result: object, failure: str | None) -> None:
        run.thread.join()  # it has nothing left to do
        self._running.discard(run)
        if self._latest.get(run.topic) is not run:
            return
        del self._latest[run.topic]
        if failure is not None:
            run.failed(failure)
        else:
            run.done(result)


def _join(runs: Iterable[_Run], within_s: float) -> list[str]:
    """Waits for all threads together; names of those that have not ended by then."""
    ends_s = monotonic() + within_s
    threads = [run.thread for run in runs]
    for thread in threads:
        thread.join(max(0.0, ends_s - monotonic()))
    return [thread.name for thread in threads if thread.is_alive()]
