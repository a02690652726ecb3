"""After an unexpected failure, wherever it happens, the log holds a traceback and a dialog offers its folder."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
import shiboken6
from PySide6.QtCore import QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.diagnostics.failure_log import FailureLog, log_file
from app.window.failure_dialog import OPEN_FOLDER, FailureDialogs
from app.window.main_window import MainWindow
from core import paths
from core.engine import Engine, EngineHooks, Sources
from core.errors import ModelError
from core.status import RunState
from core.types import Chunk
from tests.app.scripted_engine import ScriptedEngine
from tests.support.small_engine import FACTORIES, SETTINGS
from tests.support.small_sources import SmallCamera, SmallMicrophone
from tests.support.waiting import until


@pytest.fixture
def log(home: Path) -> Iterator[Path]:
    failures = FailureLog()
    failures.install()
    yield log_file()
    failures.remove()


class OpenedFolders(QWidget):
    """Stands in for the system's file manager."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[str] = []
        QDesktopServices.setUrlHandler("file", self, "open_url")

    @Slot(QUrl)
    def open_url(self, url: QUrl) -> None:
        self.paths.append(unquote(url.toLocalFile()))


def divide(_anything: object = None) -> float:
    return 1 / 0


def assert_shown(window: MainWindow, log: Path, qtbot, message: str) -> None:
    qtbot.waitUntil(lambda: window.failures.dialog is not None)
    dialog = window.failures.dialog
    assert not dialog.isModal()  # a running session can still be stopped
    assert message in dialog.informativeText()
    assert "ZeroDivisionError" in dialog.informativeText()
    text = log.read_text(encoding="utf-8")
    assert message in text
    assert " in divide: return 1 / 0\n" in text
    folders = OpenedFolders()
    try:
        button(window, OPEN_FOLDER).click()
        assert [Path(path) for path in folders.paths] == [paths.logs()]
    finally:
        QDesktopServices.unsetUrlHandler("file")


def button(window: MainWindow, text: str) -> QAbstractButton:
    return next(one for one in window.failures.dialog.buttons() if one.text() == text)


def test_a_job_that_fails_unexpectedly(open_window, log: Path, qtbot) -> None:
    window = open_window()
    failed: list[str] = []
    window.controller.jobs.run("sum", divide, lambda _result: None, failed.append)
    assert_shown(window, log, qtbot, "The background job sum failed.")
    assert "ZeroDivisionError" in failed[0]


def test_a_job_that_fails_as_expected_is_no_more_than_a_sentence(open_window, log: Path, qtbot) -> None:
    window = open_window()

    def refuse(_job: object) -> None:
        raise ModelError("No weights here. Pull them.")

    window.controller.jobs.run("model", refuse, lambda _result: None, window.controller.notice.emit)
    qtbot.waitUntil(lambda: window.banner.text == "No weights here. Pull them.")
    assert window.failures.dialog is None
    assert not log.exists()


def test_a_thread_that_fails(open_window, log: Path, qtbot) -> None:
    window = open_window()
    thread = threading.Thread(target=divide, name="engine-lab")
    thread.start()
    thread.join()
    assert_shown(window, log, qtbot, "The thread engine-lab failed.")


def test_a_slot_that_fails(open_window, log: Path, qtbot) -> None:
    window = open_window()
    with qtbot.captureExceptions() as seen:  # other watchers of the hook must not report it
        failures = FailureLog()
        failures.install()
        QTimer.singleShot(0, window, divide)
        qtbot.waitUntil(lambda: window.failures.dialog is not None)
        failures.remove()
    assert seen == []
    assert_shown(window, log, qtbot, "An exception was not caught.")


def test_an_engine_that_fails_while_it_starts(open_window, log: Path, qtbot) -> None:
    class Broken(ScriptedEngine):
        def start(self) -> None:
            divide()

    window = open_window(kind=Broken)
    window.controller.start()
    assert_shown(window, log, qtbot, "The background job engine failed.")
    assert "ZeroDivisionError" in window.banner.text


def test_an_engine_thread_that_fails(open_window, log: Path, qtbot) -> None:
    class Camera(SmallCamera):
        def read(self, timeout_s: float) -> Chunk | None:
            divide()

    def engine(hooks: EngineHooks) -> Engine:
        return Engine(SETTINGS, Sources(Camera("cam", 30.0), SmallMicrophone("mic")), hooks, FACTORIES)

    window = open_window(kind=engine)
    window.controller.start()
    assert_shown(window, log, qtbot, "camera thread failed.")
    qtbot.waitUntil(lambda: window.controller.engine_host.engine is None)
    assert "the log holds the details" in window.banner.text


def test_a_session_that_fails_before_its_start_is_reported_is_closed(open_window, log: Path, qtbot) -> None:
    class Camera(SmallCamera):
        def read(self, timeout_s: float) -> Chunk | None:
            divide()

    class SlowToStart(Engine):
        def start(self) -> None:
            super().start()
            until(lambda: self.status().state is RunState.STOPPED)

    def engine(hooks: EngineHooks) -> Engine:
        return SlowToStart(SETTINGS, Sources(Camera("cam", 30.0), SmallMicrophone("mic")), hooks, FACTORIES)

    window = open_window(kind=engine)
    window.controller.start()
    host = window.controller.engine_host
    qtbot.waitUntil(lambda: host.last is not None and host.engine is None and not host.busy)
    assert "the log holds the details" in window.banner.text


def test_the_same_failure_is_shown_once_and_one_at_a_time(open_window, log: Path, qtbot) -> None:
    window = open_window()
    for topic in ("one", "two", "one"):
        window.controller.jobs.run(topic, divide, lambda _result: None, lambda _reason: None)
        qtbot.waitUntil(lambda: not window.controller.jobs.busy)
        qtbot.waitUntil(lambda: window.failures.dialog is not None)
        assert "job one" in window.failures.dialog.informativeText()
    button(window, "Close").click()
    assert window.failures.dialog is None
    window.controller.jobs.run("one", divide, lambda _result: None, lambda _reason: None)
    qtbot.waitUntil(lambda: not window.controller.jobs.busy)
    qtbot.wait(50)
    assert window.failures.dialog is None


def test_a_record_with_arguments_that_do_not_fit_is_shown(open_window, qtbot) -> None:
    window = open_window()
    handler = logging.getLogger().handlers[-1]  # the window's; pytest's own handler refuses such a record
    try:
        divide()
    except ZeroDivisionError as error:
        exc_info = (ZeroDivisionError, error, error.__traceback__)
        handler.handle(logging.LogRecord("app.test", logging.ERROR, __file__, 1, "%s and %s", ("one",), exc_info))
    qtbot.waitUntil(lambda: window.failures.dialog is not None)
    assert "%s and %s (ZeroDivisionError)" in window.failures.dialog.informativeText()


def test_a_failure_after_the_window_is_destroyed_does_not_fail_its_caller(log: Path, qtbot) -> None:
    parent = QWidget()
    failures = FailureDialogs(parent)
    try:
        shiboken6.delete(parent)
        try:
            divide()
        except ZeroDivisionError:
            logging.getLogger("app.test").exception("Too late.")
        assert "Too late." in log.read_text(encoding="utf-8")
    finally:
        failures.close()
