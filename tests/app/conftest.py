"""Windows on a scripted engine, drawn offscreen, each with an empty home folder. Closing one must end every thread."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from app.session.input import SessionInput
from app.widgets import style_sheet
from app.window.main_window import MainWindow
from app.window.startup import make_window
from core.settings import ScreenSettings, Settings
from tests.app.scripted_engine import ScriptedEngine


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty user folder for one test."""
    monkeypatch.setenv("EDU_EMOTIONNET_HOME", str(tmp_path))
    return tmp_path


Open = Callable[..., MainWindow]


@pytest.fixture
def open_window(qtbot, home: Path) -> Iterator[Open]:
    """Opens windows; `kind` makes the engine, `engine` holds its keyword arguments."""
    opened: list[MainWindow] = []

    def open_one(
        purpose: str = "self", look: str = "dark", kind: Callable[..., object] = ScriptedEngine, **engine
    ) -> MainWindow:
        settings = replace(Settings(), purpose=purpose, screen=ScreenSettings(theme=look))
        style_sheet.apply(QApplication.instance(), look)
        window = make_window(
            settings,
            SessionInput(),
            lambda _s, _i: kind(hooks=window.controller.engine_signals.hooks(), **engine),
        )
        opened.append(window)
        window.resize(1200, 760)
        window.show()
        qtbot.waitUntil(lambda: window.controller.devices.cameras is not None)
        return window

    yield open_one
    for window in opened:
        window.close()
        assert window.controller.leftover == []
        for widget in (window.small, window):
            widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def live(open_window: Open, qtbot) -> MainWindow:
    """A window in the middle of a session."""
    window = open_window(begin_s=118.0)
    window.controller.start()
    qtbot.waitUntil(lambda: window.header.tabs["Live"].isChecked() and window.controller.engine_host.engine is not None)
    qtbot.waitUntil(lambda: window.live.headline.text.startswith(("C", "B", "F", "U")), timeout=5000)
    return window
