"""Bands as ribbons: light ones along the borders between stacked areas, or in a colour of their own around a line."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from app.presentation.series import Array

VEIL = QColor(255, 255, 255, 105)
"""White on the modalities' colours, which are the same in both themes and dark enough for it."""
_NARROW = 0.004
"""A band narrower than this share of the plot is not drawn: it would be a hairline that looks like a border."""


class BandItems(pg.GraphicsObject):
    """Stretches between a lower and an upper curve; NaN rows leave holes."""

    def __init__(self, fill: QColor = VEIL) -> None:
        super().__init__()
        self._fill = fill
        self._polygons: list[QPolygonF] = []
        self.setZValue(5)

    def set_bands(self, x: Array, bands: Array) -> None:
        """`x` (N,), `bands` (N, borders, 2) with low and high of each border."""
        self._polygons = [
            polygon
            for border in range(bands.shape[1])
            for polygon in _runs(x, bands[:, border, 0], bands[:, border, 1])
        ]
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 — Qt's name
        """Everything that can be seen."""
        return self.viewRect() or QRectF()

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Fill every ribbon."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._fill)
        for polygon in self._polygons:
            painter.drawPolygon(polygon)


def _runs(x: Array, low: Array, high: Array) -> list[QPolygonF]:
    """One polygon for each stretch in which the band has a width."""
    wide = np.flatnonzero(np.nan_to_num(high - low) > _NARROW)
    if wide.size == 0:
        return []
    stretches = np.split(wide, np.flatnonzero(np.diff(wide) > 1) + 1)
    return [_around(x[stretch], low[stretch], high[stretch]) for stretch in stretches]


def _around(x: Array, low: Array, high: Array) -> QPolygonF:
    """There along the lower curve and back along the upper one; made at once, for a point at a time is slow."""
    return pg.functions.arrayToQPolygonF(np.concatenate((x, x[::-1])), np.concatenate((low, high[::-1])))
