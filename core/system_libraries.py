"""Shared libraries of the system that the program's packages load on Linux, each with its Debian package.

The one list: `packaging/bootstrap.py` installs these packages, `doctor` and the window name what is missing, and the
Debian package depends on them. It uses the standard library only, because bootstrap reads it before anything is
installed. `packaging/bare/` checks it in a root that holds nothing else.
"""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass

WINDOW = "the window"
MICROPHONES = "microphones"
WAYLAND = "a window of its own on a Wayland desktop"
DEVICE_NEWS = "the news that a camera or a microphone was plugged in or pulled out"


@dataclass(frozen=True, slots=True)
class SystemLibrary:
    """A shared library as the loader names it, the Debian package that brings it, and what is missing without it."""

    file: str
    package: str
    gives: str


LIBRARIES = (
    SystemLibrary("libEGL.so.1", "libegl1", WINDOW),
    SystemLibrary("libGL.so.1", "libgl1", WINDOW),
    SystemLibrary("libglib-2.0.so.0", "libglib2.0-0", WINDOW),
    SystemLibrary("libdbus-1.so.3", "libdbus-1-3", WINDOW),
    SystemLibrary("libfontconfig.so.1", "libfontconfig1", WINDOW),
    SystemLibrary("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", WINDOW),
    SystemLibrary("libxcb-cursor.so.0", "libxcb-cursor0", WINDOW),
    SystemLibrary("libxcb-icccm.so.4", "libxcb-icccm4", WINDOW),
    SystemLibrary("libxcb-image.so.0", "libxcb-image0", WINDOW),
    SystemLibrary("libxcb-keysyms.so.1", "libxcb-keysyms1", WINDOW),
    SystemLibrary("libxcb-randr.so.0", "libxcb-randr0", WINDOW),
    SystemLibrary("libxcb-render-util.so.0", "libxcb-render-util0", WINDOW),
    SystemLibrary("libxcb-shape.so.0", "libxcb-shape0", WINDOW),
    SystemLibrary("libxcb-xkb.so.1", "libxcb-xkb1", WINDOW),
    SystemLibrary("libwayland-cursor.so.0", "libwayland-cursor0", WAYLAND),
    SystemLibrary("libwayland-egl.so.1", "libwayland-egl1", WAYLAND),
    SystemLibrary("libportaudio.so.2", "libportaudio2", MICROPHONES),
    SystemLibrary("libpulse.so.0", "libpulse0", DEVICE_NEWS),
    SystemLibrary("libgssapi_krb5.so.2", "libgssapi-krb5-2", DEVICE_NEWS),
)
FONT_PACKAGE = "fonts-dejavu-core"
"""Not a library, but without any font Qt draws boxes in place of letters."""


def debian_packages() -> tuple[str, ...]:
    """Names of the Debian packages that the program needs, without those of the tests."""
    return (*(library.package for library in LIBRARIES), FONT_PACKAGE)


def missing_libraries() -> tuple[SystemLibrary, ...]:
    """The libraries that the loader cannot load; empty on other systems than Linux."""
    if not sys.platform.startswith("linux"):
        return ()
    return tuple(library for library in LIBRARIES if not _loads(library.file))


def _loads(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True
