"""Every control of the window can be found and reached, and no text is cut off."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QPlainTextEdit

from app.lab.sync_dialog import SyncDialog
from app.self_report.question_card import QuestionCard
from app.study.consent_dialog import ConsentDialog, WithdrawDialog
from app.window.header import PAGES
from app.window.main_window import MainWindow
from app.window.mini_window import MiniWindow
from core.focus.timer import TimerView
from core.self_report.question_schedule import TEXTS, Question
from core.study.gate import StudyGate

KINDS = (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit)
GATE = StudyGate("LM-1", "EC 2026/17", "I agree that my voice and face are estimated on this machine.", "2099-12-31")
MAKERS = {
    "consent": lambda: ConsentDialog(GATE, {"P-1": True}),
    "withdraw": lambda: WithdrawDialog({"P-1": "1 session"}),
    "sync": lambda: SyncDialog((1.0, 2.1), np.zeros(8, np.float32), print),
    "small": lambda: MiniWindow(120.0),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_every_control_beside_the_window_has_a_name_a_tooltip_and_can_be_reached(qtbot, kind: str) -> None:
    widget = MAKERS[kind]()
    qtbot.addWidget(widget)
    controls = [w for k in KINDS for w in widget.findChildren(k) if not w.objectName().startswith("qt_")]
    controls = [w for w in controls if type(w.parent()).__name__ != "QScrollBar"]
    assert controls
    assert not [type(w).__name__ for w in controls if not w.accessibleName() or not w.toolTip()]
    assert not [w.accessibleName() for w in controls if not w.focusPolicy() & Qt.FocusPolicy.TabFocus]


def test_the_header_leads_to_four_pages(live: MainWindow) -> None:
    assert tuple(live.header.tabs) == PAGES == ("Live", "Explain", "Review", "Settings")


def busy(window: MainWindow) -> None:
    """Shows everything that may be visible together: recording, an open task bar, a question."""
    window.header.show_recording(True)
    window.live.context.fold.setChecked(True)
    window.live.context.show_view(TimerView("focus", "Limits", 1100.0, 1, 4))
    window.live.reports.show_noted("Confused", 761.0)
    window.status_bar.show_storing("Saved: estimates, words", True)


@pytest.mark.parametrize("size", [(1024, 640), (960, 540), (880, 520)])
def test_no_text_is_cut_off_with_everything_visible(live: MainWindow, size: tuple[int, int]) -> None:
    busy(live)
    card = QuestionCard(live.pages)
    card.ask(Question(300.0, "random", TEXTS["random"]))
    live.resize(*size)
    live.open_page("Live")
    QApplication.processEvents()
    assert (live.width(), live.height()) == size
    assert all(button.toolTip() and button.accessibleName() for button in card.findChildren(QAbstractButton))
    shown = [w for k in KINDS for w in live.findChildren(k) if w.isVisible()]
    cut = [w.accessibleName() for w in shown if w.width() < w.minimumSizeHint().width() or w.height() < 20]
    assert not [name for name in cut if name]
    outside = [w.accessibleName() for w in shown if not live.rect().contains(w.mapTo(live, w.rect().bottomRight()))]
    assert not outside
    assert live.header.recording.isVisible()
    assert live.header.recording.width() >= live.header.recording.sizeHint().width()
    labels = live.live.timelines.curves.labels
    assert labels.height() >= 4 * 18


def test_a_notice_in_a_low_window_takes_the_place_of_the_reports_for_a_while(live: MainWindow) -> None:
    live.resize(880, 520)
    live.open_page("Live")
    QApplication.processEvents()
    assert live.live.reports.isVisible()
    live.banner.hold("camera", "Camera disconnected — continuing with voice. Retrying.")
    QApplication.processEvents()
    assert not live.live.reports.isVisible()
    live.banner.release("camera")
    QApplication.processEvents()
    assert live.live.reports.isVisible()


def test_keys_work_again_after_a_note(live: MainWindow) -> None:
    busy(live)
    live.live.context.note.setFocus()
    live.live.context.note.setText("why h?")
    live.live.context.note.returnPressed.emit()
    assert not live.live.context.note.hasFocus()


@pytest.mark.parametrize(
    ("text", "good", "mood"), [("Saved: estimates", True, "good"), ("The disk is full.", False, "bad")]
)
def test_the_status_bar_shows_what_is_stored(live: MainWindow, text: str, good: bool, mood: str) -> None:
    live.status_bar.show_storing(text, good)
    fact = live.status_bar.buttons["storing"].fact
    assert (fact.text, fact.mood) == (text, mood)
    assert text in live.status_bar.buttons["storing"].accessibleName()
