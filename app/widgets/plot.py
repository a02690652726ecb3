"""What the two plots share: a pyqtgraph plot without mouse zoom, a fixed range, and items that paint in pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QGraphicsItem, QHBoxLayout, QStyleOptionGraphicsItem, QWidget

from app.presentation.series import Array, MarkedSpan
from app.widgets.theme import SMALL_PX, UNIT, Colors, font
from core.appearance import LineLook

GUTTER_PX = 7 * UNIT
"""Left of every plot: the value axis, or the names of the lanes."""
HATCH_STEP_PX = 7
AIR = 0.02
"""Above 1 and below 0, so that a line there is not cut in half."""


class Plot(pg.PlotWidget):
    """A plot that tells when it has been painted."""

    painted = Signal()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Paint, then tell."""
        super().paintEvent(event)
        self.painted.emit()


def make_plot(name: str, history_s: float) -> Plot:
    """A plot of shares from 0 to 1 over the last `history_s` seconds; it neither zooms nor grows."""
    plot = Plot()
    plot.setAccessibleName(name)
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.setMinimumHeight(9 * UNIT)
    plot.setFrameShape(QFrame.Shape.NoFrame)
    item = plot.getPlotItem()
    item.hideButtons()
    item.setMenuEnabled(False)
    item.setMouseEnabled(x=False, y=False)
    item.layout.setContentsMargins(0, UNIT, 0, UNIT)
    item.layout.setSpacing(0)
    item.getViewBox().setBorder(None)
    item.disableAutoRange()
    item.setXRange(-history_s, 0, padding=0)
    item.setYRange(-AIR, 1 + AIR, padding=0)
    item.hideAxis("bottom")
    axis = item.getAxis("left")
    axis.setWidth(GUTTER_PX)
    axis.setTicks([[(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")]])
    return plot


def lay_out(owner: QWidget, plot: QWidget, labels: QWidget) -> None:
    """The plot with the labels of its curves at its right."""
    row = QHBoxLayout(owner)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(plot, 1)
    row.addWidget(labels)


def color_plot(plot: pg.PlotWidget, colors: Colors) -> None:
    """Dress a plot in the theme."""
    plot.setBackground(colors.panel)
    axis = plot.getPlotItem().getAxis("left")
    axis.setPen(pg.mkPen(None))
    axis.setTextPen(colors.quiet)
    axis.setStyle(tickFont=font(SMALL_PX), tickLength=0)


class Grid(pg.GraphicsObject):
    """Hairlines at 0, 50 and 100 %, or where they are wanted."""

    def __init__(self, values: Sequence[float] = (0.0, 0.5, 1.0)) -> None:
        super().__init__()
        self._values = values
        self._pen = QPen()
        self.setZValue(-20)

    def set_colors(self, colors: Colors) -> None:
        """The hairlines' colour."""
        self._pen = QPen(QColor(colors.line), 0)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 — Qt's name
        """Everything that can be seen."""
        return self.viewRect() or QRectF()

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draw the lines."""
        painter.setPen(self._pen)
        view = self.boundingRect()
        for value in self._values:
            painter.drawLine(QPointF(view.left(), value), QPointF(view.right(), value))


class Hatch(pg.GraphicsObject):
    """Stretches of time under thin slanting lines; the lines stand still on the screen's grid of pixels."""

    def __init__(self) -> None:
        super().__init__()
        self._spans: Sequence[MarkedSpan] = ()
        self._pen = QPen()
        self._veil = QColor()
        self.setZValue(-10)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)

    def set_colors(self, colors: Colors) -> None:
        """The lines' colour."""
        line = QColor(colors.quiet)
        line.setAlpha(110)
        self._pen = QPen(line, 1)
        self._veil = QColor(colors.quiet)
        self._veil.setAlpha(18)
        self.update()

    def set_spans(self, spans: Sequence[MarkedSpan]) -> None:
        """Hatch these stretches."""
        if spans or self._spans:
            self._spans = spans
            self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 — Qt's name
        """Everything that can be seen."""
        return self.viewRect() or QRectF()

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draw the lines of every stretch in pixels."""
        to_pixels = painter.transform()
        painter.resetTransform()
        painter.setPen(self._pen)
        for span in self._spans:
            rect = to_pixels.mapRect(QRectF(span.start, 0, span.end - span.start, 1))
            painter.setClipRect(rect)
            painter.fillRect(rect, self._veil)
            first = int((rect.left() - rect.height()) // HATCH_STEP_PX) * HATCH_STEP_PX
            for left in range(first, int(rect.right()) + 1, HATCH_STEP_PX):
                foot = QPointF(left, rect.bottom())
                painter.drawLine(foot, foot + QPointF(rect.height(), -rect.height()))


class Areas(pg.GraphicsObject):
    """Stacked areas from cumulated shares; NaN rows leave a hole down to the ground."""

    def __init__(self, fills: Sequence[str]) -> None:
        super().__init__()
        self._brushes = [QColor(fill) for fill in fills]
        self._polygons: list[list[QPolygonF]] = []

    def set_shares(self, x: Array, shares: Array) -> None:
        """`x` (N,), `shares` (N, len(fills)) cumulated."""
        self._polygons = [_runs(x, shares[:, layer]) for layer in range(shares.shape[1])]
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 — Qt's name
        """Everything that can be seen."""
        return self.viewRect() or QRectF()

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Highest layer first; each covers the ground below it, so the next one is laid over it."""
        painter.setPen(Qt.PenStyle.NoPen)
        for layer in reversed(range(len(self._polygons))):
            painter.setBrush(self._brushes[layer])
            for polygon in self._polygons[layer]:
                painter.drawPolygon(polygon)


def _runs(x: Array, upper: Array) -> list[QPolygonF]:
    """One polygon down to 0 for each stretch without NaN."""
    known = np.flatnonzero(~np.isnan(upper))
    if known.size == 0:
        return []
    stretches = np.split(known, np.flatnonzero(np.diff(known) > 1) + 1)
    polygons = []
    for stretch in stretches:
        top = [QPointF(x[i], upper[i]) for i in stretch]
        polygons.append(QPolygonF([QPointF(x[stretch[0]], 0.0), *top, QPointF(x[stretch[-1]], 0.0)]))
    return polygons


LINE_PX = 2.0


def state_pen(look: LineLook, width_px: float) -> QPen:
    """The pen of a state: its colour and its dashes."""
    pen = pg.mkPen(look.color, width=width_px)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if look.dashes:
        pen.setDashPattern(look.dashes)
    return pen


def activate_layout(widget: QWidget) -> None:
    """Give the children of `widget` their new sizes now, so that labels can be placed by them."""
    layout = widget.layout()
    if layout is not None:
        layout.activate()


def value_row(plot: pg.PlotWidget, value: float) -> float:
    """Where `value` lies in the plot, in pixels from its top."""
    return float(plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(0.0, value))).y())
