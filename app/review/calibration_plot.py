"""The calibration curve: accuracy of the named state by its probability, with 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.presentation.text import percent
from app.widgets.theme import SMALL_PX, UNIT, colors_of, font
from core.self_report.agreement import CurveBin

LEFT_PX, BELOW_PX = 6 * UNIT, 4 * UNIT


class CalibrationPlot(QWidget):
    """Takes bins; a dot on the diagonal means that probability and accuracy agree."""

    def __init__(self) -> None:
        super().__init__()
        self._bins: Sequence[CurveBin] = ()
        self.setAccessibleName("Calibration curve")
        self.setToolTip(
            "On the diagonal, what is named with 70 % is right 7 times of 10. Below it, probabilities are too high. "
            "The thin line is the 95 % interval."
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """Wide enough for five bins."""
        return QSize(22 * UNIT, 20 * UNIT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """The same, because the labels would overlap in less."""
        return self.sizeHint()

    def show_bins(self, bins: Sequence[CurveBin]) -> None:
        """Shows these bins."""
        self._bins = bins
        described = [
            f"probability {percent(b.mean_said)}, right {percent(b.right.value)} of {b.right.whole}" for b in bins
        ]
        self.setAccessibleDescription("; ".join(described) or "no report yet at which a state was named")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Grid, diagonal, dots with their intervals."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(SMALL_PX))
        place = QRectF(LEFT_PX, UNIT, self.width() - LEFT_PX - UNIT, self.height() - BELOW_PX - UNIT)
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            x, y = place.left() + share * place.width(), place.bottom() - share * place.height()
            painter.setPen(QPen(QColor(colors.line), 1))
            painter.drawLine(QLineF(place.left(), y, place.right(), y))
            painter.setPen(QColor(colors.quiet))
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - 8, LEFT_PX - UNIT, 16), middle | Qt.AlignmentFlag.AlignRight, percent(share))
            if share in (0.0, 0.5, 1.0):
                below = QRectF(min(x - 20, place.right() - 36), place.bottom() + 2, 40, 14)
                painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, percent(share))
        foot = QRectF(place.left(), place.bottom() + 15, place.width(), 16)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, "probability → correct ↑")
        painter.setPen(QPen(QColor(colors.quiet), 1, Qt.PenStyle.DashLine))
        painter.drawLine(place.bottomLeft(), place.topRight())
        for one in self._bins:
            x = place.left() + one.mean_said * place.width()
            low, high = (place.bottom() - bound * place.height() for bound in one.right.interval)
            painter.setPen(QPen(QColor(colors.accent), 1.5))
            painter.drawLine(QLineF(x, low, x, high))
            painter.setBrush(QColor(colors.accent))
            painter.drawEllipse(QPointF(x, place.bottom() - one.right.value * place.height()), 4, 4)
