"""Plots of shares over time: a pyqtgraph plot of a fixed range without mouse zoom, its grid and its hatching."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGraphicsItem, QHBoxLayout, QStyleOptionGraphicsItem, QWidget

from app.presentation.series import MarkedSpan
from app.widgets.theme import SMALL_PX, UNIT, Colors, font
from core.appearance import LineLook

GUTTER_PX = 7 * UNIT
"""Left of every plot: the value axis, or the names of the lanes."""
HATCH_STEP_PX = 7
LINE_PX = 2.0
AIR = 0.02
"""Margin above 1 and below 0, so that a line there is not cut in half."""


class Plot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no type hints
    """A plot that signals when it has been painted."""

    painted = Signal()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Paints, then emits `painted`."""
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
    """Places the labels of the curves at the right of the plot."""
    row = QHBoxLayout(owner)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(plot, 1)
    row.addWidget(labels)


def color_plot(plot: pg.PlotWidget, colors: Colors) -> None:
    """Uses the colours of the theme in a plot."""
    plot.setBackground(colors.panel)
    axis = plot.getPlotItem().getAxis("left")
    axis.setPen(pg.mkPen(None))
    axis.setTextPen(colors.quiet)
    axis.setStyle(tickFont=font(SMALL_PX), tickLength=0)


class Grid(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no type hints
    """Hairlines, at 0, 50 and 100 % unless given other values."""

    def __init__(self, values: Sequence[float] = (0.0, 0.5, 1.0)) -> None:
        super().__init__()
        self._values = values
        self._pen = QPen()
        self.setZValue(-20)

    def set_colors(self, colors: Colors) -> None:
        """Uses the colours of the theme."""
        self._pen = QPen(QColor(colors.line), 0)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 — Qt's name
        """The whole view."""
        return self.viewRect() or QRectF()

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draws the lines."""
        painter.setPen(self._pen)
        view = self.boundingRect()
        for value in self._values:
            painter.drawLine(QPointF(view.left(), value), QPointF(view.right(), value))


class Hatch(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no type hints
    """Stretches of time hatched with diagonal lines, which keep their place on the screen while time moves on."""

    def __init__(self) -> None:
        super().__init__()
        self._spans: Sequence[MarkedSpan] = ()
        self._pen = QPen()
        self._tint = QColor()
        self.setZValue(-10)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)

    def set_colors(self, colors: Colors) -> None:
        """Uses the colours of the theme."""
        line = QColor(colors.quiet)
        line.setAlpha(110)
        self._pen = QPen(line, 1)
        self._tint = QColor(colors.quiet)
        self._tint.setAlpha(18)
        self.update()

    def set_spans(self, spans: Sequence[MarkedSpan]) -> None:
        """Hatches these stretches."""
        if spans or self._spans:
            self._spans = spans
            self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 — Qt's name
        """The whole view."""
        return self.viewRect() or QRectF()

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draws the lines of every stretch, in pixels."""
        to_pixels = painter.transform()
        painter.resetTransform()
        painter.setPen(self._pen)
        for span in self._spans:
            rect = to_pixels.mapRect(QRectF(span.start, 0, span.end - span.start, 1))
            painter.setClipRect(rect)
            painter.fillRect(rect, self._tint)
            first = int((rect.left() - rect.height()) // HATCH_STEP_PX) * HATCH_STEP_PX
            for left in range(first, int(rect.right()) + 1, HATCH_STEP_PX):
                foot = QPointF(left, rect.bottom())
                painter.drawLine(foot, foot + QPointF(rect.height(), -rect.height()))


def state_pen(look: LineLook, width_px: float) -> QPen:
    """The pen of a state: its colour and its dashes."""
    pen: QPen = pg.mkPen(look.color, width=width_px)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if look.dashes:
        pen.setDashPattern(look.dashes)
    return pen


def activate_layout(widget: QWidget) -> None:
    """Gives the children of `widget` their new sizes now, so that labels can be placed by them."""
    layout = widget.layout()
    if layout is not None:
        layout.activate()


def value_row(plot: pg.PlotWidget, value: float) -> float:
    """The height of `value` in the plot, in pixels from its top."""
    return float(plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(0.0, value))).y())
