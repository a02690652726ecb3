"""The task bar, which starts the timer and takes notes, and the activity lane below the plots."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from app.live.activity_lane import ActivityLane
from app.live.page import LivePage
from app.live.task_bar import TITLE, TaskBar
from core.focus.timer import FocusTimer
from core.settings import FocusSettings
from core.types import Activity, Event, Marker, SelfReport
from tests.app.pictures import pixels

ENTRIES = (
    Activity(10.0, "focus", "Limits"),
    SelfReport(30.0, "Confused"),
    Marker(50.0, "marker 1"),
    Event(55.0, "device", "camera lost"),
    Activity(60.0, "note", "ask about h"),
    Activity(70.0, "break"),
    Activity(90.0, "focus", "Limits"),
)


@pytest.fixture
def bar(qtbot) -> TaskBar:
    bar = TaskBar()
    qtbot.addWidget(bar)
    bar.fold.setChecked(True)
    bar.show()
    return bar


def test_a_timer_is_started_skipped_and_stopped(bar: TaskBar) -> None:
    timer, done = FocusTimer(FocusSettings()), []
    bar.started.connect(lambda task: done.extend(timer.start(5.0, task)))
    bar.skipped.connect(lambda: done.extend(timer.skip(10.0)))
    bar.stopped.connect(lambda: done.extend(timer.stop(20.0)))
    bar.show_view(timer.view(5.0))
    assert bar.fold.text() == TITLE
    QTest.keyClicks(bar.task, " Limits ")
    bar.go.click()
    bar.show_view(timer.view(6.0))
    assert bar.fold.text() == "Focus 24:59 · 1 of 4"
    bar.skip.click()
    bar.show_view(timer.view(10.0))
    assert bar.fold.text() == "Break 5:00 · 1 of 4"
    bar.go.click()
    bar.show_view(timer.view(20.0))
    assert bar.fold.text() == TITLE
    assert [(a.kind, a.text) for a in done] == [("focus", "Limits"), ("break", "Limits"), ("idle", "")]


def test_enter_saves_a_note_unless_it_is_empty(bar: TaskBar) -> None:
    bar.show_view(FocusTimer(FocusSettings()).view(0.0))
    heard: list[str] = []
    bar.noted.connect(heard.append)
    QTest.keyClicks(bar.note, "ask about  h")
    QTest.keyClick(bar.note, Qt.Key.Key_Return)
    QTest.keyClick(bar.note, Qt.Key.Key_Return)
    assert heard == ["ask about h"]


def test_a_task_is_named_without_a_timer(bar: TaskBar) -> None:
    heard: list[str] = []
    bar.named.connect(heard.append)
    timer = FocusTimer(FocusSettings())
    bar.show_view(timer.view(0.0))
    bar.task.setFocus()
    QTest.keyClicks(bar.task, "Limits ")
    assert heard == []
    QTest.keyClick(bar.task, Qt.Key.Key_Tab)
    assert heard == ["Limits"]
    bar.show_view(timer.view(1.0))
    bar.show_view(None)
    assert heard == ["Limits"]
    bar.show_view(timer.view(0.0))
    assert heard == ["Limits", "Limits"], "it still stands there when the next session begins"


def test_without_a_session_the_timer_is_disabled(bar: TaskBar) -> None:
    heard: list[str] = []
    bar.started.connect(heard.append)
    bar.show_view(None)
    QTest.keyClick(bar.task, Qt.Key.Key_Return)
    assert not bar.go.isEnabled()
    assert heard == []


def test_it_is_folded_until_it_is_opened(qtbot) -> None:
    bar = TaskBar()
    qtbot.addWidget(bar)
    bar.show()
    assert not bar.task.isVisible()
    with qtbot.waitSignal(bar.folded) as heard:
        bar.fold.click()
    assert heard.args == [False]
    assert bar.task.isVisible()


@pytest.fixture
def lane(qtbot) -> ActivityLane:
    lane = ActivityLane(120.0)
    qtbot.addWidget(lane)
    lane.resize(800, 24)
    lane.show_entries(ENTRIES, 100.0)
    return lane


@pytest.mark.parametrize(
    ("t_s", "said"),
    [
        (30.0, "0:30 · you reported Confused\nFocus: Limits"),
        (50.0, "0:50 · marker 1\nFocus: Limits"),
        (60.0, "1:00 · note: ask about h\nFocus: Limits"),
        (80.0, "Break"),
        (5.0, ""),
    ],
)
def test_hovering_shows_what_was_there(lane: ActivityLane, t_s: float, said: str) -> None:
    assert lane.text_at(lane.x_of(t_s)) == said


def test_entries_older_than_the_axis_are_not_shown(lane: ActivityLane) -> None:
    lane.show_entries(ENTRIES, 155.0)
    assert lane.text_at(lane.x_of(35.0)) == "Focus: Limits"
    lane.show_entries(ENTRIES, 1000.0)
    assert lane.text_at(lane.x_of(990.0)) == "Focus: Limits"
    assert lane.accessibleDescription() == "nothing yet"


def test_blocks_and_glyphs_are_drawn(lane: ActivityLane, qtbot) -> None:
    full = pixels(lane.grab().toImage()).astype(int)
    lane.show_entries((), 100.0)
    changed = np.abs(full - pixels(lane.grab().toImage()).astype(int)).sum(axis=2) > 0
    assert changed[:, int(lane.x_of(30.0))].any()
    assert changed[20, int(lane.x_of(12.0)) : int(lane.x_of(68.0))].all()
    assert not changed[:, int(lane.x_of(-15.0)) : int(lane.x_of(-1.0))].any()


def test_the_lane_shares_the_axis_of_the_plots(qtbot) -> None:
    page = LivePage(120.0)
    qtbot.addWidget(page)
    page.resize(1200, 680)
    page.show_running(True)
    with qtbot.waitExposed(page):
        page.show()
    page.show_entries(ENTRIES, 100.0)
    curves, lane = page.timelines.curves, page.timelines.context
    box = curves.plot.getViewBox()
    for seconds in (-120.0, -60.0, 0.0):
        at = curves.plot.mapFromScene(box.mapViewToScene(QPointF(seconds, 0.0)))
        there = curves.plot.mapTo(page.timelines, at).x()
        assert lane.mapTo(page.timelines, QPoint(round(lane.x_of(100.0 + seconds)), 0)).x() == pytest.approx(
            there, abs=2
        )


def test_estimates_can_be_hidden_from_the_page(qtbot) -> None:
    page = LivePage(120.0)
    qtbot.addWidget(page)
    page.show_running(True)
    with qtbot.waitExposed(page):
        page.show()
    assert page.headline.isVisible()
    page.hide_estimates(True)
    assert not page.headline.isVisible()
    assert not page.timelines.isVisible()
    assert page.preview.isVisible()
    assert page.reports.isVisible()
    page.hide_estimates(False)
    assert page.timelines.isVisible()
