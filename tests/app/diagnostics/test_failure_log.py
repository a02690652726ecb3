"""Unexpected failures of every kind reach the log with their traceback, and nothing of the user does."""

from __future__ import annotations

import errno
import gc
import io
import logging
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import pytest
from PySide6.QtCore import qInstallMessageHandler, qWarning

from app.diagnostics.failure_log import FILE_BYTES, REPEATS, FailureLog, PrivateFileHandler, log_file
from app.diagnostics.qt_messages import SHOWN_ELSEWHERE, log_qt_messages
from core import paths
from core.errors import StoreError

SECRETS = ("Anna", "lesson", "derivative", "/home", "secret")


@pytest.fixture
def log(home: Path) -> Iterator[Path]:
    """The file of a failure log that is installed for one test."""
    failures = FailureLog()
    failures.install()
    yield log_file()
    failures.remove()


def fail(error: Exception) -> None:
    raise error


def test_without_a_failure_there_is_no_file(log: Path) -> None:
    logging.getLogger("app.test").info("All is well.")
    assert not paths.logs().exists()


def test_an_exception_is_logged_by_type_and_place_and_without_its_text(log: Path) -> None:
    try:
        try:
            fail(StoreError("'/home/Anna/lesson one.mp4' holds the word derivative."))
        except StoreError as cause:
            raise ValueError("Anna's secret") from cause
    except ValueError as error:
        logging.getLogger("app.test").exception("The part failed: %s", error)
    text = log.read_text(encoding="utf-8")
    assert "ERROR MainThread app.test: The part failed: ValueError\n" in text
    assert text.index("StoreError\n") < text.rindex("ValueError\n")
    assert "tests/app/diagnostics/test_failure_log.py" in text
    assert " in fail: raise error\n" in text
    without_code = "\n".join(line for line in text.splitlines() if not line.startswith("  "))
    assert not any(secret in without_code for secret in SECRETS)
    assert str(Path.home()) not in text


@pytest.mark.parametrize(
    ("logger", "message", "written"),
    [
        ("app.review", "The job %s failed.", "The job str failed."),
        ("library", "Words: %s of Anna", "test_failure_log:"),
    ],
)
def test_a_message_is_written_without_what_may_be_the_users(log: Path, logger: str, message: str, written: str) -> None:
    logging.getLogger(logger).warning(message, "Anna's lesson")
    (line,) = log.read_text(encoding="utf-8").splitlines()
    assert f" WARNING MainThread {logger}: {written}" in line
    assert not any(secret in line for secret in SECRETS)


def test_the_name_of_a_foreign_thread_is_not_written(log: Path) -> None:
    thread = threading.Thread(target=logging.getLogger("library").warning, args=("Anna",), name="Anna's thread")
    thread.start()
    thread.join()
    text = log.read_text(encoding="utf-8")
    assert " WARNING Thread library: " in text
    assert "Anna" not in text


def test_the_log_stays_small_and_is_the_users_alone(log: Path) -> None:
    for k in range(3000):
        logging.getLogger(f"app.test{k}").warning("This line is about one hundred and fifty characters long. " * 3)
    files = sorted(paths.logs().iterdir())
    assert len(files) == 2
    assert all(file.stat().st_size <= FILE_BYTES for file in files)
    if os.name == "posix":
        assert [stat.S_IMODE(file.stat().st_mode) for file in (*files, paths.logs())] == [0o600, 0o600, 0o700]


def test_a_failure_that_recurs_does_not_push_out_the_others(log: Path) -> None:
    for _ in range(100):
        try:
            fail(ValueError())
        except ValueError:
            logging.getLogger("app.test").exception("Again.")
    logging.getLogger("app.test").warning("Another.")
    text = log.read_text(encoding="utf-8")
    assert text.count("Again.") == REPEATS
    assert "Another." in text


def test_a_recursion_that_recurs_leaves_room_and_costs_little(log: Path) -> None:
    def recurse() -> None:
        recurse()

    try:
        recurse()
    except RecursionError as error:
        failure = error
    handler = next(one for one in logging.getLogger().handlers if isinstance(one, PrivateFileHandler))
    exc_info = (RecursionError, failure, failure.__traceback__)
    record = logging.LogRecord("app.test", logging.ERROR, __file__, 1, "Again.", (), exc_info)
    for _ in range(REPEATS):
        handler.handle(record)
    size = log.stat().st_size
    assert size < FILE_BYTES / 4
    begun_s = process_time()
    for _ in range(100):
        handler.handle(record)
    assert process_time() - begun_s < 0.5
    assert log.stat().st_size == size


def test_a_log_that_cannot_be_written_disturbs_nothing(home: Path, log: Path, capfd) -> None:
    paths.logs().write_text("in the way")
    logging.getLogger("app.test").warning("Something.")
    assert "could not be written" in capfd.readouterr().err


