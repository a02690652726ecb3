"""The plots of a stored session: probabilities, weights and lanes over one time axis, with one cursor.

They show the range of a `VisibleRange`. The session's steps are reduced to about as many points as there are pixels
(`app.review.timeline.columns`) before they are drawn.
"""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Signal, Slot
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen, QPixmapCache
from PySide6.QtWidgets import QFrame, QGraphicsItem, QToolTip

from app.presentation.series import Array, MarkedSpan
from app.review.timeline.columns import (
    Lines,
    Stack,
    TimelineColumns,
    abstained,
    curves,
    is_fine,
    lanes,
    nearest,
    stack,
)
from app.review.timeline.data import TimelineData
from app.review.timeline.influence import alarms, influence_text, leaders
from app.review.timeline.lanes import ActivityBlockLane, InfluenceLane, MomentLane, PresenceLane
from app.review.timeline.plot_items import CurvesItem, RangesItem
from app.review.timeline.time_view import TimeAxis, TimeViewBox
from app.review.timeline.visible_range import VisibleRange
from app.widgets.band_items import VEIL, BandItems
from app.widgets.plot import AIR, GUTTER_PX, LINE_PX, Areas, Grid, Hatch, state_pen
from app.widgets.theme import SMALL_PX, UNIT, Colors, colors_of, font
from core.appearance import MODALITY_COLORS, MODALITY_NAMES, MODALITY_ORDER, STATE_LOOKS

POINT_PX = 4
"""Pixels from one point of a curve to the next where several steps share one; with less, dashes could not be seen."""
LANE_PX, MARK_PX, AXIS_PX, GAP_PX = 15, 18, 20, 8
ROW_HEIGHTS = ((90, 64), (40, 36))
"""Preferred height and stretch factor of the curves and of the weights; the lanes have a fixed height."""
RIGHT_PX = 3 * UNIT
"""Right of every plot, so that half of the last tick's label fits."""
OTHER_LINE_PX = 1.0
RANGE_ALPHA = 60
PIXEL_CACHE_KB = 64 * 1024
"""Enough for all items on a large screen; with Qt's 10 MB, each move of the cursor would draw them again."""


