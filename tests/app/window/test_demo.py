"""The demo through the real engine: drawn learner, real features and network (random weights)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.session.input import SessionInput
from app.widgets import style_sheet
from app.window.startup import make_window, write_report
from core.settings import ModelSettings, Settings
from core.status import RunState
from tests.app.pictures import is_a_picture

PATIENCE_MS = 120_000


@pytest.mark.timeout(170)
def test_the_demo_runs_through_the_real_engine(qtbot, home: Path, tmp_path: Path) -> None:
    style_sheet.apply(QApplication.instance(), "dark")
    model = ModelSettings(random_weights=True, device="cpu", threads=1)
    window = make_window(replace(Settings(), purpose="demo", model=model), SessionInput("demo"))
    window.show()
    window.controller.start()
    engine_host = window.controller.engine_host
    qtbot.waitUntil(lambda: engine_host.status().state is RunState.LIVE, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: engine_host.status().steps >= 3, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "Waiting" not in window.live.headline.text, timeout=PATIENCE_MS)
    assert is_a_picture(window.live.preview.grab().toImage())
    assert is_a_picture(window.grab().toImage())
    window.close()
    assert engine_host.leftover == []
    write_report(engine_host.last, window, tmp_path / "report.json")
    assert '"gui_fps"' in (tmp_path / "report.json").read_text()
    window.small.deleteLater()
    window.deleteLater()
