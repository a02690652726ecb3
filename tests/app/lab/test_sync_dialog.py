"""The dialog of the sync test: it warns, flashes and clicks on time, and can be ended at once."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from app.lab.sync_dialog import WARNING, SyncDialog
from tests.app.pictures import pixels

CLICK = np.ones(8, dtype=np.float32)


class DialogRun:
    """A sync dialog and everything that it did, in order: signals, and the lengths of the clicks played."""

    def __init__(self, qtbot, times_s) -> None:
        self.events: list[object] = []
        self.dialog = SyncDialog(times_s, CLICK, lambda samples: self.events.append(len(samples)))
        qtbot.addWidget(self.dialog)
        self.dialog.begun.connect(lambda: self.events.append("begun"))
        self.dialog.flashed.connect(lambda index: self.events.append((index, self.white)))
        self.dialog.ended.connect(self.events.append)
        with qtbot.waitExposed(self.dialog):
            self.dialog.show()

    @property
    def white(self) -> bool:
        return bool(pixels(self.dialog.panel.grab().toImage()).min() == 255)


def test_the_dialog_warns_flashes_clicks_and_shows_results(qtbot) -> None:
    run = DialogRun(qtbot, (0.05, 0.3))
    assert WARNING in [label.text() for label in run.dialog.findChildren(QLabel)]
    run.dialog.go.click()
    qtbot.waitUntil(lambda: run.events[-1] is True)
    assert run.events == ["begun", 8, (0, True), 8, (1, True), True]
    assert not run.white
    run.dialog.show_results(("Picture 80 ms late.", "Sound 40 ms late."))
    assert run.dialog.results == "Picture 80 ms late.\n\nSound 40 ms late."


def test_many_results_are_shown_whole(qtbot) -> None:
    dialog = DialogRun(qtbot, (0.05,)).dialog
    dialog.show_results(("Picture: only 1 of 10 flashes found. Point the camera at the screen, and dim the room.",) * 5)
    label = next(label for label in dialog.findChildren(QLabel) if label.text() == dialog.results)
    qtbot.waitUntil(lambda: label.isVisible() and label.height() >= label.heightForWidth(label.width()))


@pytest.mark.parametrize("how", ["escape", "close"])
def test_the_dialog_can_be_ended_at_once(qtbot, how: str) -> None:
    run = DialogRun(qtbot, (0.01, 60.0))
    run.dialog.go.click()
    qtbot.waitUntil(lambda: (0, True) in run.events)
    if how == "escape":
        QTest.keyClick(run.dialog, Qt.Key.Key_Escape)
        assert run.dialog.isVisible()
    else:
        run.dialog.close()
    assert run.events[-1] is False
    assert run.events.count(8) == 1
