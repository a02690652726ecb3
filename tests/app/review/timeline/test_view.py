"""The timeline in use: wheel, drag, keys, and the readout of the step under the cursor."""

from collections.abc import Iterator

import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsView

from app.review.timeline.data import timeline_data
from app.review.timeline.view import SessionTimeline
from app.review.timeline.visible_range import SHORTEST_S, VisibleRange
from app.widgets import style_sheet
from core.types import STATES
from tests.app.pictures import difference, is_a_picture
from tests.support.stored_sessions import stored_session


@pytest.fixture
def every_mouse_move() -> Iterator[None]:
    """pyqtgraph drops mouse moves less than 10 ms apart, which those of a test are."""
    limit = pg.getConfigOption("mouseRateLimit")
    pg.setConfigOption("mouseRateLimit", 0)
    yield
    pg.setConfigOption("mouseRateLimit", limit)


@pytest.fixture
def timeline(qtbot, every_mouse_move: None) -> SessionTimeline:
    style_sheet.apply(QApplication.instance(), "dark")
    widget = SessionTimeline()
    qtbot.addWidget(widget)
    widget.resize(740, 430)
    widget.show_session(timeline_data(stored_session(600.0, explained=True)))
    widget.show()
    return widget


def place_of(timeline: SessionTimeline, seconds: float) -> QPoint:
    """A point in the plots at this time."""
    plots = timeline.plots
    return plots.mapFromScene(plots.probabilities.getViewBox().mapViewToScene(QPointF(seconds, 0.5)))


def wheel(timeline: SessionTimeline, at: QPoint, notches: int, sideways: int = 0) -> None:
    viewport = timeline.plots.viewport()
    event = QWheelEvent(
        QPointF(at),
        QPointF(viewport.mapToGlobal(at)),
        QPoint(),
        QPoint(120 * sideways, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def drag(plot: QGraphicsView, start: QPoint, end: QPoint) -> None:
    viewport = plot.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport, (start + end) / 2)
    QTest.mouseMove(viewport, end)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)


def test_the_visible_range_stays_within_the_session() -> None:
    visible = VisibleRange()
    visible.open(100.0)
    visible.zoom(4.0, 0.0)
    assert (visible.start_s, visible.end_s) == (0.0, 25.0)
    visible.pan(1000.0)
    assert (visible.start_s, visible.end_s) == (75.0, 100.0)
    visible.zoom(1e9)
    assert visible.width_s == SHORTEST_S
    visible.zoom(1e-9)
    assert (visible.start_s, visible.end_s) == (0.0, 100.0)


def test_looking_at_a_moment_brings_it_into_view() -> None:
    visible = VisibleRange()
    visible.open(1000.0)
    visible.show(0.0, 10.0)
    visible.look_at(500.0)
    assert visible.start_s < 500.0 < visible.end_s
    assert visible.width_s == 10.0


def test_a_session_is_drawn_and_looks_different_in_the_other_theme(timeline: SessionTimeline) -> None:
    dark = timeline.grab().toImage()
    assert is_a_picture(dark)
    style_sheet.apply(QApplication.instance(), "light")
    light = timeline.grab().toImage()
    assert is_a_picture(light)
    assert difference(dark, light) > 20


def test_the_wheel_zooms_around_the_mouse(timeline: SessionTimeline) -> None:
    at = place_of(timeline, 200.0)
    wheel(timeline, at, 3)
    assert timeline.visible.width_s < 200.0
    assert abs(place_of(timeline, 200.0).x() - at.x()) <= 2
    wheel(timeline, at, -9)
    assert timeline.visible.width_s == 600.0


def test_the_wheel_pans_sideways(timeline: SessionTimeline) -> None:
    timeline.visible.show(100.0, 200.0)
    wheel(timeline, place_of(timeline, 150.0), 0, sideways=-1)
    assert (timeline.visible.start_s, timeline.visible.end_s) == (110.0, 210.0)


def test_a_drag_shows_that_stretch_and_a_double_click_shows_all(timeline: SessionTimeline) -> None:
    start, end = place_of(timeline, 100.0), place_of(timeline, 200.0)
    drag(timeline.plots, start, end)
    assert timeline.visible.start_s == pytest.approx(100.0, abs=1.5)
    assert timeline.visible.end_s == pytest.approx(200.0, abs=1.5)
    viewport = timeline.plots.viewport()
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start)
    assert timeline.visible.width_s == 600.0


def test_hovering_reads_a_step_and_leaving_returns_to_the_pinned_one(timeline: SessionTimeline) -> None:
    viewport = timeline.plots.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place_of(timeline, 300.0))
    pinned = timeline.text
    assert pinned.startswith("00:0")
    QTest.mouseMove(viewport, place_of(timeline, 50.0))
    assert timeline.text.startswith("00:00:5")
    QApplication.sendEvent(timeline.plots, QEvent(QEvent.Type.Leave))
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
    before = timeline.visible.width_s
    QTest.keyClick(timeline, Qt.Key.Key_Plus)
    assert timeline.visible.width_s < before
    assert timeline.visible.start_s < 400.0 < timeline.visible.end_s
    QTest.keyClick(timeline, Qt.Key.Key_Minus)
    assert timeline.visible.width_s == pytest.approx(before)
    QTest.keyClick(timeline, Qt.Key.Key_0)
    assert timeline.visible.width_s == 600.0


def test_the_readout_has_probabilities_weights_words_and_reasons(timeline: SessionTimeline) -> None:
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
    assert "you reported Curious" in timeline.text


def test_a_second_set_of_lines_changes_the_picture(timeline: SessionTimeline) -> None:
    before = timeline.plots.grab().toImage()
    timeline.show_other(stored_session(600.0, seed=9).steps)
    assert difference(before, timeline.plots.grab().toImage()) > 0.2


def test_a_click_in_the_overview_moves_the_visible_range(timeline: SessionTimeline) -> None:
    timeline.visible.show(0.0, 60.0)
    viewport = timeline.overview.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(viewport.width() - 40, 10))
    assert timeline.visible.end_s > 550.0


def test_an_edge_of_the_frame_resizes_what_is_seen_and_its_inside_moves_it(timeline: SessionTimeline) -> None:
    timeline.visible.show(100.0, 300.0)
    drag(timeline.overview, in_overview(timeline, 300.0), in_overview(timeline, 400.0))
    assert timeline.visible.start_s == pytest.approx(100.0, abs=2.0)
    assert timeline.visible.end_s == pytest.approx(400.0, abs=5.0)
    drag(timeline.overview, in_overview(timeline, 250.0), in_overview(timeline, 350.0))
    assert timeline.visible.start_s == pytest.approx(200.0, abs=5.0)
    assert timeline.visible.width_s == pytest.approx(300.0, abs=5.0)


def in_overview(timeline: SessionTimeline, seconds: float) -> QPoint:
    overview = timeline.overview
    return overview.mapFromScene(overview.getViewBox().mapViewToScene(QPointF(seconds, 0.5)))


def test_a_session_shown_again_stays_where_it_was_zoomed_to(timeline: SessionTimeline) -> None:
    timeline.visible.show(100.0, 160.0)
    timeline.show_session(timeline_data(stored_session(600.0)))
    assert (timeline.visible.start_s, timeline.visible.end_s) == (100.0, 160.0)
