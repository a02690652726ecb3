"""What of a log record may be written: nothing that may hold recognised words, names, paths or names of recordings.

Written are message templates of the program's own loggers, numbers, type names and places in the code. The message of
another logger is text that its library has already put together, so only the place that logged it is written.
"""

from __future__ import annotations

import logging
import re
import site
import sysconfig
import threading
import traceback
from collections.abc import Iterator, Sequence
from enum import Enum
from numbers import Number
from pathlib import Path
from typing import TypeVar

from core.errors import CodePlaces

OWN_LOGGERS = ("app", "core")
OWN_THREADS = ("engine-", "job-", "camera device")
"""How the names of the program's own threads begin. All are constants, some with a number."""
PROCESSES = frozenset({"recogniser", "words-ahead"})
"""Names of the program's own processes."""
MESSAGE_CHARS = 300
"""No own message is longer; the search for paths takes time that grows with the square of the length."""
END_FRAMES = 20
"""How many of the first and of the last frames of a traceback are written: a recursion has about a thousand."""
END_CAUSES = 3
"""How many of the first and of the last exceptions of a chain of causes are written."""
_PRIVATE = re.compile(r"""(?:["'“”‘’«»`]|\S*[/\\~]|\S*\.[A-Za-z]\w{1,4}\b).*""", re.DOTALL)
"""From the first quotation, path or file name of a message to its end."""

T = TypeVar("T")


def is_own(record: logging.LogRecord) -> bool:
    """Whether the record is from one of the program's own loggers."""
    return record.name.partition(".")[0] in OWN_LOGGERS


def plain_message(record: logging.LogRecord) -> str:
    """The message without text that may come from the user; "module:line" for other loggers. Never raises.

    An own message ends before the first quotation or path, in case its template was put together from other text.
    """
    if not is_own(record):
        return f"{record.module}:{record.lineno}"
    text = _filled_in(record) if isinstance(record.msg, str) else type(record.msg).__name__
    first_line = text[:MESSAGE_CHARS].partition("\n")[0]
    cut = _PRIVATE.sub("", first_line, count=1)
    return cut if cut == text else f"{cut.rstrip()} […]"


def _filled_in(record: logging.LogRecord) -> str:
    """The template with its arguments; the template alone if they do not fit it."""
    args = record.args
    try:
        if isinstance(args, dict):
            return str(record.msg % {key: _plain_argument(value, record) for key, value in args.items()})
        return str(record.msg % tuple(_plain_argument(value, record) for value in args)) if args else str(record.msg)
    except (TypeError, ValueError, KeyError, OverflowError):
        return str(record.msg)


def _plain_argument(value: object, record: logging.LogRecord) -> object:
    """Numbers, code places, types, enum members, names of threads and processes as they are; else the type's name."""
    if isinstance(value, Number | CodePlaces):
        return value
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, threading.Thread):
        return value.name if _is_own_thread(value.name) else type(value).__name__
    if isinstance(value, str) and (value in PROCESSES or record.threadName in (f"engine-{value}", f"job-{value}")):
        return value
    return type(value).__name__


def thread_name(record: logging.LogRecord) -> str:
    """The name of the record's thread if it is one of the program's own, otherwise the name of its class."""
    name = record.threadName or ""
    if _is_own_thread(name):
        return name
    threads = (thread for thread in threading.enumerate() if thread.ident == record.thread)
    return next((type(thread).__name__ for thread in threads), "Thread")


def _is_own_thread(name: str) -> bool:
    return name == "MainThread" or name.startswith(OWN_THREADS)


def traceback_lines(error: BaseException) -> list[str]:
    """Where `error` was raised and what caused it, without the text of any exception."""
    lines: list[str] = []
    for cause in reversed(_ends(list(_causes(error)), END_CAUSES)):
        lines.append("Traceback (most recent call last):")
        places = _ends(list(traceback.walk_tb(cause.__traceback__)), END_FRAMES)
        for frame in traceback.StackSummary.extract(iter(places)):
            typed = frame.filename.startswith("<")  # a command of the user, which Python 3.13 quotes like a file
            source = frame.line if frame.line and not typed else ""
            lines.append(f"  {_code_path(frame.filename)}:{frame.lineno} in {frame.name}: {source}".rstrip())
        lines.append(type(cause).__qualname__)
    return lines


def _ends(items: Sequence[T], count: int) -> list[T]:
    """The first and the last `count` items."""
    return [*items[:count], *items[max(count, len(items) - count) :]]


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        yield cause
        seen.add(id(cause))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _code_path(filename: str) -> str:
    """A source file's path below the folder of its package: folders above may bear the user's name."""
    roots = (Path(__file__).parents[2], *map(Path, site.getsitepackages()), Path(sysconfig.get_path("stdlib")))
    path = Path(filename)
    below = [path.relative_to(root).as_posix() for root in roots if path.is_relative_to(root)]
    return min(below, key=len, default=path.name)
