"""A real virtual screen: Xvfb on a free display, and xdotool for keys and clicks."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def virtual_screen(size: str = "1280x800x24") -> Iterator[dict[str, str]]:
    """The environment of a program that draws on the screen; the test is skipped where there is no Xvfb."""
    if not shutil.which("Xvfb"):
        pytest.skip("Xvfb is not installed (Debian: apt install xvfb)")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            display = told.readline().strip()
        yield {**os.environ, "DISPLAY": f":{display}", "QT_QPA_PLATFORM": "xcb", "LIBGL_ALWAYS_SOFTWARE": "1"}
    finally:
        server.terminate()
        server.wait(10)


def press(screen: dict[str, str], *keys: str) -> None:
    """Press keys by their X names, into whatever has the focus."""
    subprocess.run(["xdotool", "key", *keys], env=screen, check=True, timeout=20)


def click_at(screen: dict[str, str], x: int, y: int) -> None:
    """Click at a place of the screen."""
    subprocess.run(["xdotool", "mousemove", str(x), str(y), "click", "1"], env=screen, check=True, timeout=20)
