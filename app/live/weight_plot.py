"""The weights of picture, voice and words over time, stacked to 1; a gap where all were absent.

Light bands along the edges are the weights' 95 % bands.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from app.presentation.series import Series
from app.presentation.text import percent
from app.widgets.band_items import Areas, BandItems
from app.widgets.curve_labels import CurveLabel, CurveLabels
from app.widgets.plot import Grid, color_plot, lay_out, make_plot, value_row
from app.widgets.theme import Colors
from core.appearance import MODALITY_COLORS, MODALITY_NAMES, MODALITY_ORDER


class WeightAreaPlot(QWidget):
    """Shows a series: three areas, their labels and the bands of their edges."""

    def __init__(self, history_s: float) -> None:
        super().__init__()
        self.plot = make_plot("Weights of picture, voice and words over time", history_s)
        self.labels = CurveLabels()
        self._grid = Grid()
        self._areas = Areas([MODALITY_COLORS[m] for m in MODALITY_ORDER])
        self._bands = BandItems()
        self.marker = pg.InfiniteLine(angle=90, movable=False)
        self.marker.hide()
        for item in (self._grid, self._areas, self._bands, self.marker):
            self.plot.addItem(item)
        self._series: Series | None = None
        lay_out(self, self.plot, self.labels)

    def set_colors(self, colors: Colors) -> None:
        """Uses the colours of the theme."""
        color_plot(self.plot, colors)
        self._grid.set_colors(colors)
        self.marker.setPen(pg.mkPen(colors.text, width=1))

    def show_series(self, series: Series) -> None:
        """Draws a series."""
        self._series = series
        self._areas.set_shares(series.x, series.shares)
        self._bands.set_bands(series.x, series.bands)
        self.place_labels()

    def place_labels(self) -> None:
        """Puts each label beside the middle of its area's right end."""
        if self._series is None or not self._series.x.size or np.isnan(self._series.shares[-1, 0]):
            self.labels.set_labels(())
            return
        edges = [0.0, *(float(share) for share in self._series.shares[-1])]
        labels = []
        for modality, (below, above) in zip(MODALITY_ORDER, pairwise(edges), strict=True):
            if above - below > 1e-6:
                row = value_row(self.plot, (below + above) / 2)
                text = f"{MODALITY_NAMES[modality]} {percent(above - below)}"
                labels.append(CurveLabel(row, text, MODALITY_COLORS[modality], None))
        self.labels.set_labels(tuple(labels))
