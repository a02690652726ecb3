"""Whether Qt can open a window here, found out before Qt tries: where it cannot, it ends the process itself.

Linux only, where the window's libraries and its display belong to the system. `check_window` imports Qt's modules and
looks for the display; nothing of Qt is started.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from pathlib import Path

from core.errors import WindowError
from core.load_errors import missing_part, named, remedy
from core.system_libraries import WAYLAND_WINDOW, WINDOW, X11_WINDOW, SystemLibrary, missing_libraries

OFFSCREEN = "QT_QPA_PLATFORM=offscreen edu-emotionnet --demo --screenshot window.png"
GIVES = {"xcb": X11_WINDOW, "wayland": WAYLAND_WINDOW}


def check_window() -> None:
    """Raises `WindowError`, which names what is missing, if no window can be opened."""
    try:
        from PySide6 import QtGui, QtWidgets  # noqa: F401
        from PySide6.QtCore import QLibraryInfo
    except ImportError as error:
        raise WindowError(_sentence(missing_part(error, WINDOW), WINDOW)) from error
    if not sys.platform.startswith("linux"):
        return
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms"
    problems = [_problem(name, plugins) for name in wanted_platforms()]
    if problems and all(problems):
        raise WindowError(problems[0])


def wanted_platforms() -> list[str]:
    """Names of Qt's platform plugins that it would try: those asked for, or those of the displays that are there."""
    asked = os.environ.get("QT_QPA_PLATFORM")
    if asked:
        return [name.partition(":")[0] for name in asked.split(";")]
    displays = {"DISPLAY": "xcb", "WAYLAND_DISPLAY": "wayland"}
    return [platform for variable, platform in displays.items() if os.environ.get(variable)]


def _problem(platform: str, plugins: Path) -> str:
    """Why this platform cannot be used; empty if it can, or if its plugin is not where Qt's own are."""
    file = plugins / f"libq{platform}.so"
    if not file.is_file():
        return ""
    try:
        ctypes.CDLL(str(file))
    except OSError as error:
        gives = GIVES.get(platform, WINDOW)
        return _sentence(missing_part(error, gives), gives)
    if platform in ANSWERS and not ANSWERS[platform]():
        name = os.environ.get("DISPLAY" if platform == "xcb" else "WAYLAND_DISPLAY", "")
        return (
            f"The window cannot open because the display '{name}' does not answer; "
            f"log in at a desktop, or draw offscreen: {OFFSCREEN}."
        )
    return ""


def _sentence(first: SystemLibrary, gives: str) -> str:
    """The loader names one library at a time; the table knows the others."""
    others = [library for library in missing_libraries(WINDOW, gives) if library.file != first.file]
    missing = [first, *others]
    return f"The window cannot open because {named(missing)}; {remedy(missing)}."


def _x11_answers() -> bool:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    try:
        return not xcb.xcb_connection_has_error(connection)
    finally:
        xcb.xcb_disconnect(connection)


def _wayland_answers() -> bool:
    wayland = ctypes.CDLL("libwayland-client.so.0")
    wayland.wl_display_connect.restype = ctypes.c_void_p
    connection = wayland.wl_display_connect(None)
    if connection is None:
        return False
    wayland.wl_display_disconnect(ctypes.c_void_p(connection))
    return True


ANSWERS: dict[str, Callable[[], bool]] = {"xcb": _x11_answers, "wayland": _wayland_answers}
"""Whether a platform's display answers."""
