"""Probabilities of the four states over time, not smoothed; stretches in which the estimate abstains are hatched.

The figures at the right ends are the smoothed ones of the headline, so that the two never differ.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from app.presentation.series import Series
from app.presentation.text import percent
from app.widgets.curve_labels import CurveLabel, CurveLabels
from app.widgets.plot import LINE_PX, Grid, Hatch, color_plot, lay_out, make_plot, state_pen, value_row
from app.widgets.theme import Colors
from core.appearance import STATE_LOOKS
from core.types import STATES

LEADING_LINE_PX = 3.0


class ProbabilityPlot(QWidget):
    """Shows a series; items are built once, then only their data changes."""

    def __init__(self, history_s: float) -> None:
        super().__init__()
        self.plot = make_plot("Probabilities of the four states over time", history_s)
        self.labels = CurveLabels()
        self._grid, self._hatch = Grid(), Hatch()
        self.plot.addItem(self._grid)
        self.plot.addItem(self._hatch)
        self._lines = [pg.PlotCurveItem(antialias=True, connect="finite") for _ in STATES]
        self._pens = [[state_pen(STATE_LOOKS[s], width) for width in (LINE_PX, LEADING_LINE_PX)] for s in STATES]
        for line in self._lines:
            self.plot.addItem(line)
        self.marker = pg.InfiniteLine(angle=90, movable=False)
        self.marker.hide()
        self.plot.addItem(self.marker)
        self._series: Series | None = None
        self._figures: tuple[float, ...] = ()
        lay_out(self, self.plot, self.labels)

    def set_colors(self, colors: Colors) -> None:
        """Uses the colours of the theme."""
        color_plot(self.plot, colors)
        self._grid.set_colors(colors)
        self._hatch.set_colors(colors)
        self.marker.setPen(pg.mkPen(colors.text, width=1))

    def show_series(self, series: Series) -> None:
        """Draws a series."""
        self._series = series
        newest = series.probabilities[-1] if series.x.size else np.full(len(STATES), np.nan)
        leading = -1 if np.isnan(newest[0]) else int(newest.argmax())
        for k, line in enumerate(self._lines):
            line.setData(series.x, series.probabilities[:, k], connect="finite", pen=self._pens[k][k == leading])
            line.setZValue(1 if k == leading else 0)
        self._hatch.set_spans(series.abstained)
        self.place_labels()

    def show_figures(self, figures: tuple[float, ...]) -> None:
        """Writes these probabilities at the ends of the curves; while there are none, those of the newest step."""
        if figures != self._figures:
            self._figures = figures
            self.place_labels()

    def place_labels(self) -> None:
        """Puts a label where each curve ends."""
        if self._series is None or not self._series.x.size:
            self.labels.set_labels(())
            return
        row_of = partial(value_row, self.plot)
        self.labels.set_labels(end_labels(self._series, self._figures, row_of))


def end_labels(series: Series, figures: tuple[float, ...], row_of: Callable[[float], float]) -> tuple[CurveLabel, ...]:
    """A label with its figure for each state, at its newest value; none where nothing was present."""
    newest = series.probabilities[-1]
    if np.isnan(newest[0]):
        return ()
    leading = int(newest.argmax())
    shown = figures or newest
    return tuple(
        CurveLabel(
            row_of(float(newest[k])),
            f"{state} {percent(float(shown[k]))}",
            STATE_LOOKS[state].color,
            STATE_LOOKS[state].dashes,
            k == leading,
        )
        for k, state in enumerate(STATES)
    )
