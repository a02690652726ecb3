"""The weights of picture, voice and words over time, each with its 95 % band; a gap where one is absent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pyqtgraph as pg
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.explain.data import weight_tracks
from app.explain.text import weight_line
from app.explain.time_plot import color_time_plot, make_time_plot
from app.presentation.text import percent
from app.widgets.band_items import BandItems
from app.widgets.curve_labels import CurveLabel, CurveLabels
from app.widgets.plot import Grid, lay_out, value_row
from app.widgets.theme import UNIT, Colors
from core.appearance import MODALITY_COLORS, MODALITY_NAMES, MODALITY_ORDER
from core.types import MODALITIES, Estimate

BAND_ALPHA = 80
LEAST_PX = 110
LABELS_PX = 16 * UNIT
TIP = (
    "At every step the weights of what is present add up to 100 %.\n"
    "The band is where a weight would lie 95 times out of 100, given how sure the model is of it."
)


class WeightLinePlot(QWidget):
    """Takes estimates; items are built once, then only their data changes."""

    def __init__(self, history_s: float) -> None:
        super().__init__()
        self.plot = make_time_plot("Weights of picture, voice and words, each with its 95 % band", history_s)
        self.plot.setMinimumHeight(LEAST_PX)
        self.labels, self._grid, self._quiet = CurveLabels(), Grid(), ""
        self.labels.setFixedWidth(LABELS_PX)
        self.plot.addItem(self._grid)
        self._ribbons = [BandItems(_veil(MODALITY_COLORS[m])) for m in MODALITY_ORDER]
        pens = [pg.mkPen(MODALITY_COLORS[m], width=2) for m in MODALITY_ORDER]
        self._lines = [pg.PlotCurveItem(antialias=True, connect="finite", pen=pen) for pen in pens]
        for item in (*self._ribbons, *self._lines):
            self.plot.addItem(item)
        for line in self._lines:
            line.setZValue(6)
        self._newest: Estimate | None = None
        lay_out(self, self.plot, self.labels)

    def set_colors(self, colors: Colors) -> None:
        """Dress in the theme."""
        color_time_plot(self.plot, colors)
        self._grid.set_colors(colors)
        self._quiet = colors.line
        self.place_labels()

    def show_estimates(self, estimates: Sequence[Estimate], hop_s: float) -> None:
        """Draw these, newest last."""
        drawn = weight_tracks(estimates, hop_s)
        for k, (line, ribbon) in enumerate(zip(self._lines, self._ribbons, strict=True)):
            line.setData(drawn.x, drawn.lines[:, k], connect="finite")
            ribbon.set_bands(drawn.x, drawn.lines[:, None, [k + 3, k + 6]])
        self._newest = estimates[-1] if estimates else None
        self.place_labels()
        said = ", ".join(weight_line(self._newest, m) for m in MODALITY_ORDER) if self._newest else ""
        self.setAccessibleDescription(said)
        self.plot.setToolTip(f"Now: {said}.\n{TIP}" if said else TIP)

    def place_labels(self) -> None:
        """Put a label where each line ends; what is absent says so at the bottom."""
        estimate, row_of = self._newest, partial(value_row, self.plot)
        if estimate is None:
            self.labels.set_labels(())
            return
        labels = []
        for modality in MODALITY_ORDER:
            there = estimate.presence[modality].present
            weight, name = float(estimate.weights[MODALITIES.index(modality)]), MODALITY_NAMES[modality]
            color = MODALITY_COLORS[modality] if there else self._quiet
            labels.append(CurveLabel(row_of(weight), f"{name} {percent(weight)}" if there else f"no {name}", color, ()))
        self.labels.set_labels(tuple(labels))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """Labels follow the plot's new size, which is known after the layout has run."""
        super().resizeEvent(event)
        self.layout().activate()
        self.place_labels()


def _veil(color: str) -> QColor:
    fill = QColor(color)
    fill.setAlpha(BAND_ALPHA)
    return fill
