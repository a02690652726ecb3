"""Work beside the window always says how it ended, and closing does not wait for ever."""

import logging
import threading
import time

from PySide6.QtCore import QObject

from app.session.background_job import Job
from app.session.engine_host import EngineHost
from app.session.input import SessionInput
from core.errors import DownloadError
from core.settings import Settings
from tests.app.scripted_engine import ScriptedEngine


def raising(error: Exception):
    def work(_job: Job) -> None:
        raise error

    return work


def test_a_failure_of_any_kind_is_one_sentence(qtbot, caplog) -> None:
    parent = QObject()
    for error, words in (
        (DownloadError("No such model.\nName another."), "No such model. Name another."),
        (OSError(28, "No space left on device"), "No space left on device. See"),
        (PermissionError(13, "Permission denied", "/models"), "/models: Permission denied. See"),
        (KeyError("oops"), "KeyError: 'oops'"),
    ):
        job = Job("try", raising(error), parent)
        with qtbot.waitSignal(job.failed) as heard:
            job.start()
        assert words in heard.args[0]
    (logged,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert logged.exc_info is not None  # the unforeseen one, for the report


def test_the_thread_is_over_when_its_end_is_heard(qtbot) -> None:
    alive = []
    for _ in range(30):
        job = Job("quick", lambda _job: 7, parent := QObject())
        job.done.connect(lambda _result, job=job: alive.extend(job.end(0)))
        with qtbot.waitSignal(job.done) as heard:
            job.start()
        assert heard.args == [7]
        del parent
    assert alive == []


def test_a_job_that_hangs_is_named_and_left_behind() -> None:
    parent, release = QObject(), threading.Event()
    job = Job("slow", lambda _job: release.wait(10), parent)
    job.start()
    began_s = time.monotonic()
    assert job.end(0.1) == ["job-slow"]
    assert time.monotonic() - began_s < 2
    release.set()
    assert job.end(5) == []


def test_an_engine_that_is_built_after_the_window_was_closed_is_never_started(qtbot) -> None:
    asked, release = threading.Event(), threading.Event()
    engine = ScriptedEngine()

    def make(_settings, _source):
        asked.set()
        release.wait(10)
        return engine

    engine_host = EngineHost(make)
    engine_host.start(Settings(), SessionInput())
    assert asked.wait(5)
    began_s = time.monotonic()
    assert engine_host.close() == ["job-start"]
    assert time.monotonic() - began_s < 4
    release.set()
    qtbot.waitUntil(lambda: not any(thread.name == "job-start" for thread in threading.enumerate()))
    assert "start" not in engine.calls
