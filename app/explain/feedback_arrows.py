"""How feedback pushed this step: for each state an arrow from what the evidence alone says to what was said."""

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
"""A shorter arrow has no head: it would be all head."""


class FeedbackArrows(TipCanvas):
    """Takes a `FeedbackEffect`."""

    def __init__(self) -> None:
        super().__init__("How feedback pushed each state's probability at this step", 260, 84)
        self._push: FeedbackEffect | None = None

    def show_push(self, push: FeedbackEffect | None) -> None:
        """Draw it; None draws the names alone."""
        self._push = push
        self._place_tips()
        self.setAccessibleDescription(" ".join(push.tips) if push else "")
        self.update()

    def _place_tips(self) -> None:
        tips = self._push.tips if self._push else ()
        self.set_tips([(area(self._row(k)), tip) for k, tip in enumerate(tips)])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """The tips move with the rows."""
        super().resizeEvent(event)
        self._place_tips()

    def _row(self, k: int) -> QRectF:
        height = self.height() / len(STATES)
        return QRectF(0, k * height, self.width(), height)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Name, scale, arrow, figures."""
        painter, colors = QPainter(self), colors_of(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(SMALL_PX))
        for k, state in enumerate(STATES):
            row = self._row(k)
            painter.setPen(QColor(colors.text if self._push else colors.quiet))
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, state)
            scale = row.adjusted(NAME_PX, 0, -FIGURE_PX, 0)
            painter.setPen(QPen(QColor(colors.line), 1))
            middle = row.center().y()
            painter.drawLine(QPointF(scale.left(), middle), QPointF(scale.right(), middle))
            for end in (scale.left(), scale.right()):
                painter.drawLine(QPointF(end, middle - 4), QPointF(end, middle + 4))
            if self._push is not None:
                self._paint_arrow(painter, scale, k, colors)

    def _paint_arrow(self, painter: QPainter, scale: QRectF, k: int, colors: Colors) -> None:
        before, after = float(self._push.evidence[k]), float(self._push.said[k])
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
