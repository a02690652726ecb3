"""The four curves of the small strip, without axes and words."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from app.theme import colors_of
from app.views.curves import state_pen
from app.views.series import EMPTY, Series
from core.look import STATE_LOOKS
from core.types import STATES


class TinyCurves(QWidget):
    """The four curves without axes."""

    def __init__(self, history_s: float) -> None:
        super().__init__()
        self._history_s = history_s
        self._series = EMPTY
        self.setAccessibleName("Probabilities over time")

    def show_series(self, series: Series) -> None:
        """Draw these."""
        self._series = series
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Lines, broken where nothing was present."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colors_of(self).line))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        across, down = self.width() / self._history_s, self.height() - 3.0
        for k, state in enumerate(STATES):
            painter.setPen(state_pen(STATE_LOOKS[state], 1.5))
            known = np.flatnonzero(~np.isnan(self._series.probabilities[:, k]))
            for run in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1):
                dots = [
                    QPointF(
                        self.width() + self._series.x[i] * across, 1 + (1 - self._series.probabilities[i, k]) * down
                    )
                    for i in run
                ]
                painter.drawPolyline(QPolygonF(dots))
