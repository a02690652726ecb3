"""Whether Qt can open a window here, found out before Qt tries: where it cannot, it ends the process itself.

On Linux the window's libraries and its display belong to the system; elsewhere only Qt's own modules are checked.
Nothing of Qt is started.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from core.errors import WindowError
from core.load_errors import missing_part, named, remedy
from core.system_libraries import WAYLAND_WINDOW, WINDOW, X11_WINDOW, SystemLibrary, missing_libraries

OFFSCREEN = "QT_QPA_PLATFORM=offscreen edu-emotionnet --demo --quit-after 30 --screenshot window.png"
NO_DISPLAY = (
    "The window cannot open because there is no display; save its picture with 'edu-emotionnet --demo --quit-after 30 "
    "--screenshot window.png', or score a recording with 'edu-emotionnet analyze FILE --out FOLDER'."
)
DISPLAYS = {"xcb": "DISPLAY", "wayland": "WAYLAND_DISPLAY"}
"""The variable that names the display of a platform."""
PLUGINS_ELSEWHERE = ("QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH")
PATIENCE_S = 10.0
GIVES = {"xcb": X11_WINDOW, "wayland": WAYLAND_WINDOW}


def choose_platform(unseen: bool) -> None:
    """Draws offscreen where Linux has no display, if nobody is to see the window. Raises `WindowError` otherwise.

    A platform that QT_QPA_PLATFORM names is left as it is.
    """
    displays = any(os.environ.get(name) for name in DISPLAYS.values())
    if displays or os.environ.get("QT_QPA_PLATFORM") or not sys.platform.startswith("linux"):
        return
    if not unseen:
        raise WindowError(NO_DISPLAY)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"


def check_window() -> None:
    """Raises `WindowError`, which names what is missing, if no window can be opened."""
    check_libraries()
    check_display()


def check_libraries() -> None:
    """Raises `WindowError` if a library is missing that Qt or all of its platforms here need."""
    try:
        from PySide6 import QtCore, QtGui, QtWidgets  # noqa: F401
    except ImportError as error:
        raise WindowError(_sentence(missing_part(error, WINDOW), WINDOW)) from error
    problems = [_unknown(platform) or _library_problem(platform) for platform in wanted_platforms()]
    if problems and all(problems):
        raise WindowError(problems[0])


def check_display() -> None:
    """Raises `WindowError` if no display answers that Qt could use."""
    usable = [name for name in wanted_platforms() if not (_unknown(name) or _library_problem(name))]
    if not usable or any(platform not in ANSWERS or _in_time(ANSWERS[platform]) for platform in usable):
        return
    name = os.environ.get(DISPLAYS[usable[0]], "")
    why = f"the display '{name}' does not answer" if name else "there is no display"
    raise WindowError(
        f"The window cannot open because {why}; log in at a desktop, or draw offscreen with '{OFFSCREEN}'."
    )


def wanted_platforms() -> list[str]:
    """Names of Qt's platform plugins that it would try: those asked for, or those of the displays that are there."""
    if not sys.platform.startswith("linux"):
        return []
    asked = os.environ.get("QT_QPA_PLATFORM")
    if asked:
        return [name.partition(":")[0] for name in asked.split(";")]
    return [platform for platform, variable in DISPLAYS.items() if os.environ.get(variable)]


def _plugins() -> Path:
    from PySide6.QtCore import QLibraryInfo

    return Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms"


def _unknown(platform: str) -> str:
    """That Qt has no such platform; empty if it has, or if plugins were asked for that lie elsewhere."""
    elsewhere = any(os.environ.get(name) for name in PLUGINS_ELSEWHERE)
    family = platform.partition("-")[0]  # one plugin serves "wayland" and "wayland-egl"
    if elsewhere or (_plugins() / f"libq{family}.so").is_file():
        return ""
    return f"The window cannot open because Qt has no platform '{platform}'; unset QT_QPA_PLATFORM, or name another."


def _library_problem(platform: str) -> str:
    """Which library this platform lacks; empty if none, or if its plugin is not where Qt's own are."""
    file = _plugins() / f"libq{platform}.so"
    if not file.is_file():
        return ""
    try:
        ctypes.CDLL(str(file))
    except OSError as error:
        gives = GIVES.get(platform, WINDOW)
        return _sentence(missing_part(error, gives), gives)
    return ""


def _sentence(first: SystemLibrary, gives: str) -> str:
    """The loader names one library at a time; the table knows the others."""
    others = [library for library in missing_libraries(WINDOW, gives) if library.file != first.file]
    missing = [first, *others]
    return f"The window cannot open because {named(missing)}; {remedy(missing)}."


def _in_time(answers: Callable[[], bool]) -> bool:
    """Whether a display answers before `PATIENCE_S` is over: a connection that was cut off may stay silent for ever."""
    found: list[bool] = []
    asking = Thread(target=lambda: found.append(answers()), daemon=True)  # it cannot be stopped
    asking.start()
    asking.join(PATIENCE_S)
    return bool(found and found[0])


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
