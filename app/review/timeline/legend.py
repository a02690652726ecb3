"""The legend above the curves: a line in each state's colour and dashes, and how to read what is drawn."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.widgets.plot import GUTTER_PX, LINE_PX, state_pen
from app.widgets.theme import SMALL_PX, UNIT, colors_of, font
from core.appearance import STATE_LOOKS

HEIGHT_PX = 20


class TimelineLegend(QWidget):
    """Takes the hint that is shown at its right end."""

    def __init__(self) -> None:
        super().__init__()
        self._hint = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """One line."""
        return QSize(400, HEIGHT_PX)

    def show_hint(self, hint: str) -> None:
        """Shows this hint, with an ellipsis where there is no room for all of it."""
        self._hint = hint
        self.setAccessibleName(hint)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """States, then the hint."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(SMALL_PX))
        left, middle = float(GUTTER_PX), self.height() / 2
        for state, look in STATE_LOOKS.items():
            painter.setPen(state_pen(look, LINE_PX))
            painter.drawLine(QLineF(left, middle, left + 3 * UNIT, middle))
            width = painter.fontMetrics().horizontalAdvance(state)
            painter.setPen(QColor(colors.text))
            place = QRectF(left + 3.5 * UNIT, 0, width + UNIT, self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, state)
            left += 5.5 * UNIT + width
        room = QRectF(left, 0, self.width() - UNIT - left, self.height())
        painter.setPen(QColor(colors.quiet))
        shown = painter.fontMetrics().elidedText(self._hint, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, shown)
