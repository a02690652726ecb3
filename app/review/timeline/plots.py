"""The plots of a stored session: probabilities, weights and lanes over one time axis, with one cursor.

They show the range of a `VisibleRange`. The session's steps are reduced to about as many points as there are pixels
(`app.review.timeline.columns`) before they are drawn.
"""

from __future__ import annotations

from functools import partial

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Signal, Slot
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen, QPixmapCache
from PySide6.QtWidgets import QFrame, QToolTip

from app.review.timeline.columns import TimelineColumns, abstained, curves, is_fine, lanes, nearest, stack
from app.review.timeline.data import TimelineData
from app.review.timeline.influence import alarms, influence_text, leaders
from app.review.timeline.lanes import paint_blocks, paint_influence, paint_moments, paint_presence
from app.review.timeline.rows import (
    BLOCKS,
    EVENTS,
    INFLUENCE,
    REPORTS,
    RIGHT_PX,
    LaneRow,
    ProbabilityRow,
    WeightRow,
    translucent,
)
from app.review.timeline.time_view import TimeViewBox
from app.review.timeline.visible_range import VisibleRange
from app.widgets.plot import GUTTER_PX
from app.widgets.theme import UNIT, Colors, colors_of
from core.appearance import MODALITY_COLORS, MODALITY_NAMES, MODALITY_ORDER

POINT_PX = 4
"""Pixels from one point of a curve to the next where several steps share one; with less, dashes could not be seen."""
GAP_PX = 8
ROW_HEIGHTS = ((90, 64), (40, 36))
"""Preferred height and stretch factor of the curves and of the weights; the lanes have a fixed height."""
PIXEL_CACHE_KB = 64 * 1024
"""Enough for all items on a large screen; with Qt's 10 MB, each move of the cursor would draw them again."""


class TimelinePlots(pg.GraphicsLayoutWidget):  # type: ignore[misc]  # pyqtgraph has no type hints
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
        self._rows: tuple[ProbabilityRow | WeightRow | LaneRow, ...] = (self.probabilities, self.weights, self.lanes)
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
            rows = self.lanes.lanes
            rows[BLOCKS].show_lane(partial(paint_blocks, blocks=data.blocks))
            rows[REPORTS].show_lane(partial(paint_moments, moments=data.session.reports))
            rows[EVENTS].show_lane(partial(paint_moments, moments=data.notes))
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
            color = MODALITY_COLORS[modality]
            paint = partial(paint_presence, runs=runs, columns=pixels, color=color)
            self.lanes.lanes[MODALITY_NAMES[modality]].show_lane(paint)
        if (found := self._data.influence) is not None:
            leading, alarming = (of(found, columns, *shown, pixels) for of in (leaders, alarms))
            paint = partial(paint_influence, leading=leading, alarms=alarming, columns=pixels)
            self.lanes.lanes[INFLUENCE].show_lane(paint)
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
        over_lane = self.lanes.lanes[INFLUENCE].sceneBoundingRect().contains(point)
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
