#!/usr/bin/env python3
"""Draws the pictures of the documentation: every page of the window in both themes, from the demo, in about 90 s.

    .venv/bin/python packaging/site/pictures.py       into assets/screenshots

The drawn learner has a fixed seed and the home folder is an empty one, so that pictures of one version look alike on
every machine, but for its fonts and its step times. A test checks that every picture in a page is one of these.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

CHECKOUT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(CHECKOUT))

SCREENSHOTS = CHECKOUT / "assets" / "screenshots"
THEMES = ("dark", "light")
VIEWS = ("first-start", "live", "explain", "review", "settings", "mini")
PICTURES = tuple(SCREENSHOTS / f"{view}-{theme}.png" for view in VIEWS for theme in THEMES)
"""Every file that this command writes."""

EXPLAIN_FROM_S, EXPLAIN_AT_S, LIVE_AT_S = 8.0, 65.5, 68.0
"""When the Explain page opens and is drawn, and when the live page is; in seconds of the demo's session."""
GIVE_UP_AFTER_S = 120.0


class Photographer:
    """Opens a window on the demo and saves what it shows."""

    def __init__(self) -> None:
        from app.session.input import SessionInput
        from app.window.startup import make_application, make_window
        from core.settings import Settings, StoreSettings

        self._app = make_application("dark")
        settings = replace(Settings(), store=StoreSettings(words=True, features=True))
        self._window = make_window(settings, SessionInput("demo"))
        self._window.show()

    def take_all(self) -> None:
        """Every view, in the order in which a session comes to it."""
        window, controller = self._window, self._window.controller
        self._both("first-start")
        window.choose_purpose("demo", None)
        self._until(lambda: controller.engine_host.status().elapsed_s > EXPLAIN_FROM_S)
        window.open_page("Explain")
        self._until(lambda: controller.engine_host.status().elapsed_s > EXPLAIN_AT_S)
        self._both("explain")
        window.open_page("Live")
        self._until(lambda: controller.engine_host.status().elapsed_s > LIVE_AT_S)
        self._both("live")
        window.show_mini_window()
        self._both("mini")
        window.come_back()
        controller.stop()
        self._until(lambda: controller.engine_host.engine is None and not controller.engine_host.busy)
        window.open_page("Review")
        self._until(lambda: window.review.session.opened is not None)
        self._both("review")
        window.open_page("Settings")
        self._both("settings")

    def close(self) -> None:
        """Ends the session and every thread."""
        self._window.close()

    def _both(self, view: str) -> None:
        for theme in THEMES:
            self._window.theme_switcher.choose(theme)
            self._wait(400)
            shown = self._window.small if view == "mini" else self._window
            save(shown.grab(), SCREENSHOTS / f"{view}-{theme}.png")

    def _until(self, is_so: Callable[[], bool]) -> None:
        began_s = monotonic()
        while not is_so():
            if monotonic() - began_s > GIVE_UP_AFTER_S:
                raise SystemExit("The demo did not come as far as it should. Run it with --demo to see why.")
            self._wait(50)

    def _wait(self, pause_ms: int) -> None:
        """Lets the window and the engine's threads go on."""
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(pause_ms, loop.quit)
        loop.exec()


def save(shown: QPixmap, file: Path) -> None:
    """Saves a pixmap as PNG with 256 colours, a third of the size of one with all."""
    from PIL import Image

    shown.toImage().save(str(file))
    with Image.open(file) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)


def main() -> None:
    """Draws everything."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as home:
        os.environ["EDU_EMOTIONNET_HOME"] = home
        photographer = Photographer()
        photographer.take_all()
        photographer.close()
    print(*(f"{file.relative_to(CHECKOUT)} {file.stat().st_size // 1024} kB" for file in PICTURES), sep="\n")


if __name__ == "__main__":
    main()
