"""The environment in which programs of the system are started.

A Linux bundle's start program puts the bundle's libraries before those of the system. Programs of the system need their
own, so while one is started the variable is as the user had it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from core.paths import is_bundle

SEARCHED = "LD_LIBRARY_PATH"
BEFORE = "LD_LIBRARY_PATH_ORIG"
"""Where PyInstaller's start program keeps what the user had; absent if that was nothing."""


@contextmanager
def users_environment() -> Iterator[None]:
    """The user's own environment, for as long as it takes to start a program. Nothing changes outside a bundle."""
    bundled = os.environ.get(SEARCHED)
    if not is_bundle() or bundled is None:
        yield
        return
    try:
        if BEFORE in os.environ:
            os.environ[SEARCHED] = os.environ[BEFORE]
        else:
            del os.environ[SEARCHED]
        yield
    finally:
        os.environ[SEARCHED] = bundled
