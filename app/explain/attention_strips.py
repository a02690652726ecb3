"""When the six pairs listen: one strip a pair over the last steps, the newest at the right, darker where it listens."""

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
"""(asking, asked), those of one who asks together."""
STRIP_PX = 8.0
WORDS_PX = 16.0
AXIS_PX = 16.0
EVEN = 2.0
"""A strip's full strength is its own peak, or this many times an even spread, so that an even one looks even."""
FAINT = 0.07


class AttentionStrips(TipCanvas):
    """Takes a `AttentionSummary`."""

    def __init__(self) -> None:
        super().__init__("When each listens: how attention lies over the last steps", 150, 170)
        self._shown: AttentionSummary | None = None

    def show_listening(self, shown: AttentionSummary | None) -> None:
        """Draw it; None draws the names alone."""
        self._shown = shown
        self._place_tips()
        self.update()

    def _place_tips(self) -> None:
        if self._shown is None:
            self.set_tips(())
            return
        self.set_tips([(area(self._row(k)), pair_line(self._shown, *pair)) for k, pair in enumerate(PAIRS)])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """The tips move with the rows."""
        super().resizeEvent(event)
        self._place_tips()

    def _row(self, k: int) -> QRectF:
        height = (self.height() - AXIS_PX) / len(PAIRS)
        return QRectF(0, k * height, self.width(), height)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Rows, then the axis."""
        painter, colors = QPainter(self), colors_of(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(SMALL_PX))
        for k, (asking, asked) in enumerate(PAIRS):
            self._paint_row(painter, self._row(k), asking, asked, colors)
        if self._shown is not None:
            painter.setPen(QColor(colors.quiet))
            axis = QRectF(0, self.height() - AXIS_PX, self.width(), AXIS_PX)
            seconds = self._shown.heard.shape[2] * self._shown.hop_s
            painter.drawText(axis, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, f"−{seconds:.0f} s")
            painter.drawText(axis, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, "now")

    def _paint_row(self, painter: QPainter, row: QRectF, asking: Modality, asked: Modality, colors: Colors) -> None:
        words = QRectF(row.left(), row.top(), row.width(), WORDS_PX)
        away = self._shown is None or bool(self._shown.away[asking])
        painter.setPen(QColor(colors.quiet if away else colors.text))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(words, left, f"{MODALITY_NAMES[asked]} → {MODALITY_NAMES[asking]}")
        strip = QRectF(row.left(), words.bottom(), row.width(), STRIP_PX)
        painter.fillRect(strip, QColor(colors.raised))
        if self._shown is None or away:
            return
        a, b = MODALITIES.index(asking), MODALITIES.index(asked)
        share = percent(float(self._shown.told[a, b]))
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, share)
        painter.fillRect(strip, _heat(self._shown.heard[a, b].tolist(), MODALITY_COLORS[asked], strip))


def _heat(heard: list[float], color: str, strip: QRectF) -> QLinearGradient:
    """Cells as one gradient with sharp steps: one fill a strip instead of one a cell."""
    gradient = QLinearGradient(strip.topLeft(), QPointF(strip.right(), strip.top()))
    full = max(*heard, EVEN / len(heard))
    for k, value in enumerate(heard):
        cell = QColor(color)
        cell.setAlphaF(FAINT + (1 - FAINT) * value / full if sum(heard) > 0 else 0.0)
        gradient.setColorAt(k / len(heard), cell)
        gradient.setColorAt((k + 1) / len(heard) - 1e-6, cell)
    return gradient
