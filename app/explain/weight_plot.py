"""The weights of picture, voice and words over time, each with its 95 % band; a gap where one is absent."""

from __future__ import annotations

from functools import partial

import pyqtgraph as pg
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.explain.data import weight_lines
from app.explain.time_plot import color_time_plot, make_time_plot
from app.presentation.step_text import weight_texts
from app.presentation.text import percent
from app.widgets.band_items import BandItems
from app.widgets.curve_labels import CurveLabel, CurveLabels
from app.widgets.plot import Grid, activate_layout, lay_out, value_row
from app.widgets.theme import UNIT, Colors
from core.appearance import MODALITY_COLORS, MODALITY_NAMES, MODALITY_ORDER, SCREEN_ORDER
from core.step_columns import NO_STEPS, StepColumns

BAND_ALPHA = 80
LEAST_PX = 110
LABELS_PX = 16 * UNIT
TIP = (
    "At every step the weights of what is present add up to 100 %.\n"
    "The bands are 95 % intervals: the wider, the less certain the model is of the weight."
)


class WeightLinePlot(QWidget):
    """Shows the recent steps; items are built once, then only their data changes."""

    def __init__(self, history_s: float) -> None:
        super().__init__()
        self.plot = make_time_plot("Weights of picture, voice and words, each with its 95 % band", history_s)
        self.plot.setMinimumHeight(LEAST_PX)
        self.labels, self._grid, self._quiet = CurveLabels(), Grid(), ""
        self.labels.setFixedWidth(LABELS_PX)
        self.plot.addItem(self._grid)
        self._bands = [BandItems(_band_fill(MODALITY_COLORS[m])) for m in MODALITY_ORDER]
        pens = [pg.mkPen(MODALITY_COLORS[m], width=2) for m in MODALITY_ORDER]
        self._lines = [pg.PlotCurveItem(antialias=True, connect="finite", pen=pen) for pen in pens]
        for item in (*self._bands, *self._lines):
            self.plot.addItem(item)
        for line in self._lines:
            line.setZValue(6)
        self._steps = NO_STEPS.columns
        lay_out(self, self.plot, self.labels)

    def set_colors(self, colors: Colors) -> None:
        """Uses the colours of the theme."""
        color_time_plot(self.plot, colors)
        self._grid.set_colors(colors)
        self._quiet = colors.line
        self.place_labels()

    def show_steps(self, steps: StepColumns, hop_s: float) -> None:
        """Draws these steps."""
        self._steps = steps
        drawn = weight_lines(steps, hop_s)
        for k, (line, bands) in enumerate(zip(self._lines, self._bands, strict=True)):
            line.setData(drawn.x, drawn.lines[:, k], connect="finite")
            bands.set_bands(drawn.x, drawn.lines[:, None, [k + 3, k + 6]])
        self.place_labels()
        now = ", ".join(weight_texts(steps, -1)) if len(steps) else ""
        self.setAccessibleDescription(now)
        self.plot.setToolTip(f"Now: {now}.\n{TIP}" if now else TIP)

    def place_labels(self) -> None:
        """Puts a label where each line ends, and one at the bottom for each absent modality."""
        row_of = partial(value_row, self.plot)
        if not len(self._steps):
            self.labels.set_labels(())
            return
        labels = []
        for modality, place in zip(MODALITY_ORDER, SCREEN_ORDER, strict=True):
            there = bool(self._steps.present[-1, place])
            weight, name = float(self._steps.weights[-1, place]), MODALITY_NAMES[modality]
            color = MODALITY_COLORS[modality] if there else self._quiet
            labels.append(CurveLabel(row_of(weight), f"{name} {percent(weight)}" if there else f"no {name}", color, ()))
        self.labels.set_labels(tuple(labels))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """Moves the labels with the plot."""
        super().resizeEvent(event)
        activate_layout(self)
        self.place_labels()


def _band_fill(color: str) -> QColor:
    fill = QColor(color)
    fill.setAlpha(BAND_ALPHA)
    return fill
