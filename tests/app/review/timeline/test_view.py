"""The timeline as it is used: wheel, drag, keys, and the read-out of the step that is looked at."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.review.timeline.view import SessionTimeline, drawable
from app.review.timeline.visible_range import SHORTEST_S, VisibleRange
from app.widgets import style_sheet
from core.types import STATES
from tests.app.pictures import difference, is_a_picture
from tests.support.stored_sessions import stored_session


@pytest.fixture
def timeline(qtbot) -> Iterator[SessionTimeline]:
    style_sheet.apply(QApplication.instance(), "dark")
    widget = SessionTimeline()
    qtbot.addWidget(widget)
    widget.resize(740, 430)
    widget.show_session(drawable(stored_session(600.0, explained=True)))
    widget.show()
    return widget


def x_of(timeline: SessionTimeline, seconds: float) -> QPoint:
    canvas = timeline.canvas
    place = canvas._sheet(canvas._picture).scale("curves").x(seconds)
    return QPoint(round(place), 60)


def wheel(timeline: SessionTimeline, at: QPoint, notches: int) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(timeline.canvas.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(timeline.canvas, event)


def test_the_span_stays_within_the_session() -> None:
    span = VisibleRange()
    span.open(100.0)
    span.zoom(4.0, 0.0)
    assert (span.start_s, span.end_s) == (0.0, 25.0)
    span.pan(1000.0)
    assert (span.start_s, span.end_s) == (75.0, 100.0)
    span.zoom(1e9)
    assert span.width_s == SHORTEST_S
    span.zoom(1e-9)
    assert (span.start_s, span.end_s) == (0.0, 100.0)


def test_looking_at_a_moment_brings_it_into_view() -> None:
    span = VisibleRange()
    span.open(1000.0)
    span.show(0.0, 10.0)
    span.look_at(500.0)
    assert span.start_s < 500.0 < span.end_s
    assert span.width_s == 10.0


def test_a_session_is_drawn_and_looks_different_in_the_other_theme(timeline: SessionTimeline) -> None:
    dark = timeline.grab().toImage()
    assert is_a_picture(dark)
    style_sheet.apply(QApplication.instance(), "light")
    light = timeline.grab().toImage()
    assert is_a_picture(light)
    assert difference(dark, light) > 20


def test_the_wheel_zooms_around_the_mouse(timeline: SessionTimeline) -> None:
    at = x_of(timeline, 200.0)
    wheel(timeline, at, 3)
    assert timeline.span.width_s < 200.0
    assert abs(x_of(timeline, 200.0).x() - at.x()) <= 2
    wheel(timeline, at, -9)
    assert timeline.span.width_s == 600.0


def test_a_drag_shows_that_stretch_and_a_double_click_all_again(timeline: SessionTimeline) -> None:
    canvas = timeline.canvas
    start, end = x_of(timeline, 100.0), x_of(timeline, 200.0)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(canvas, end)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)
    assert timeline.span.start_s == pytest.approx(100.0, abs=1.5)
    assert timeline.span.end_s == pytest.approx(200.0, abs=1.5)
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=start)
    assert timeline.span.width_s == 600.0


def test_hovering_reads_a_step_and_leaving_goes_back_to_the_pinned_one(timeline: SessionTimeline) -> None:
    QTest.mouseClick(timeline.canvas, Qt.MouseButton.LeftButton, pos=x_of(timeline, 300.0))
    pinned = timeline.text
    assert pinned.startswith("00:0")
    timeline.canvas.hovered.emit(50.0)
    assert timeline.text != pinned
    timeline.canvas.hovered.emit(None)
    assert timeline.text == pinned == timeline.accessibleDescription()


def test_arrows_step_and_home_and_end_go_to_the_ends(timeline: SessionTimeline) -> None:
    QTest.keyClick(timeline, Qt.Key.Key_Home)
    assert timeline.text.startswith("00:00:00")
    for _ in range(4):
        QTest.keyClick(timeline, Qt.Key.Key_Right)
    assert timeline.text.startswith("00:00:02")
    QTest.keyClick(timeline, Qt.Key.Key_Left)
    QTest.keyClick(timeline, Qt.Key.Key_Left)
    assert timeline.text.startswith("00:00:01")
    QTest.keyClick(timeline, Qt.Key.Key_End)
    assert timeline.text.startswith("00:10:00")


def test_plus_and_minus_zoom_around_the_cursor_and_0_shows_all(timeline: SessionTimeline) -> None:
    timeline.go_to(400.0)
    before = timeline.span.width_s
    QTest.keyClick(timeline, Qt.Key.Key_Plus)
    assert timeline.span.width_s < before
    assert timeline.span.start_s < 400.0 < timeline.span.end_s
    QTest.keyClick(timeline, Qt.Key.Key_Minus)
    assert timeline.span.width_s == pytest.approx(before)
    QTest.keyClick(timeline, Qt.Key.Key_0)
    assert timeline.span.width_s == 600.0


def test_the_read_out_says_probabilities_weights_words_and_why(timeline: SessionTimeline) -> None:
    session = stored_session(600.0, explained=True)
    index = next(i for i in range(len(session.steps)) if session.steps.present[i].all())
    timeline.go_to(float(session.steps.t_s[index]) - 0.1)
    lines = timeline.text.split("\n")
    assert all(state in lines[1] for state in STATES)
    assert "picture" in lines[2]
    assert " to " in lines[2]  # a weight with its band
    assert "without picture" in lines[3]
    assert "feedback" in lines[3]
    assert "Calculus" in lines[4]


def test_a_report_at_the_cursor_is_read_out_with_it(timeline: SessionTimeline) -> None:
    timeline.go_to(stored_session(600.0).reports[1].t_s)
    assert "you said Curious" in timeline.text


def test_a_second_set_of_lines_changes_the_picture(timeline: SessionTimeline) -> None:
    before = timeline.canvas.grab().toImage()
    timeline.show_other(stored_session(600.0, seed=9).steps)
    assert difference(before, timeline.canvas.grab().toImage()) > 0.2


def test_the_frame_of_the_overview_moves_what_is_seen(timeline: SessionTimeline) -> None:
    timeline.span.show(0.0, 60.0)
    strip = timeline.overview
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(strip.width() - 20, 10))
    assert timeline.span.end_s > 550.0


def test_a_session_shown_anew_stays_where_it_was_zoomed_to(timeline: SessionTimeline) -> None:
    timeline.span.show(100.0, 160.0)
    timeline.show_session(drawable(stored_session(600.0)))
    assert (timeline.span.start_s, timeline.span.end_s) == (100.0, 160.0)
