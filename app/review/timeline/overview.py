"""The whole session in a strip: the leading state over time, and the range that the timeline shows."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent, MouseDragEvent
from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtWidgets import QFrame, QSizePolicy

from app.review.timeline.columns import TimelineColumns, curves
from app.review.timeline.rows import RIGHT_PX, prepare_row, translucent
from app.review.timeline.visible_range import VisibleRange
from app.widgets.plot import GUTTER_PX
from app.widgets.theme import UNIT, Colors
from core.appearance import STATE_LOOKS
from core.types import STATES

HEIGHT_PX = int(3.5 * UNIT)
BAR_PX = 3
GRIP_PX = 18
"""A range narrower than this on the screen is moved by a drag, never resized by its edges."""


class OverviewViewBox(pg.ViewBox):  # type: ignore[misc]  # pyqtgraph has no type hints
    """Beside the frame, a click or a drag brings the frame to the mouse."""

    def __init__(self, visible: VisibleRange) -> None:
        super().__init__(enableMenu=False, enableMouse=False)
        self._visible = visible

    def mouseClickEvent(self, event: MouseClickEvent) -> None:  # noqa: N802 — pyqtgraph's name
        """Moves the frame."""
        self._center(event)

    def mouseDragEvent(self, event: MouseDragEvent, axis: int | None = None) -> None:  # noqa: N802 — pyqtgraph's names
        """Moves the frame along."""
        self._center(event)

    def _center(self, event: MouseClickEvent | MouseDragEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            event.accept()
            at_s = self.mapToView(event.pos()).x()
            self._visible.pan(at_s - (self._visible.start_s + self._visible.end_s) / 2)


class SessionOverview(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no type hints
    """Bars in the colour of the leading state; a draggable frame moves and resizes the visible range."""

    def __init__(self, visible: VisibleRange) -> None:
        super().__init__(viewBox=OverviewViewBox(visible))
        self._visible = visible
        self._columns: TimelineColumns | None = None
        self._bars = [pg.BarGraphItem(x=[], height=[], width=1.0, pen=None, brush=STATE_LOOKS[s].color) for s in STATES]
        self._outside = [pg.LinearRegionItem(movable=False) for _ in range(2)]
        self.frame = pg.LinearRegionItem(swapMode="push", brush=pg.mkBrush(None))
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._build()
        visible.changed.connect(self._show_range)
        visible.moved.connect(self._show_range)
        for moved in (self.frame.sigRegionChanged, self.frame.sigRegionChangeFinished):
            moved.connect(self._on_dragged)
        self.getViewBox().sigResized.connect(self._draw)

    def _build(self) -> None:
        self.setFixedHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("The whole session, and the part that is shown")
        self.setToolTip("The whole session. Drag the frame or its edges; click to go there.")
        item = self.getPlotItem()
        prepare_row(item)
        for side in ("left", "bottom"):
            item.hideAxis(side)
        item.layout.setContentsMargins(GUTTER_PX, 1, RIGHT_PX, 1)
        item.setYRange(0, 1, padding=0)
        for layer, part in enumerate((*self._bars, *self._outside, self._cursor, self.frame)):
            part.setZValue(layer)
            item.addItem(part, ignoreBounds=True)

    def set_colors(self, colors: Colors) -> None:
        """Follows the theme."""
        self.setBackground(colors.panel)
        self.getViewBox().setBackgroundColor(colors.raised)
        for veil in self._outside:
            veil.setBrush(translucent(colors.panel, 170))
            for line in veil.lines:
                line.setPen(pg.mkPen(None))
        for line in self.frame.lines:
            line.setPen(pg.mkPen(colors.accent, width=3))
            line.setHoverPen(pg.mkPen(colors.text, width=3))
        self.frame.setHoverBrush(translucent(colors.accent, 30))
        self._cursor.setPen(pg.mkPen(colors.text, width=1))

    def show_columns(self, columns: TimelineColumns | None) -> None:
        """Shows this session."""
        self._columns = columns
        self._draw()

    @Slot()
    def _draw(self) -> None:
        self._show_range()
        if self._columns is None:
            return
        count = max(1, int(self.getViewBox().width()) // BAR_PX)
        means = curves(self._columns, 0.0, self._visible.total_s, count)
        known = ~np.isnan(means.middle[:, 0])
        leading = np.where(known, np.nan_to_num(means.middle).argmax(axis=1), -1)
        width_s = max(self._visible.total_s / count, self._columns.hop_s)
        for k, bars in enumerate(self._bars):
            bars.setOpts(x=means.x_s[leading == k], height=means.middle[leading == k, k], width=width_s)

    @Slot()
    def _show_range(self) -> None:
        start_s, end_s, total_s = self._visible.start_s, self._visible.end_s, self._visible.total_s
        self.getPlotItem().setXRange(0, total_s, padding=0)
        self.frame.blockSignals(True)
        self.frame.setRegion((start_s, end_s))
        self.frame.blockSignals(False)
        wide = (end_s - start_s) / total_s * self.getViewBox().width() > GRIP_PX
        for line in self.frame.lines:
            line.setMovable(wide)
        for veil, ends_s in zip(self._outside, ((0.0, start_s), (end_s, total_s)), strict=True):
            veil.setRegion(ends_s)
        self._cursor.setVisible(self._visible.at_s is not None)
        if self._visible.at_s is not None:
            self._cursor.setPos(QPointF(self._visible.at_s, 0))

    @Slot()
    def _on_dragged(self) -> None:
        self._visible.show(*self.frame.getRegion())
