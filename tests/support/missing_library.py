"""Run as a program, on a machine that seems to lack libraries: `MODULE=MESSAGE` … then what to do.

Importing MODULE fails with MESSAGE, as the real loader words it. `window` opens the real window and prints, as one line
of JSON, what it shows; `doctor` prints the findings about window and display; anything else goes to the command line.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder


class FailingImports(MetaPathFinder):
    """Fails imports as an extension module does whose library is missing; `sounddevice` raises its own OSError."""

    def __init__(self, messages: dict[str, str]) -> None:
        self._messages = messages

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: object = None) -> None:
        if name in self._messages:
            message = self._messages[name]
            raise OSError(message) if name == "sounddevice" else ImportError(message, name=name)


def show_window() -> None:
    """Opens the window, and closes it once the devices are listed."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QFontInfo
    from PySide6.QtWidgets import QApplication

    from app.window.startup import make_application, open_window
    from core.settings import Settings, changed

    make_application("dark")  # before anything loads QtMultimedia, as the program does it
    from app.widgets.icons import icon
    from app.window.main_window import MainWindow

    def look() -> None:
        window = next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow))
        if window.controller.devices.cameras is None:
            return
        timer.stop()
        picture = icon("play", "#ffffff").pixmap(60, 60).toImage()
        shown = {
            "banner": window.banner.text,
            "checks": {check.topic: check.text for check in window.controller.checks()},
            "drawn": sum(picture.pixelColor(x, y).alpha() > 128 for x in range(60) for y in range(60)),
            "font": QFontInfo(QApplication.font()).family(),
            "known": not window.controller.devices.has_news,
        }
        sys.stdout.write(json.dumps(shown) + "\n")
        window.close()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(20)
    sys.exit(open_window(changed(Settings(), "", {"purpose": "self"})))


def main() -> None:
    split = [argument.partition("=") for argument in sys.argv[1:]]
    failing = {name: message for name, sign, message in split if sign and not name.startswith("-")}
    sys.meta_path.insert(0, FailingImports(failing))
    rest = sys.argv[1 + len(failing) :]
    if rest == ["window"]:
        show_window()
    elif rest == ["doctor"]:
        from app.commands import doctor_checks

        findings = [doctor_checks.window_libraries(), doctor_checks.display()]
        sys.stdout.write(json.dumps([[found.mark.value, found.words, found.fix] for found in findings]) + "\n")
    else:
        from app.__main__ import main as command_line

        sys.argv[1:] = rest
        command_line()


if __name__ == "__main__":
    main()
