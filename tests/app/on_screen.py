"""Run as a program: the window on a scripted engine; writes what happens to it as lines on standard output.

Arguments: seconds until it closes by itself, and where to save the last picture.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer

from app.session.input import SessionInput
from app.window.main_window import MainWindow
from app.window.startup import WindowOptions, make_application, make_window, run
from core.settings import Settings
from tests.app.pictures import difference, is_a_picture
from tests.app.scripted_engine import ScriptedEngine


def say(line: str) -> None:
    """Prints one line, unbuffered."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Teller:
    """Prints what changed since the last call."""

    def __init__(self, window: MainWindow) -> None:
        self._window, self._said = window, ""
        self._timer = QTimer(window)
        self._timer.timeout.connect(self.look)
        self._timer.start(50)

    def look(self) -> None:
        window = self._window
        page = type(window.pages.currentWidget()).__name__
        status = window.controller.engine_host.status()
        said = f"{page} {status.state.value} muted={','.join(sorted(status.muted))} focus={bool(window.focusWidget())}"
        if said != self._said:
            self._said = said
            say(said)


def main() -> int:
    app = make_application("dark")
    settings = replace(Settings(), purpose=sys.argv[3] if len(sys.argv) > 3 else "unset")
    window = make_window(
        settings, SessionInput(), lambda _s, _i: ScriptedEngine(100.0, hooks=window.controller.engine_signals.hooks())
    )
    window.show()
    teller = Teller(window)
    pictures = []
    QTimer.singleShot(500, window, lambda: pictures.append(window.grab().toImage()))
    window.closing.connect(lambda: pictures.append(window.grab().toImage()))
    code = run(app, window, WindowOptions(quit_after_s=float(sys.argv[1]), screenshot=Path(sys.argv[2])))
    drawn = is_a_picture(pictures[-1]) and difference(pictures[0], pictures[-1]) > 2
    say(f"drawn={drawn} ratio={pictures[-1].devicePixelRatio()} told={teller is not None}")
    return code


if __name__ == "__main__":
    sys.exit(main())