class FullDisk(io.RawIOBase):
    """A file on a disk that is full."""

    def writable(self) -> bool:
        return True

    def write(self, _data: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_disturbs_neither_writing_nor_removing(home: Path, monkeypatch, capfd) -> None:
    before = list(logging.getLogger().handlers)
    monkeypatch.setattr(PrivateFileHandler, "_open", lambda _self: io.TextIOWrapper(io.BufferedWriter(FullDisk())))
    failures = FailureLog()
    failures.install()
    logging.getLogger("app.test").warning("Something.")
    assert "could not be written" in capfd.readouterr().err
    failures.remove()
    assert logging.getLogger().handlers == before


def test_what_a_full_disk_still_holds_back_at_the_end_is_dropped(home: Path, monkeypatch) -> None:
    stream = io.TextIOWrapper(io.BufferedWriter(FullDisk()))
    monkeypatch.setattr(PrivateFileHandler, "_open", lambda _self: stream)
    handler = PrivateFileHandler(log_file())
    handler.stream = handler._open()
    stream.write("waiting")
    handler.close()
    assert handler.stream is None


def test_the_log_is_written_again_once_the_disk_has_room(log: Path, monkeypatch) -> None:
    with monkeypatch.context() as full:
        full.setattr(PrivateFileHandler, "_open", lambda _self: io.TextIOWrapper(io.BufferedWriter(FullDisk())))
        logging.getLogger("app.test").warning("Lost.")
    logging.getLogger("app.test").warning("Kept.")
    assert "Kept." in log.read_text(encoding="utf-8")


def test_a_closed_terminal_disturbs_nothing(home: Path, monkeypatch) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(sys, "stderr", terminal)
    before = (sys.excepthook, list(logging.getLogger().handlers))
    failures = FailureLog()
    failures.install()
    terminal.close()
    paths.logs().write_text("in the way")
    logging.getLogger("app.test").warning("Something.")
    failures.remove()
    assert (sys.excepthook, list(logging.getLogger().handlers)) == before


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="the system cannot refuse links")
def test_a_link_in_the_place_of_the_log_is_not_followed(log: Path, tmp_path: Path, capfd) -> None:
    target = tmp_path / "target"
    target.write_text("")
    log.parent.mkdir(parents=True)
    log.symlink_to(target)
    logging.getLogger("app.test").warning("Something.")
    assert target.read_text() == ""
    assert "could not be written" in capfd.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_a_log_that_others_could_read_becomes_private(log: Path) -> None:
    log.parent.mkdir(parents=True)
    log.touch()
    log.chmod(0o644)
    logging.getLogger("app.test").warning("Something.")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_an_exception_that_python_ignores_is_logged(log: Path) -> None:
    class Broken:
        def __del__(self) -> None:
            fail(ZeroDivisionError("Anna"))

    broken = Broken()
    del broken
    gc.collect()
    text = log.read_text(encoding="utf-8")
    assert " WARNING MainThread app.diagnostics.failure_log: An exception was ignored by Python.\n" in text
    assert text.endswith("ZeroDivisionError\n")


def test_all_hooks_are_put_back(home: Path) -> None:
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    failures = FailureLog()
    failures.install()
    assert sys.unraisablehook is not before[2]
    failures.remove()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before


def test_a_thread_that_fails_is_logged(log: Path) -> None:
    thread = threading.Thread(target=fail, args=(ZeroDivisionError("Anna"),), name="engine-lab")
    thread.start()
    thread.join()
    text = log.read_text(encoding="utf-8")
    assert "The thread engine-lab failed." in text
    assert text.endswith("ZeroDivisionError\n")


def test_qts_warnings_are_logged_but_for_the_missing_sound_server(log: Path) -> None:
    before = qInstallMessageHandler(None)
    try:
        log_qt_messages()
        for beginning in SHOWN_ELSEWHERE:
            qWarning(f"{beginning} More.")
        qWarning("Anna cannot be played.")
    finally:
        qInstallMessageHandler(before)
    (line,) = log.read_text(encoding="utf-8").splitlines()
    assert " WARNING MainThread qt.default: qt_messages:" in line
    assert "Anna" not in line


def test_a_command_that_fails_is_logged_and_its_traceback_stays_on_the_terminal(home: Path) -> None:
    code = "from app import __main__ as m\n@m.cli.command()\ndef broken(): raise ZeroDivisionError('Anna')\nm.main()\n"
    ended = subprocess.run(
        [sys.executable, "-c", code, "broken"], capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 1
    assert "ZeroDivisionError: Anna" in ended.stderr
    text = log_file().read_text(encoding="utf-8")
    assert "An exception was not caught." in text
    assert text.endswith("ZeroDivisionError\n")
    assert "Anna" not in text
