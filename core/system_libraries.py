"""Shared libraries of the system that the program's packages load on Linux, each with its Debian package.

The one list: `packaging/bootstrap.py` installs these packages, `doctor` and the window name what is missing, and the
Debian package depends on them. It uses the standard library only, because bootstrap reads it before anything is
installed. `packaging/bare/` checks it in a root that holds nothing else.
"""

from __future__ import annotations

import ctypes
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

WINDOW = "the window"
X11_WINDOW = "the window on an X11 desktop"
WAYLAND_WINDOW = "the window on a Wayland desktop"
MICROPHONES = "microphones"
DEVICE_NEWS = "the news that a camera or a microphone was plugged in or pulled out"
LETTERS = "letters"
ICONS = "icons"
"""What an entry below gives, and what Qt's modules give that some systems install separately."""


@dataclass(frozen=True, slots=True)
class SystemLibrary:
    """A shared library as the loader names it, the Debian package that brings it, and what is missing without it.

    `package` is empty where none is known, and `file` names a Python module where that itself cannot be loaded.
    """

    file: str
    package: str
    gives: str


LIBRARIES = (
    SystemLibrary("libEGL.so.1", "libegl1", WINDOW),
    SystemLibrary("libGL.so.1", "libgl1", WINDOW),
    SystemLibrary("libglib-2.0.so.0", "libglib2.0-0", WINDOW),
    SystemLibrary("libgthread-2.0.so.0", "libglib2.0-0", WINDOW),
    SystemLibrary("libdbus-1.so.3", "libdbus-1-3", WINDOW),
    SystemLibrary("libfontconfig.so.1", "libfontconfig1", WINDOW),
    SystemLibrary("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", X11_WINDOW),
    SystemLibrary("libxcb-cursor.so.0", "libxcb-cursor0", X11_WINDOW),
    SystemLibrary("libxcb-icccm.so.4", "libxcb-icccm4", X11_WINDOW),
    SystemLibrary("libxcb-image.so.0", "libxcb-image0", X11_WINDOW),
    SystemLibrary("libxcb-keysyms.so.1", "libxcb-keysyms1", X11_WINDOW),
    SystemLibrary("libxcb-randr.so.0", "libxcb-randr0", X11_WINDOW),
    SystemLibrary("libxcb-render-util.so.0", "libxcb-render-util0", X11_WINDOW),
    SystemLibrary("libxcb-shape.so.0", "libxcb-shape0", X11_WINDOW),
    SystemLibrary("libxcb-xkb.so.1", "libxcb-xkb1", X11_WINDOW),
    SystemLibrary("libSM.so.6", "libsm6", X11_WINDOW),
    SystemLibrary("libICE.so.6", "libice6", X11_WINDOW),
    SystemLibrary("libwayland-cursor.so.0", "libwayland-cursor0", WAYLAND_WINDOW),
    SystemLibrary("libwayland-egl.so.1", "libwayland-egl1", WAYLAND_WINDOW),
    SystemLibrary("libportaudio.so.2", "libportaudio2", MICROPHONES),
    SystemLibrary("libpulse.so.0", "libpulse0", DEVICE_NEWS),
    SystemLibrary("libgssapi_krb5.so.2", "libgssapi-krb5-2", DEVICE_NEWS),
    SystemLibrary("libXrandr.so.2", "libxrandr2", DEVICE_NEWS),
)
FONT = SystemLibrary("a font", "fonts-dejavu-core", LETTERS)
"""Not a library, but without any font Qt draws boxes in place of letters."""
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")

_NOT_FOUND = re.compile(r"([^\s:/]+\.so[^\s:]*): cannot open shared object file|Library not loaded: (\S+)")
"""What the loaders of Linux and macOS write about a library that they do not find; Windows names none."""


def debian_packages() -> tuple[str, ...]:
    """Names of the Debian packages that the program needs, without those of the tests."""
    return tuple(dict.fromkeys(library.package for library in (*LIBRARIES, FONT)))


def missing_libraries(*gives: str) -> tuple[SystemLibrary, ...]:
    """The libraries that the loader cannot load, all or those that give this; empty on other systems than Linux.

    Where a library is there but one that it needs itself is not, that one is named.
    """
    if not sys.platform.startswith("linux"):
        return ()
    wanted = [library for library in LIBRARIES if not gives or library.gives in gives]
    return tuple(dict.fromkeys(filter(None, map(_lacking, wanted))))


def package_of(file: str) -> str:
    """The Debian package that brings a library; empty if the table does not name it."""
    return next((library.package for library in LIBRARIES if library.file == file), "")


def missing_file(error: BaseException) -> str:
    """The library that the system's loader did not find; empty if `error` is about something else."""
    found = _NOT_FOUND.search(str(error))
    return (found[1] or found[2]) if found else ""


def has_font() -> bool:
    """Whether a font is installed; always true on other systems than Linux."""
    if not sys.platform.startswith("linux"):
        return True
    return any(next(Path(folder).expanduser().rglob("*.[ot]t[fc]"), None) for folder in FONT_FOLDERS)


def install_command(missing: Iterable[SystemLibrary]) -> str:
    """The command that installs the packages of `missing` on Debian; empty if none is known."""
    packages = dict.fromkeys(library.package for library in missing if library.package)
    return f"sudo apt-get install {' '.join(packages)}" if packages else ""


def _lacking(library: SystemLibrary) -> SystemLibrary | None:
    try:
        ctypes.CDLL(library.file)
    except OSError as error:
        file = missing_file(error) or library.file
        return SystemLibrary(file, package_of(file), library.gives)
    return None
