"""How feedback changed a step: for each state an arrow from its probability without feedback to that with it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent

from app.explain.text import FeedbackEffect
from app.explain.tip_canvas import TipCanvas, area
from app.widgets.theme import SMALL_PX, UNIT, Colors, colors_of, font
from core.appearance import STATE_LOOKS
from core.types import STATES

NAME_PX = 10 * UNIT
FIGURE_PX = 11 * UNIT
DOT_PX = 4.0
SEEN_PX = 9.0
"""A shorter arrow has no head, because the head would hide it."""


class FeedbackArrows(TipCanvas):
    """Shows a `FeedbackEffect`."""

    def __init__(self) -> None:
        super().__init__("How feedback changed each state's probability at this step", 260, 84)
        self._effect: FeedbackEffect | None = None

    def show_effect(self, effect: FeedbackEffect | None) -> None:
        """Draws the arrows; None draws the names only."""
        self._effect = effect
        self._place_tips()
        self.setAccessibleDescription(" ".join(effect.tips) if effect else "")
        self.update()

    def _place_tips(self) -> None:
        tips = self._effect.tips if self._effect else ()
        self.set_tips([(area(self._row(k)), tip) for k, tip in enumerate(tips)])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """Moves the tooltips with the rows."""
        super().resizeEvent(event)
        self._place_tips()

    def _row(self, k: int) -> QRectF:
        height = self.height() / len(STATES)
        return QRectF(0, k * height, self.width(), height)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws name, scale, arrow and figures of each state."""
        painter, colors = QPainter(self), colors_of(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(SMALL_PX))
        for k, state in enumerate(STATES):
            row = self._row(k)
            painter.setPen(QColor(colors.text if self._effect else colors.quiet))
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, state)
            scale = row.adjusted(NAME_PX, 0, -FIGURE_PX, 0)
            painter.setPen(QPen(QColor(colors.line), 1))
            middle = row.center().y()
            painter.drawLine(QPointF(scale.left(), middle), QPointF(scale.right(), middle))
            for end in (scale.left(), scale.right()):
                painter.drawLine(QPointF(end, middle - 4), QPointF(end, middle + 4))
            if self._effect is not None:
                self._paint_arrow(painter, scale, k, self._effect, colors)

    @staticmethod
    def _paint_arrow(painter: QPainter, scale: QRectF, k: int, effect: FeedbackEffect, colors: Colors) -> None:
        before, after = float(effect.evidence[k]), float(effect.result[k])
        middle, color = scale.center().y(), QColor(STATE_LOOKS[STATES[k]].color)
        start, end = (QPointF(scale.left() + scale.width() * share, middle) for share in (before, after))
        painter.setPen(QPen(color, 3))
        painter.drawLine(start, end)
        painter.setPen(QPen(color, 2))
        painter.setBrush(QColor(colors.panel))
        painter.drawEllipse(start, DOT_PX, DOT_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        way = end.x() - start.x()
        if abs(way) > SEEN_PX:
            back = 9 if way > 0 else -9
            painter.drawPolygon(QPolygonF([end, end - QPointF(back, -6), end - QPointF(back, 6)]))
        else:
            painter.drawEllipse(end, DOT_PX - 1, DOT_PX - 1)
        painter.setPen(QColor(colors.text))
        figures = QRectF(scale.right() + UNIT, scale.top(), FIGURE_PX - UNIT, scale.height())
        text = f"{100 * before:.0f} → {100 * after:.0f} %"
        painter.drawText(figures, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
