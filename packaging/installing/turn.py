"""Lets one installation at a time work in a checkout."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Locks a folder until the end of the installation, or of this process; ends the program if another holds it.

    Nothing is left behind. Windows cannot lock a folder, nor can some network folders; there nothing is locked.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SystemExit(
                    f"Another installation is running in {folder}. Wait for its end, then run the same command again."
                ) from None
        yield
    finally:
        os.close(descriptor)
