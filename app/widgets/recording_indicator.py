"""The red dot that is visible as long as picture and sound are being recorded."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.widgets.theme import SMALL_PX, UNIT, colors_of, font

LONG, SHORT = "Recording picture and sound", "Recording"


class RecordingIndicator(QWidget):
    """Hidden until `show_recording(True)`; shorter where there is little room, but never hidden while recording."""

    def __init__(self) -> None:
        super().__init__()
        self._text = LONG
        self.setAccessibleName(LONG)
        self.setToolTip(f"{LONG}: the session stores them unchanged. Switch it off in Settings, Storing.")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_recording(self, recording: bool) -> None:
        """Shows whether picture and sound are being recorded."""
        self.setVisible(recording)

    def shorten(self, short: bool) -> None:
        """Uses the short text, or the long one."""
        self._text = SHORT if short else LONG
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """Room for dot and text."""
        return QSize(QFontMetrics(font(SMALL_PX, bold=True)).horizontalAdvance(self._text) + 3 * UNIT, 2 * UNIT)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws a full dot in a ring, then the text."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        red, middle = QColor(colors_of(self).bad), self.height() / 2
        painter.setPen(red)
        painter.drawEllipse(QRectF(1, middle - 6, 12, 12))
        painter.setBrush(red)
        painter.drawEllipse(QRectF(4, middle - 3, 6, 6))
        painter.setFont(font(SMALL_PX, bold=True))
        place = QRectF(2.25 * UNIT, 0, self.width() - 2 * UNIT, self.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._text)
