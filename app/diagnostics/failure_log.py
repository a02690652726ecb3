"""Writes warnings and unexpected failures to a small rotating log file that only the user can read. No Qt.

The file must never hold recognised words, names, pictures or names of recordings. An exception's text may hold any of
them, so only its type and the places in the code are written; a message ends before the first quotation or path.
"""

from __future__ import annotations

import logging
import os
import re
import site
import sys
import sysconfig
import threading
import traceback
from collections import Counter
from collections.abc import Iterator
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from core import paths

FILE_NAME = "edu-emotionnet.log"
FILE_BYTES = 200_000
"""One file's limit; there are at most two."""
REPEATS = 5
"""How often the same failure is written: one that recurs 30 times a second must not push out everything else."""
_PRIVATE = re.compile(r"""\s*(?:["'“”‘’«»`]|\S*[/\\~]|\S*\.[A-Za-z]\w{1,4}\b).*""", re.DOTALL)
"""From the first quotation, path or file name of a message to its end."""
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
        shown.msg, shown.args = plain_message(record), None
        lines = [super().format(shown)]
        if record.exc_info and record.exc_info[1] is not None:
            lines += traceback_lines(record.exc_info[1])
        return "\n".join(lines)


def plain_message(record: logging.LogRecord) -> str:
    """The message up to the first quotation or path.

    Arguments are filled in for the program's own loggers alone, an exception as its type: what libraries put in is
    unknown.
    """
    text = str(record.msg)
    ours = record.name.partition(".")[0] in ("app", "core")
    if ours and record.args and isinstance(record.args, tuple):
        text %= tuple(type(value).__name__ if isinstance(value, BaseException) else value for value in record.args)
    cut = _PRIVATE.sub("", text.splitlines()[0] if text else "", count=1)
    return cut if cut == text else f"{cut} […]"


def traceback_lines(error: BaseException) -> list[str]:
    """Where `error` was raised and what caused it, without the text of any exception."""
    lines: list[str] = []
    for link in reversed(list(_causes(error))):
        lines.append("Traceback (most recent call last):")
        for frame in traceback.extract_tb(link.__traceback__):
            lines.append(f"  {_code_path(frame.filename)}:{frame.lineno} in {frame.name}: {frame.line or ''}".rstrip())
        lines.append(type(link).__qualname__)
    return lines


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        yield link
        seen.add(id(link))
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _code_path(filename: str) -> str:
    """A source file's path below the folder of its package: folders above may bear the user's name."""
    roots = (Path(__file__).parents[2], *map(Path, site.getsitepackages()), Path(sysconfig.get_path("stdlib")))
    path = Path(filename)
    below = [path.relative_to(root).as_posix() for root in roots if path.is_relative_to(root)]
    return min(below, key=len, default=path.name)


def _is_new(seen: Counter[tuple[object, ...]], record: logging.LogRecord) -> bool:
    """Whether the same failure has been written fewer than `REPEATS` times."""
    place = _place(record.exc_info[2]) if record.exc_info else (record.pathname, record.lineno)
    key = (record.name, str(record.msg), *place)
    seen[key] += 1
    return seen[key] <= REPEATS


def _place(trace: TracebackType | None) -> tuple[object, ...]:
    frames = traceback.extract_tb(trace)
    return (frames[-1].filename, frames[-1].lineno) if frames else ()


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
        """A disk that is full or read-only is no reason to fail."""
        if sys.stderr is not None:
            sys.stderr.write(f"The log {self.baseFilename} could not be written.\n")


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class FailureLog:
    """Between `install` and `remove`, warnings and uncaught exceptions go to the log file and to the terminal."""

    def __init__(self) -> None:
        terminal = logging.StreamHandler()  # without one, the file's handler would silence the terminal
        self._handlers: tuple[logging.Handler, ...] = (PrivateFileHandler(log_file()), terminal)

    def install(self) -> None:
        """Begins to record."""
        for handler in self._handlers:
            handler.setLevel(logging.WARNING)
            logging.getLogger().addHandler(handler)
        self._before = sys.excepthook, threading.excepthook
        sys.excepthook, threading.excepthook = _on_uncaught, _on_uncaught_in_thread

    def remove(self) -> None:
        """Puts everything back."""
        sys.excepthook, threading.excepthook = self._before
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
        name = failure.thread.name if failure.thread is not None else "unknown"
        _log.error("The thread %s failed.", name, exc_info=(failure.exc_type, error, failure.exc_traceback))
