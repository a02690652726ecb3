"""Filled bands over time as plot items: stacked areas, and 95 % bands around edges or lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from app.presentation.series import Array

VEIL = QColor(255, 255, 255, 105)
"""White on the modalities' colours, which are the same in both themes and dark enough for it."""
_NARROWEST = 0.004
"""A band narrower than this share of the plot is not drawn, because it would look like an edge."""


class FilledItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no type hints
    """Layers of polygons, each layer in one colour."""

    def __init__(self, fills: Sequence[QColor]) -> None:
        super().__init__()
        self._fills = fills
        self._layers: list[list[QPolygonF]] = [[] for _ in fills]

    def set_layers(self, layers: list[list[QPolygonF]]) -> None:
        """Draws these polygons, the first layer at the bottom."""
        self._layers = layers
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 — Qt's name
        """The whole view."""
        return self.viewRect() or QRectF()

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Fills every polygon."""
        painter.setPen(Qt.PenStyle.NoPen)
        for fill, polygons in zip(self._fills, self._layers, strict=True):
            painter.setBrush(fill)
            for polygon in polygons:
                painter.drawPolygon(polygon)


class Areas(FilledItem):
    """Areas stacked from 0 up; NaN rows leave holes."""

    def __init__(self, colors: Sequence[str]) -> None:
        """`colors` from the bottom up."""
        super().__init__([QColor(color) for color in reversed(colors)])

    def set_shares(self, x: Array, shares: Array) -> None:
        """`x` (N,), `shares` (N, areas): the cumulated upper edges from the bottom up."""
        ground = np.zeros_like(x)
        # Every area is drawn down to 0, the topmost first, and the next one is drawn over it: no seams between them.
        self.set_layers([band_polygons(x, ground, upper, 0.0) for upper in shares.T[::-1]])


class BandItems(FilledItem):
    """Bands between a lower and an upper curve; NaN rows leave holes."""

    def __init__(self, fill: QColor = VEIL) -> None:
        super().__init__([fill])
        self.setZValue(5)

    def set_bands(self, x: Array, bands: Array) -> None:
        """`x` (N,), `bands` (N, count, 2) with low and high of each band."""
        each = (band_polygons(x, band[:, 0], band[:, 1], _NARROWEST) for band in bands.swapaxes(0, 1))
        self.set_layers([[polygon for polygons in each for polygon in polygons]])

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Fills every band with smooth edges."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        super().paint(painter, option, widget)


def band_polygons(x: Array, low: Array, high: Array, narrowest: float) -> list[QPolygonF]:
    """A polygon for each stretch in which `high` (N,) is at least `narrowest` above `low` (N,) and neither is NaN."""
    with np.errstate(invalid="ignore"):
        wide = np.flatnonzero(high - low >= narrowest)
    if wide.size == 0:
        return []
    stretches = np.split(wide, np.flatnonzero(np.diff(wide) > 1) + 1)
    return [_between(x[stretch], low[stretch], high[stretch]) for stretch in stretches]


def _between(x: Array, low: Array, high: Array) -> QPolygonF:
    """Forward along the lower curve and back along the upper one."""
    outline: QPolygonF = pg.functions.arrayToQPolygonF(np.concatenate((x, x[::-1])), np.concatenate((low, high[::-1])))
    return outline
