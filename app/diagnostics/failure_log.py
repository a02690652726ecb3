"""Writes warnings and unexpected failures to a small rotating log file that only the user can read. No Qt.

The file must never hold recognised words, names, pictures or names of recordings: see `private_text`.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections import Counter
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from app.diagnostics.private_text import is_own, plain_message, thread_name, traceback_lines
from core import paths

FILE_NAME = "edu-emotionnet.log"
FILE_BYTES = 200_000
"""One file's limit; there are at most two."""
REPEATS = 5
"""How often the same failure is written: one that recurs 30 times a second must not push out everything else."""
_log = logging.getLogger(__name__)


def log_file() -> Path:
    """The log file; it exists once there was something to write."""
    return paths.logs() / FILE_NAME


class PrivateFormatter(logging.Formatter):
    """One line for a record, then for an exception the types and places of its traceback."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The record without text that may come from the user."""
        shown = logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None, "stack_info": None})
        shown.msg, shown.args, shown.threadName = plain_message(record), None, thread_name(record)
        lines = [super().format(shown)]
        if record.exc_info and record.exc_info[1] is not None:
            lines += traceback_lines(record.exc_info[1])
        return "\n".join(lines)


def _is_new(seen: Counter[tuple[object, ...]], record: logging.LogRecord) -> bool:
    """Whether the same failure has been written fewer than `REPEATS` times. Formats nothing."""
    message = record.msg if is_own(record) and isinstance(record.msg, str) else ""
    place = _place(record.exc_info[2] if record.exc_info else None) or (record.pathname, record.lineno)
    key = (record.name, message, *place)
    seen[key] += 1
    return seen[key] <= REPEATS


def _place(trace: TracebackType | None) -> tuple[object, ...]:
    """File and line where the exception was raised."""
    if trace is None:
        return ()
    while trace.tb_next is not None:
        trace = trace.tb_next
    return (trace.tb_frame.f_code.co_filename, trace.tb_lineno)


class PrivateFileHandler(RotatingFileHandler):
    """Creates folder and file at the first record, readable by their owner alone."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=FILE_BYTES, backupCount=1, encoding="utf-8", delay=True)
        self._seen: Counter[tuple[object, ...]] = Counter()
        self.addFilter(lambda record: _is_new(self._seen, record))
        self.setFormatter(PrivateFormatter())

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        return TextIOWrapper(open(path, f"{self.mode}b", opener=_open_private), self.encoding, write_through=True)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 — logging's name
        """A disk that is full or read-only is no reason to fail. The next record opens the file again."""
        stream, self.stream = self.stream, None
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.close()
        write_to_terminal(f"The log {self.baseFilename} could not be written.")

    def close(self) -> None:
        """Closes the file; what a full disk does not take is lost."""
        with suppress(OSError, ValueError):
            super().close()


class TerminalHandler(logging.StreamHandler):  # type: ignore[type-arg]  # generic in the stubs alone
    """Writes to the terminal, and nothing once that is closed."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 — logging's name
        """Shows what went wrong if the terminal is still there."""
        with suppress(ValueError):
            super().handleError(record)


def write_to_terminal(sentence: str) -> None:
    """Writes a line to the terminal if there is one. Never raises."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{sentence}\n")


def _open_private(path: str, flags: int) -> int:
    """Opens a file that only its owner can read, and follows no link to another file where the system can tell."""
    file = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        if hasattr(os, "fchmod"):
            os.fchmod(file, 0o600)  # it may be older than this rule
    except OSError:
        os.close(file)
        raise
    return file


class FailureLog:
    """Between `install` and `remove`, warnings and uncaught exceptions go to the log file and to the terminal."""

    def __init__(self) -> None:
        # Without a handler for the terminal, the file's handler would silence it.
        self._handlers: tuple[logging.Handler, ...] = (PrivateFileHandler(log_file()), TerminalHandler())

    def install(self) -> None:
        """Begins to record."""
        for handler in self._handlers:
            handler.setLevel(logging.WARNING)
            logging.getLogger().addHandler(handler)
        self._before = sys.excepthook, threading.excepthook, sys.unraisablehook
        sys.excepthook, threading.excepthook = _on_uncaught, _on_uncaught_in_thread
        sys.unraisablehook = _on_unraisable

    def remove(self) -> None:
        """Puts everything back."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
        for handler in self._handlers:
            logging.getLogger().removeHandler(handler)
            handler.close()


def _on_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        _log.error("An exception was not caught.", exc_info=(kind, error, trace))


def _on_uncaught_in_thread(failure: threading.ExceptHookArgs) -> None:
    error = failure.exc_value
    if error is not None and not isinstance(error, SystemExit):
        exc_info = (failure.exc_type, error, failure.exc_traceback)
        _log.error("The thread %s failed.", failure.thread, exc_info=exc_info)


def _on_unraisable(failure: sys.UnraisableHookArgs) -> None:
    """Python ignores an exception in `__del__` and the like; a warning, because the program goes on as before."""
    error = failure.exc_value
    exc_info = None if error is None else (failure.exc_type, error, failure.exc_traceback)
    _log.warning("An exception was ignored by Python.", exc_info=exc_info)
