"""Attention over time: a strip for each of the six pairs over the last steps, newest at the right, darker for more."""

from __future__ import annotations

from itertools import permutations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QResizeEvent

from app.explain.data import AttentionSummary
from app.explain.text import pair_line
from app.explain.tip_canvas import TipCanvas, area
from app.presentation.text import percent
from app.widgets.theme import SMALL_PX, Colors, colors_of, font
from core.appearance import MODALITY_COLORS, MODALITY_NAMES, MODALITY_ORDER
from core.types import MODALITIES, Modality

PAIRS: tuple[tuple[Modality, Modality], ...] = tuple(permutations(MODALITY_ORDER, 2))
"""(modality that attends, modality attended to), grouped by the first."""
STRIP_PX = 8.0
WORDS_PX = 16.0
AXIS_PX = 16.0
EVEN = 2.0
"""A strip is darkest at its own peak, or at this many times an even spread, so that an even one looks even."""
FAINT = 0.07


class AttentionStrips(TipCanvas):
    """Shows an `AttentionSummary`."""

    def __init__(self) -> None:
        super().__init__("Which of the last steps each takes from", 150, 170)
        self._shown: AttentionSummary | None = None

    def show_attention(self, shown: AttentionSummary | None) -> None:
        """Draws the strips; None draws the names only."""
        self._shown = shown
        self._place_tips()
        self.update()

    def _place_tips(self) -> None:
        if self._shown is None:
            self.set_tips(())
            return
        self.set_tips([(area(self._row(k)), pair_line(self._shown, *pair)) for k, pair in enumerate(PAIRS)])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """Moves the tooltips with the rows."""
        super().resizeEvent(event)
        self._place_tips()

    def _row(self, k: int) -> QRectF:
        height = (self.height() - AXIS_PX) / len(PAIRS)
        return QRectF(0, k * height, self.width(), height)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws the rows, then the axis."""
        painter, colors = QPainter(self), colors_of(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(SMALL_PX))
        for k, (to, source) in enumerate(PAIRS):
            self._paint_row(painter, self._row(k), to, source, colors)
        if self._shown is not None:
            painter.setPen(QColor(colors.quiet))
            axis = QRectF(0, self.height() - AXIS_PX, self.width(), AXIS_PX)
            seconds = self._shown.attention.shape[2] * self._shown.hop_s
            painter.drawText(axis, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, f"−{seconds:.0f} s")
            painter.drawText(axis, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, "now")

    def _paint_row(self, painter: QPainter, row: QRectF, to: Modality, source: Modality, colors: Colors) -> None:
        words = QRectF(row.left(), row.top(), row.width(), WORDS_PX)
        away = self._shown is None or bool(self._shown.absence[to])
        painter.setPen(QColor(colors.quiet if away else colors.text))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(words, left, f"{MODALITY_NAMES[source]} → {MODALITY_NAMES[to]}")
        strip = QRectF(row.left(), words.bottom(), row.width(), STRIP_PX)
        painter.fillRect(strip, QColor(colors.raised))
        if self._shown is None or away:
            return
        a, b = MODALITIES.index(to), MODALITIES.index(source)
        share = percent(float(self._shown.shares[a, b]))
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, share)
        painter.fillRect(strip, _heat(self._shown.attention[a, b].tolist(), MODALITY_COLORS[source], strip))


def _heat(attention: list[float], color: str, strip: QRectF) -> QLinearGradient:
    """Cells as one gradient with sharp steps: one fill for a strip instead of one for each cell."""
    gradient = QLinearGradient(strip.topLeft(), QPointF(strip.right(), strip.top()))
    full = max(*attention, EVEN / len(attention))
    for k, value in enumerate(attention):
        cell = QColor(color)
        cell.setAlphaF(FAINT + (1 - FAINT) * value / full if sum(attention) > 0 else 0.0)
        gradient.setColorAt(k / len(attention), cell)
        gradient.setColorAt((k + 1) / len(attention) - 1e-6, cell)
    return gradient
