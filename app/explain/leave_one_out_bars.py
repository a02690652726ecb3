"""The estimate without each modality: four rows of stacked probabilities, all modalities together on top."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent

from app.explain.text import LeaveOneOut
from app.explain.tip_canvas import TipCanvas, area
from app.presentation.series import Array
from app.presentation.text import percent
from app.widgets.theme import DARK, SMALL_PX, UNIT, Colors, colors_of, font
from core.appearance import STATE_LOOKS
from core.types import STATES

NAME_PX = 13 * UNIT
GAP_PX = 2.0
PALE = 0.4


class LeaveOneOutBars(TipCanvas):
    """Shows rows of `LeaveOneOut`."""

    def __init__(self) -> None:
        super().__init__("The estimate with all modalities and without each of them", 260, 84)
        self._rows: list[LeaveOneOut] = []

    def show_rows(self, rows: list[LeaveOneOut]) -> None:
        """Draws these rows."""
        self._rows = rows
        self._place_tips()
        self.setAccessibleDescription(" ".join(row.tip for row in rows))
        self.update()

    def _place_tips(self) -> None:
        self.set_tips([(area(self._row(k)), row.tip) for k, row in enumerate(self._rows)])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """Moves the tooltips with the rows."""
        super().resizeEvent(event)
        self._place_tips()

    def _row(self, k: int) -> QRectF:
        height = self.height() / len(self._rows)
        return QRectF(0, k * height, self.width(), height)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws names at the left and shares at the right."""
        painter, colors = QPainter(self), colors_of(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for k, row in enumerate(self._rows):
            place = self._row(k)
            painter.setFont(font(SMALL_PX, bold=k == 0))
            painter.setPen(QColor(colors.quiet if row.away else colors.text))
            name = place.adjusted(0, 0, NAME_PX - place.width() - UNIT, 0)
            painter.drawText(name, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, row.name)
            bar = place.adjusted(NAME_PX, 2, 0, -2)
            if np.isnan(row.shares[0]):
                painter.setPen(QColor(colors.quiet))
                painter.drawText(bar, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "nothing left")
            else:
                _paint_shares(painter, bar, row.shares, bool(row.away))
            if row.away:
                _paint_away(painter, bar, row.away, colors)


def _paint_shares(painter: QPainter, bar: QRectF, shares: Array, pale: bool) -> None:
    left = bar.left()
    for k, state in enumerate(STATES):
        width = bar.width() * float(shares[k])
        piece = QRectF(left, bar.top(), max(0.0, width - GAP_PX), bar.height())
        fill = QColor(STATE_LOOKS[state].color)
        fill.setAlphaF(PALE if pale else 1.0)
        painter.fillRect(piece, fill)
        if not pale:
            _write_into(painter, piece, state, float(shares[k]))
        left += width


def _write_into(painter: QPainter, piece: QRectF, state: str, share: float) -> None:
    """Writes as much of "Confused 48 %" as fits; dark text on the states' colours in both themes."""
    metrics = painter.fontMetrics()
    for text in (f"{state} {percent(share)}", state, percent(share)):
        if metrics.horizontalAdvance(text) + UNIT <= piece.width():
            painter.setPen(QColor(DARK.ground))
            painter.drawText(piece, Qt.AlignmentFlag.AlignCenter, text)
            return


def _paint_away(painter: QPainter, bar: QRectF, away: str, colors: Colors) -> None:
    text = f"absent: {away}"
    painter.setFont(font(SMALL_PX))
    width = painter.fontMetrics().horizontalAdvance(text) + 2 * UNIT
    box = QRectF(bar.center().x() - width / 2, bar.top(), width, bar.height())
    painter.fillRect(box, QColor(colors.panel))
    painter.setPen(QColor(colors.quiet))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
