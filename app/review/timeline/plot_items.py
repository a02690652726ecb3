"""Plot items for curves and ranges with hundreds of points.

Qt rasterises one long antialiased path many times slower than the same path in short pieces: measured on four curves
of 270 points, 2 pixels wide, 52 ms as whole paths and 7 ms in pieces of 16 points. pyqtgraph's own curve item draws
whole paths, and its peak downsampling draws ten times as many points (0.6 to 2.2 s a frame for three hours).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from app.presentation.series import Array
from app.widgets.band_items import FilledItem

CURVE_PIECE, RANGE_PIECE = 16, 64
"""Points of one piece."""


class ViewItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no type hints
    """An item as large as the view that it is in."""

    def boundingRect(self) -> QRectF:  # noqa: N802 — Qt's name
        """Everything that can be seen."""
        return self.viewRect() or QRectF()


class CurvesItem(ViewItem):
    """Curves over one x, each in a pen of its own, with gaps where they are NaN."""

    def __init__(self, pens: Sequence[QPen]) -> None:
        super().__init__()
        self._pens = pens
        self._x: Array = np.zeros(0)
        self._curves: Array = np.zeros((0, len(pens)))

    def set_curves(self, x: Array, curves: Array) -> None:
        """`x` (N,), `curves` (N, pens) in view coordinates."""
        self._x, self._curves = x, curves
        self.update()

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draws in pixels, because the widths and dashes of the pens are in pixels."""
        view = painter.transform()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, y = self._x * view.m11() + view.dx(), self._curves * view.m22() + view.dy()
        for k, pen in enumerate(self._pens):
            for run in known_runs(y[:, k]):
                _draw_curve(painter, QPen(pen), x[run], y[run, k])


class RangesItem(FilledItem):
    """Filled ranges over one x, each in a colour of its own, with gaps where they are NaN or have no height."""

    def set_ranges(self, x: Array, ranges: Array) -> None:
        """`x` (N,), `ranges` (N, fills, 2) with low and high."""
        self.set_layers([_range_polygons(x, ranges[:, k]) for k in range(ranges.shape[1])])

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Fills without antialiasing, which would show a seam between two pieces and is slow."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        super().paint(painter, option, widget)


def _range_polygons(x: Array, edges: Array) -> list[QPolygonF]:
    """Polygons between low and high, `edges` (N, 2), in pieces that are quick to fill."""
    runs = known_runs(np.where(edges[:, 1] > edges[:, 0], x, np.nan))
    parts = (run[piece] for run in runs for piece in pieces(len(run), RANGE_PIECE))
    return [_around(x[part], edges[part]) for part in parts]


def known_runs(values: Array) -> list[NDArray[np.intp]]:
    """The indices of each stretch without NaN."""
    known = np.flatnonzero(~np.isnan(values))
    return np.split(known, np.flatnonzero(np.diff(known) > 1) + 1) if known.size else []


def pieces(count: int, length: int) -> list[slice]:
    """Slices of `length` steps over `count` points; each begins at the point where the one before it ends."""
    return [slice(first, first + length + 1) for first in range(0, max(1, count - 1), length)]


def _draw_curve(painter: QPainter, pen: QPen, x: Array, y: Array) -> None:
    """Draws a curve in pixels; its dashes go on from piece to piece."""
    lengths = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    for piece in pieces(len(x), CURVE_PIECE):
        if pen.dashPattern():
            pen.setDashOffset(float(lengths[piece.start]) / pen.widthF())
        painter.setPen(pen)
        painter.drawPolyline(pg.functions.arrayToQPolygonF(x[piece], y[piece]))


def _around(x: Array, ranges: Array) -> QPolygonF:
    low, high = ranges[:, 0], ranges[:, 1]
    return QPolygonF(pg.functions.arrayToQPolygonF(np.concatenate((x, x[::-1])), np.concatenate((low, high[::-1]))))
