"""The sync test in the window: it needs a session, measures with it, and shows and logs the results."""

from __future__ import annotations

import numpy as np

from app.lab.sync_test_controller import NEEDS_A_SESSION
from app.window.main_window import MainWindow
from core.types import Event, VideoFrame
from tests.app.scripted_engine import ScriptedEngine


def events(engine: ScriptedEngine) -> list[Event]:
    return [entry for entry in engine.session_log.entries() if isinstance(entry, Event)]


def test_without_a_session_the_banner_shows_what_to_do(open_window) -> None:
    window = open_window()
    window.settings.lab.sync_test.emit()
    assert window.banner.text == NEEDS_A_SESSION
    assert window.sync.dialog is None


def test_results_are_shown_and_logged(live: MainWindow, qtbot) -> None:
    engine = live.controller.engine_host.engine
    live.settings.lab.sync_test.emit()
    dialog = live.sync.dialog
    run = engine.sync
    run.start()
    run.emit()
    run.chunk(VideoFrame(engine.now_s(), np.full((8, 8, 3), 10, np.uint8)))
    dialog.ended.emit(True)
    qtbot.waitUntil(lambda: run.report is not None and dialog.results == "\n\n".join(run.report.sentences))
    assert dialog.results
    assert [event.kind for event in events(engine)][-1] == "sync"
    dialog.accept()
    assert live.sync.dialog is None


def test_a_test_that_is_ended_early_reports_nothing(live: MainWindow) -> None:
    engine = live.controller.engine_host.engine
    live.settings.lab.sync_test.emit()
    engine.sync.start()
    live.sync.dialog.ended.emit(False)
    live.sync.dialog.reject()
    assert engine.sync.report is None
    assert "sync" not in [event.kind for event in events(engine)]
