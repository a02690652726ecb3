"""A check box that paints itself, because the system's is hardly visible in the dark theme."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox

from app.widgets.theme import UNIT, Colors, colors_of

INDENT_PX = 4 * UNIT
"""Left edge of the text, right of the box."""


class CheckBox(QCheckBox):
    """A check box that is visible in both themes."""

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """Room for box and text."""
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 5 * UNIT, 4 * UNIT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """The same, so that no text is cut off."""
        return self.sizeHint()

    def hitButton(self, place: QPoint) -> bool:  # noqa: N802 — Qt's name
        """Reacts to clicks on box and text, not on the empty rest of the row."""
        return self._content.contains(place)

    @property
    def _content(self) -> QRect:
        return QRect(0, 0, min(self.width(), self.sizeHint().width()), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws box, tick and text, and a ring around them with the focus."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_box(painter, colors)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self._content.adjusted(1, 1, -1, -1), UNIT, UNIT)
        painter.setPen(QColor(colors.text if self.isEnabled() else colors.quiet))
        painter.drawText(self.rect().adjusted(INDENT_PX, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())

    def _paint_box(self, painter: QPainter, colors: Colors) -> None:
        strong = self.isChecked() and self.isEnabled()
        box = QRectF(6, self.height() / 2 - 9, 18, 18)
        painter.setPen(QPen(QColor(colors.accent if strong else colors.quiet), 1.5))
        painter.setBrush(QColor(colors.accent if strong else colors.raised))
        painter.drawRoundedRect(box, 4, 4)
        if self.isChecked():
            painter.setPen(QPen(QColor(colors.on_accent if strong else colors.quiet), 2))
            left, middle = box.left(), box.center().y()
            painter.drawPolyline([QPointF(left + x, middle + y) for x, y in ((4.5, 0.5), (7.5, 3.5), (13.5, -3.5))])
