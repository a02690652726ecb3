"""Self-reports and markers from the page, the mini window and the tray: one tap or key, confirmed briefly."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.presentation.smoothing import HeadlineReading
from app.presentation.text import HIDDEN_SHORT
from app.self_report.report_buttons import KEYS
from app.self_report.report_panel import ASK, ReportPanel
from app.widgets.recording_indicator import LONG, RecordingIndicator
from app.window.mini_window import MiniWindow
from app.window.tray import TrayIcon
from core.status import RunState
from core.types import REPORTABLE, Reason
from tests.app.pictures import difference

CURIOUS = HeadlineReading("Curious", 0.62, None, 3.0, "Bored", 0.2)


@pytest.fixture
def strip(qtbot) -> ReportPanel:
    strip = ReportPanel()
    qtbot.addWidget(strip)
    strip.resize(700, 60)
    with qtbot.waitExposed(strip):
        strip.show()
    return strip


@pytest.mark.parametrize("state", REPORTABLE)
def test_one_tap_reports_one_state(strip: ReportPanel, qtbot, state: str) -> None:
    with qtbot.waitSignal(strip.reported) as heard:
        QTest.mouseClick(strip.buttons[state], Qt.MouseButton.LeftButton)
    assert heard.args == [state]
    with qtbot.waitSignal(strip.reported) as heard:
        strip.press(state)
    assert heard.args == [state]


def test_the_keys_follow_those_of_the_modalities(strip: ReportPanel) -> None:
    assert list(KEYS.values()) == [4, 5, 6, 7, 8, 9]
    assert all(f"({KEYS[state]})" in button.toolTip() for state, button in strip.buttons.items())


def test_a_report_is_confirmed_for_a_moment(strip: ReportPanel, qtbot) -> None:
    before = strip.buttons["Confused"].grab().toImage()
    strip.show_noted("Confused", 761.0)
    assert strip.line == strip.accessibleDescription() == "Noted: Confused, 12:41"
    assert difference(before, strip.buttons["Confused"].grab().toImage()) > 0.5
    qtbot.waitUntil(lambda: strip.line == ASK, timeout=6000)


def test_markers_are_numbered_from_one_in_each_session(strip: ReportPanel) -> None:
    heard = []
    strip.marked.connect(lambda label, ago_s: heard.append((label, ago_s)))
    strip.mark()
    QTest.mouseClick(strip.marker, Qt.MouseButton.LeftButton)
    strip.begin()
    strip.mark()
    assert heard == [("marker 1", 0.0), ("marker 2", 0.0), ("marker 1", 0.0)]


def test_a_marker_with_a_text_marks_the_moment_when_its_line_opened(strip: ReportPanel, qtbot) -> None:
    heard = []
    strip.marked.connect(lambda label, ago_s: heard.append((label, ago_s)))
    strip.mark_with_text()
    QTest.keyClicks(strip.text, " new   task ")
    QTest.keyClick(strip.text, Qt.Key.Key_Return)
    assert [label for label, _ in heard] == ["new task"]
    assert 0.0 < heard[0][1] < 5.0
    assert not strip.text.isVisible()


def test_escape_cancels_the_text_of_a_marker(strip: ReportPanel) -> None:
    heard = []
    strip.marked.connect(lambda *what: heard.append(what))
    strip.mark_with_text()
    QTest.keyClicks(strip.text, "no")
    QTest.keyClick(strip.text, Qt.Key.Key_Escape)
    assert not heard
    assert not strip.text.isVisible()


def test_the_mini_window_reports_through_a_menu_and_marks_a_question(qtbot) -> None:
    small = MiniWindow(120.0)
    qtbot.addWidget(small)
    before = small.report.toolTip()
    small.show_asking(True)
    assert small.report.toolTip() != before
    with qtbot.waitSignal(small.reported) as heard:
        small.menu.actions()[3].trigger()
    assert heard.args == ["Frustrated"]


def test_the_mini_window_hides_estimates_and_shows_a_recording(qtbot) -> None:
    small = MiniWindow(120.0)
    qtbot.addWidget(small)
    with qtbot.waitExposed(small):
        small.show()
    small.hide_estimates(True)
    small.show_reading(CURIOUS)
    assert (small.headline, small.curves.isVisible()) == ("Hidden", False)
    small.show_recording(True)
    assert small.recording.isVisible()
    assert (small.width(), small.height()) == (260, 90)
    small.hide_estimates(False)
    small.show_reading(CURIOUS)
    assert small.headline == "Curious 62 %"


def test_keys_report_in_the_mini_window_during_a_session(qtbot) -> None:
    small = MiniWindow(120.0)
    qtbot.addWidget(small)
    heard: list[str] = []
    small.reported.connect(heard.append)
    QTest.keyClick(small, Qt.Key.Key_4)
    small.show_state(RunState.LIVE)
    for key in (Qt.Key.Key_4, Qt.Key.Key_9, Qt.Key.Key_3):
        QTest.keyClick(small, key)
    assert heard == ["Confused", "None"]


def test_the_mini_window_confirms_a_report(qtbot) -> None:
    small = MiniWindow(120.0)
    qtbot.addWidget(small)
    small.show_noted("Bored")
    small.show_reading(CURIOUS)
    assert small.headline == "Noted Bored"
    qtbot.waitUntil(lambda: small.headline == "Waiting", timeout=4000)
    small.show_reading(CURIOUS)
    assert small.headline == "Curious 62 %"


@pytest.fixture
def tray(qtbot) -> TrayIcon:
    owner = QWidget()
    qtbot.addWidget(owner)
    return TrayIcon(QIcon(), owner)


def test_the_tray_icon_is_not_needed(tray: TrayIcon) -> None:
    assert tray.appear() is tray.isSystemTrayAvailable()
    tray.show_message("What fits best right now?")


def test_the_tray_shows_the_headline(tray: TrayIcon) -> None:
    tray.show_reading(CURIOUS)
    assert tray.headline.text() == "May be read as Curious, 62 %"
    tray.show_reading(HeadlineReading(None, 0.3, Reason.WEAK_EVIDENCE, 1.0, "Bored", 0.3))
    assert tray.headline.text() == "Undecided — evidence is weak"
    tray.hide_estimates(True)
    assert tray.headline.text() == HIDDEN_SHORT
    assert "Undecided" not in tray.toolTip()
    tray.show_recording(True)
    assert LONG in tray.toolTip()
    assert not tray.icon().isNull()


def test_the_tray_reports_pauses_and_opens(tray: TrayIcon) -> None:
    heard = []
    tray.reported.connect(heard.append)
    for name in ("pause", "opened", "small", "quit_requested"):
        getattr(tray, name).connect(lambda name=name: heard.append(name))
    tray.show_state(RunState.LIVE)
    assert tray.go.text() == "Pause"
    tray.reports.actions()[0].trigger()
    for action in tray.menu.actions():
        if action.isEnabled() and action.menu() is None and not action.isSeparator():
            action.trigger()
    assert heard == ["Confused", "pause", "opened", "small", "quit_requested"]
    tray.show_state(RunState.IDLE)
    assert not tray.reports.isEnabled()


def test_the_recording_mark_is_shown_long_or_short(qtbot) -> None:
    mark = RecordingIndicator()
    qtbot.addWidget(mark)
    assert mark.isHidden()
    mark.show_recording(True)
    long_px = mark.sizeHint().width()
    mark.shorten(True)
    assert mark.sizeHint().width() < long_px
    assert mark.accessibleName() == LONG
