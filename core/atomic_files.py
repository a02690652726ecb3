"""Replaces files atomically: a reader finds either the old file or the complete new one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from core.errors import MonitorError


def replace_file(path: Path, write: Callable[[Path], object], error: type[MonitorError] = MonitorError) -> None:
    """Calls `write` with a temporary path beside `path`, then renames the result to `path`.

    Creates the folder if it is missing. The temporary name has the suffix of `path`, from which some writers choose
    the format. Raises `error`.
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
    """Replaces `path` by a text in UTF-8. Raises `error`."""
    replace_file(path, lambda fresh: fresh.write_text(text, encoding="utf-8"), error)
