"""Every background job reports its end once, the latest of a topic wins, and closing does not wait for ever."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject

from app.session.engine_host import EngineHost
from app.session.input import SessionInput
from app.session.jobs import Job, JobRunner
from core.errors import DownloadError
from core.settings import Settings
from tests.app.scripted_engine import ScriptedEngine


@pytest.fixture
def jobs(qtbot) -> Iterator[JobRunner]:
    parent = QObject()
    runner = JobRunner(parent)
    yield runner
    assert runner.close(5) == []


class Ends:
    """Collects what one job reports."""

    def __init__(self) -> None:
        self.results: list[object] = []
        self.failures: list[str] = []
        self.shares: list[float] = []
        self.threads: set[threading.Thread] = set()

    def run(self, jobs: JobRunner, topic: str, work: Callable[[Job], object]) -> None:
        jobs.run(topic, work, self.done, self.failures.append, self.shares.append)

    def done(self, result: object) -> None:
        self.results.append(result)
        self.threads.add(threading.current_thread())


def raising(error: Exception) -> Callable[[Job], object]:
    def work(_job: Job) -> None:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DownloadError("No such model.\nName another."), "No such model. Name another."),
        (OSError(28, "No space left on device"), "No space left on device. "),
        (PermissionError(13, "Permission denied", "/models"), "/models: Permission denied. "),
        (KeyError("oops"), "KeyError: 'oops'"),
    ],
)
def test_a_failure_of_any_kind_is_one_sentence(jobs, qtbot, caplog, error: Exception, words: str) -> None:
    ends = Ends()
    ends.run(jobs, "try", raising(error))
    qtbot.waitUntil(lambda: bool(ends.failures))
    assert words in ends.failures[0]
    assert (len(ends.failures), ends.results, jobs.busy) == (1, [], False)
    logged = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(logged) == isinstance(error, KeyError)  # only the unexpected one
    assert all(record.exc_info for record in logged)


def test_results_and_progress_arrive_on_the_windows_thread_after_the_jobs_thread_has_ended(jobs, qtbot) -> None:
    ends, left = Ends(), []
    for k in range(30):

        def work(job: Job, k: int = k) -> int:
            job.report(k / 30)
            return k

        ends.run(jobs, "quick", work)
        qtbot.waitUntil(lambda k=k: ends.results[-1:] == [k])
        left += [thread.name for thread in threading.enumerate() if thread.name.startswith("job-")]
    assert ends.shares == [k / 30 for k in range(30)]
    assert ends.threads == {threading.current_thread()}
    assert left == []


def test_the_latest_job_of_a_topic_cancels_and_silences_the_one_before(jobs, qtbot) -> None:
    first, second, other = Ends(), Ends(), Ends()
    cancelled = threading.Event()

    def wait(job: Job) -> None:
        while not job.cancelled:
            time.sleep(0.001)
        job.report(1.0)
        cancelled.set()

    first.run(jobs, "list", wait)
    other.run(jobs, "open", lambda _job: "opened")
    second.run(jobs, "list", lambda _job: "listed")
    assert cancelled.wait(5)
    qtbot.waitUntil(lambda: not jobs.busy)
    assert (second.results, other.results) == (["listed"], ["opened"])
    assert (first.results, first.failures, first.shares) == ([], [], [])


def test_a_cancelled_job_still_reports_its_end_and_a_dropped_one_does_not(jobs, qtbot) -> None:
    def stop(job: Job) -> None:
        while not job.cancelled:
            time.sleep(0.001)
        raise DownloadError("It was stopped.")

    cancelled, dropped = Ends(), Ends()
    cancelled.run(jobs, "download", stop)
    dropped.run(jobs, "compare", stop)
    assert jobs.running("download")
    assert jobs.running("compare")
    jobs.cancel("download")
    jobs.drop("compare")
    assert not jobs.running("compare")
    qtbot.waitUntil(lambda: not jobs.busy)
    assert (cancelled.failures, dropped.failures) == (["It was stopped."], [])


def test_closing_waits_for_all_jobs_together_names_those_that_hang_and_starts_no_more(qtbot) -> None:
    parent, release, ends = QObject(), threading.Event(), Ends()
    jobs = JobRunner(parent)
    for topic in ("one", "two", "three"):
        ends.run(jobs, topic, lambda _job: release.wait(10))
    began_s = time.monotonic()
    assert sorted(jobs.close(0.1)) == ["job-one", "job-three", "job-two"]
    assert time.monotonic() - began_s < 2
    ends.run(jobs, "late", lambda _job: 7)
    assert not jobs.running("late")
    release.set()
    qtbot.waitUntil(lambda: not any(thread.name.startswith("job-") for thread in threading.enumerate()))
    qtbot.wait(10)  # what the threads sent meanwhile is delivered
    assert ends.results == []


def test_an_engine_that_is_built_after_the_window_was_closed_is_never_started(qtbot) -> None:
    asked, release = threading.Event(), threading.Event()
    engine = ScriptedEngine()

    def make(_settings, _source):
        asked.set()
        release.wait(10)
        return engine

    parent = QObject()
    engine_host = EngineHost(make, JobRunner(parent))
    engine_host.start(Settings(), SessionInput())
    assert asked.wait(5)
    began_s = time.monotonic()
    assert engine_host.close() == ["job-engine"]
    assert time.monotonic() - began_s < 4
    release.set()
    qtbot.waitUntil(lambda: not any(thread.name == "job-engine" for thread in threading.enumerate()))
    assert "start" not in engine.calls
