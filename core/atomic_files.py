"""Writes a file so that a reader finds the old one or the whole new one, and says in one sentence why it cannot."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from core.errors import MonitorError


def replace_file(path: Path, write: Callable[[Path], object], error: type[MonitorError] = MonitorError) -> None:
    """Have `write` make the file under a name of its own beside `path`, then put it in place in one step.

    Makes the folder where it is missing. The name ends like `path`, for some writers go by the ending. Raises `error`.
    """
    fresh = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write(fresh)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise error(f"{path} cannot be written ({why}). Check the folder and the space on the disk.") from problem


def replace_text(path: Path, text: str, error: type[MonitorError] = MonitorError) -> None:
    """The same for a text, in UTF-8."""
    replace_file(path, lambda fresh: fresh.write_text(text, encoding="utf-8"), error)
