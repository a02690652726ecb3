"""The probability of the currently leading state over time: with all modalities, and without each of them."""

from __future__ import annotations

from functools import partial

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.explain.data import leave_one_out_lines
from app.explain.time_plot import MODALITY_DASHES, color_time_plot, make_time_plot, modality_pen
from app.presentation.series import Array
from app.presentation.text import percent
from app.widgets.curve_labels import CurveLabel, CurveLabels
from app.widgets.plot import Grid, activate_layout, value_row
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT, Colors
from core.appearance import MODALITY_COLORS, MODALITY_NAMES, MODALITY_ORDER
from core.step_columns import StepColumns
from core.types import STATES

TIP = (
    "Solid: the probability of the state that leads now. Dashed: the same without one modality from the start.\n"
    "Where a dashed line leaves the solid one, that modality made the difference."
)


class LeaveOneOutPlot(QWidget):
    """Shows the recent steps."""

    def __init__(self, history_s: float) -> None:
        super().__init__()
        self.caption = QLabel("probability of the leading state over time")
        self.plot, self.labels = (
            make_time_plot("The leading state with and without each modality", history_s),
            CurveLabels(),
        )
        self.labels.setFixedWidth(18 * UNIT)
        self.plot.setMinimumHeight(80)
        self.plot.setToolTip(TIP)
        self._grid = Grid()
        self.plot.addItem(self._grid)
        pens = [pg.mkPen(width=3), *(modality_pen(m, MODALITY_COLORS[m]) for m in MODALITY_ORDER)]
        self._lines = [pg.PlotCurveItem(antialias=True, connect="finite", pen=pen) for pen in pens]
        for depth, line in enumerate(reversed(self._lines)):
            line.setZValue(depth)
            self.plot.addItem(line)
        self._ends: Array = np.full(len(self._lines), np.nan)
        self._text, self._state = "", -1
        self._build()

    def _build(self) -> None:
        set_kind(self.caption, "caption")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.caption, 0, 0, 1, 2)
        grid.addWidget(self.plot, 1, 0)
        grid.addWidget(self.labels, 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(1, 1)

    def set_colors(self, colors: Colors) -> None:
        """Uses the colours of the theme."""
        color_time_plot(self.plot, colors)
        self._grid.set_colors(colors)
        self._lines[0].setPen(pg.mkPen(colors.text, width=3))
        self._text = colors.text
        self.place_labels()

    def show_steps(self, steps: StepColumns, hop_s: float) -> None:
        """Draws these steps."""
        newest = steps.plain[-1] if len(steps) else np.full(len(STATES), np.nan)
        state = self._state if np.isnan(newest[0]) else int(newest.argmax())
        if state != self._state:
            self._state = state
            self.caption.setText(f"probability of {STATES[state]} over time")
        drawn = leave_one_out_lines(steps, state, hop_s)
        for k, line in enumerate(self._lines):
            line.setData(drawn.x, drawn.lines[:, k], connect="finite")
        self._ends = drawn.lines[-1] if len(steps) else np.full(len(self._lines), np.nan)
        self.place_labels()

    def place_labels(self) -> None:
        """Puts a label where each line ends."""
        row_of = partial(value_row, self.plot)
        names = ["all", *(f"no {MODALITY_NAMES[m]}" for m in MODALITY_ORDER)]
        looks = [(self._text, ()), *((MODALITY_COLORS[m], MODALITY_DASHES[m]) for m in MODALITY_ORDER)]
        labels = [
            CurveLabel(row_of(float(end)), f"{name} {percent(float(end))}", color, dashes, k == 0)
            for k, (end, name, (color, dashes)) in enumerate(zip(self._ends, names, looks, strict=True))
            if not np.isnan(end)
        ]
        self.labels.set_labels(tuple(labels))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """Moves the labels with the plot."""
        super().resizeEvent(event)
        activate_layout(self)
        self.place_labels()