class ProbabilityRow(pg.PlotItem):
    """Means of the four probabilities as lines, their ranges behind them, and hatching where no state is named."""

    def __init__(self, view: TimeViewBox) -> None:
        super().__init__(viewBox=view)
        prepare_row(self)
        self.setYRange(-AIR, 1 + 2 * AIR, padding=0)
        self.hideAxis("bottom")
        self.getAxis("left").setTicks([[(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")]])
        self._grid, self._hatch = Grid(), Hatch()
        self._scattered = pg.BarGraphItem(x0=[], x1=[], y0=1 + AIR, y1=1 + 2 * AIR, pen=None)
        looks = STATE_LOOKS.values()
        self._ranges = RangesItem([translucent(look.color, RANGE_ALPHA) for look in looks])
        self._lines = CurvesItem([state_pen(look, LINE_PX) for look in looks])
        self._other_lines = CurvesItem([state_pen(look, OTHER_LINE_PX) for look in looks])
        self.addItem(self._grid)
        for item in (self._hatch, self._scattered, self._ranges, self._lines, self._other_lines):
            add_cached(self, item)

    def set_colors(self, colors: Colors) -> None:
        """Follows the theme."""
        self._grid.set_colors(colors)
        self._hatch.set_colors(colors)
        self._scattered.setOpts(brush=translucent(colors.quiet, 110))

    def show_lines(self, lines: Lines) -> None:
        """Shows means and ranges."""
        self._lines.set_curves(lines.x_s, lines.middle)
        self._ranges.set_ranges(lines.x_s, np.stack((lines.low, lines.high), axis=2))

    def show_other(self, lines: Lines | None) -> None:
        """Shows another checkpoint's means as thin lines."""
        self._other_lines.setVisible(lines is not None)
        if lines is not None:
            self._other_lines.set_curves(lines.x_s, lines.middle)

    def show_abstained(self, most: Array, some: Array) -> None:
        """Hatches the spans (N, 2) in which most steps abstain; marks those in which some do above the curves."""
        self._hatch.set_spans([MarkedSpan(start_s, end_s, None) for start_s, end_s in most.tolist()])
        self._scattered.setOpts(x0=some[:, 0], x1=some[:, 1])


class WeightRow(pg.PlotItem):
    """Weights stacked to 1, with their 95 % bands, or those bands' ranges where a point stands for several steps."""

    def __init__(self, view: TimeViewBox) -> None:
        super().__init__(viewBox=view)
        prepare_row(self)
        self.setYRange(0, 1, padding=0)
        self.hideAxis("bottom")
        self.getAxis("left").setTicks([[(0.5, "weights")]])
        self._grid = Grid()
        self.addItem(self._grid)
        self._areas = Areas([MODALITY_COLORS[modality] for modality in MODALITY_ORDER])
        self._bands, self._ranges = BandItems(), RangesItem([translucent(VEIL, VEIL.alpha() // 2)] * 2)
        for item in (self._areas, self._bands, self._ranges):
            add_cached(self, item)

    def set_colors(self, colors: Colors) -> None:
        """Follows the theme."""
        self._grid.set_colors(colors)

    def show_stack(self, stacked: Stack) -> None:
        """Shows areas and bands."""
        self._areas.set_shares(stacked.x_s, stacked.shares)
        self._bands.setVisible(stacked.fine)
        self._ranges.setVisible(not stacked.fine)
        if stacked.fine:
            self._bands.set_bands(stacked.x_s, stacked.bands)
        else:
            self._ranges.set_ranges(stacked.x_s, stacked.bands)


class LaneRow(pg.PlotItem):
    """The lanes, and the time axis of all rows below them. The y axis counts pixels down from the top."""

    def __init__(self, view: TimeViewBox) -> None:
        super().__init__(viewBox=view, axisItems={"bottom": TimeAxis()})
        prepare_row(self)
        view.invertY(True)
        self.influence = InfluenceLane(0, MARK_PX)
        self.presence = {
            modality: PresenceLane(MARK_PX + place * LANE_PX, LANE_PX, MODALITY_COLORS[modality])
            for place, modality in enumerate(reversed(MODALITY_ORDER))
        }
        top = MARK_PX + len(self.presence) * LANE_PX
        self.blocks = ActivityBlockLane(top, MARK_PX)
        self.reports, self.notes = MomentLane(top + MARK_PX, MARK_PX), MomentLane(top + 2 * MARK_PX, MARK_PX)
        names = {MODALITY_NAMES[modality]: lane for modality, lane in self.presence.items()}
        named = {
            "led by": self.influence,
            **names,
            "doing": self.blocks,
            "reports": self.reports,
            "marks": self.notes,
        }
        self._lanes = tuple(named.values())
        self._bottom = top + 3 * MARK_PX
        self.getAxis("left").setTicks([[(lane.middle, name) for name, lane in named.items()]])
        self.getAxis("bottom").setHeight(AXIS_PX)
        for lane in self._lanes:
            add_cached(self, lane)
        self.show_influence(False)

    def set_colors(self, colors: Colors) -> None:
        """Follows the theme."""
        for lane in self._lanes:
            lane.set_colors(colors)

    def show_influence(self, shown: bool) -> None:
        """Shows the lane of influence, or leaves it out."""
        top = 0 if shown else MARK_PX
        self.setYRange(top, self._bottom, padding=0)
        self.setFixedHeight(self._bottom - top + AXIS_PX)


class TimelinePlots(pg.GraphicsLayoutWidget):
    """Shows a `TimelineData` over the visible range. `hovered` carries seconds, or None when the mouse leaves."""

    hovered = Signal(object)
    clicked = Signal(float)
    hinted = Signal(str)
    """How to read what is drawn at this zoom."""

    def __init__(self, visible: VisibleRange) -> None:
        super().__init__()
        self._visible = visible
        self._data: TimelineData | None = None
        self._other: TimelineColumns | None = None
        self._focused = False
        views = [TimeViewBox(visible) for _ in range(3)]
        self.probabilities, self.weights, self.lanes = ProbabilityRow(views[0]), WeightRow(views[1]), LaneRow(views[2])
        self._rows = (self.probabilities, self.weights, self.lanes)
        self._cursors = [pg.InfiniteLine(angle=90, movable=False) for _ in views]
        self._selections = [pg.LinearRegionItem(movable=False) for _ in views]
        self._build(views)
        visible.changed.connect(self._draw)
        visible.moved.connect(self._move_cursor)
        views[0].sigResized.connect(self._draw)
        self.scene().sigMouseMoved.connect(self._on_mouse_moved)

    def _build(self, views: list[TimeViewBox]) -> None:
        QPixmapCache.setCacheLimit(max(PIXEL_CACHE_KB, QPixmapCache.cacheLimit()))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumHeight(30 * UNIT)
        self.ci.layout.setContentsMargins(0, UNIT, RIGHT_PX, 0)
        self.ci.layout.setSpacing(GAP_PX)
        for place, (row, view, cursor, selection) in enumerate(
            zip(self._rows, views, self._cursors, self._selections, strict=True)
        ):
            self.ci.addItem(row, row=place, col=0)
            if place:
                row.setXLink(self.probabilities)
            for item in (cursor, selection):
                item.hide()
                row.addItem(item, ignoreBounds=True)
            view.clicked.connect(self.clicked)
            view.selecting.connect(self._show_selection)
        for place, (preferred_px, stretch) in enumerate(ROW_HEIGHTS):
            self.ci.layout.setRowPreferredHeight(place, preferred_px)
            self.ci.layout.setRowStretchFactor(place, stretch)

    def set_colors(self, colors: Colors) -> None:
        """Follows the theme."""
        self.setBackground(colors.panel)
        for row, cursor, selection in zip(self._rows, self._cursors, self._selections, strict=True):
            row.set_colors(colors)
            for side in ("left", "bottom"):
                axis = row.getAxis(side)
                axis.setPen(pg.mkPen(None))
                axis.setTickPen(pg.mkPen(colors.line))
                axis.setTextPen(colors.quiet)
            cursor.setPen(pg.mkPen(colors.text, width=1))
            selection.setBrush(translucent(colors.accent, 50))
            for line in selection.lines:
                line.setPen(pg.mkPen(None))

    def show_data(self, data: TimelineData | None) -> None:
        """Draws this session."""
        self._data = data
        self.lanes.show_influence(data is not None and data.influence is not None)
        if data is not None:
            self.lanes.blocks.set_blocks(data.blocks)
            self.lanes.reports.set_moments(data.session.reports)
            self.lanes.notes.set_moments(data.notes)
        self._draw()

    def show_other(self, columns: TimelineColumns | None) -> None:
        """Draws another checkpoint's probabilities for the same session as thin lines."""
        self._other = columns
        self._draw()

    def show_focus(self, focused: bool) -> None:
        """Outlines the plots while they have the keyboard."""
        self._focused = focused
        self.viewport().update()

    @Slot()
    def _draw(self) -> None:
        self.probabilities.setXRange(self._visible.start_s, self._visible.end_s, padding=0)
        if self._data is None:
            return
        columns, shown = self._data.columns, (self._visible.start_s, self._visible.end_s)
        pixels = max(1, int(self.probabilities.getViewBox().width()))
        points = max(1, pixels // POINT_PX)
        self.probabilities.show_lines(curves(columns, *shown, points))
        self.probabilities.show_other(curves(self._other, *shown, points) if self._other is not None else None)
        self.probabilities.show_abstained(*abstained(columns, *shown, pixels))
        self.weights.show_stack(stack(columns, *shown, points))
        for modality, runs in zip(MODALITY_ORDER, lanes(columns, *shown, pixels), strict=True):
            self.lanes.presence[modality].set_runs(runs, pixels)
        if (influence := self._data.influence) is not None:
            self.lanes.influence.set_runs(leaders(influence, columns, *shown, pixels), pixels)
            self.lanes.influence.set_alarms(alarms(influence, columns, *shown, pixels))
        self.hinted.emit(self._hint(is_fine(columns, *shown, points)))

    def _hint(self, fine: bool) -> str:
        parts = ["hatched: undecided"] if fine else ["line: mean, shade: range", "hatched: undecided"]
        if self._data is not None and self._data.influence is not None and self._data.influence.has_alarms:
            parts.append("red: feedback alarm")
        return " · ".join([*parts, *(["thin: the other checkpoint"] if self._other is not None else [])])

    @Slot()
    def _move_cursor(self) -> None:
        for cursor in self._cursors:
            cursor.setVisible(self._visible.at_s is not None)
            if self._visible.at_s is not None:
                cursor.setPos(self._visible.at_s)

    @Slot(object)
    def _show_selection(self, ends_s: tuple[float, float] | None) -> None:
        for selection in self._selections:
            selection.setVisible(ends_s is not None)
            if ends_s is not None:
                selection.setRegion(ends_s)

    # --- the mouse ---------------------------------------------------------------------------------------------

    def seconds_at(self, x: float) -> float:
        """The time at `x` pixels from the left."""
        return float(self.probabilities.getViewBox().mapSceneToView(QPointF(x, 0)).x())

    @Slot(object)
    def _on_mouse_moved(self, at: QPointF) -> None:
        self.hovered.emit(self.seconds_at(at.x()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """Reports that the mouse has left."""
        super().leaveEvent(event)
        self.hovered.emit(None)

    def tip_at(self, point: QPointF) -> str:
        """The tooltip at a place: the influence of each modality over its lane, and empty elsewhere."""
        over_lane = self.lanes.influence.sceneBoundingRect().contains(point)
        if self._data is None or self._data.influence is None or not over_lane:
            return ""
        index = nearest(self._data.columns, self.seconds_at(point.x()))
        return "" if index is None else influence_text(self._data.influence, index)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 — Qt's name
        """Shows the tooltip."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return bool(super().viewportEvent(event))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """The plots, and the outline of the keyboard focus."""
        super().paintEvent(event)
        if self._focused:
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colors_of(self).accent), 2))
            right = self.viewport().width() - RIGHT_PX + 4
            painter.drawRoundedRect(QRectF(GUTTER_PX - 4, 3, right - GUTTER_PX + 4, self.viewport().height() - 5), 4, 4)


def prepare_row(row: pg.PlotItem) -> None:
    """A plot without menus and without automatic ranges, with room for labels on its left."""
    row.hideButtons()
    row.setMenuEnabled(False)
    row.disableAutoRange()
    row.layout.setContentsMargins(0, 0, 0, 0)
    row.layout.setSpacing(0)
    for side in ("left", "bottom"):
        row.getAxis(side).setStyle(
            tickFont=font(SMALL_PX), tickLength=0 if side == "left" else 4, hideOverlappingLabels=RIGHT_PX
        )
    row.getAxis("left").setWidth(GUTTER_PX)


def add_cached(row: pg.PlotItem, item: pg.GraphicsObject) -> None:
    """Adds an item that keeps its pixels until its data or the view changes, so that moving the cursor is cheap."""
    item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
    row.addItem(item, ignoreBounds=True)


def translucent(color: str | QColor, alpha: int) -> QColor:
    """`color` with `alpha` of 255."""
    result = QColor(color)
    result.setAlpha(alpha)
    return result
