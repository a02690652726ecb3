"""A lane for each modality: a bar while it is present, the reason while it is not; below, the shared time axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.presentation.series import MarkedSpan
from app.widgets.curve_labels import WIDTH_PX
from app.widgets.plot import GUTTER_PX
from app.widgets.theme import SMALL_PX, UNIT, Colors, colors_of, font
from core.appearance import MODALITY_COLORS, MODALITY_NAMES, MODALITY_ORDER
from core.types import Modality

LANE_PX = 18
AXIS_PX = 20
BAR_PX = 8
TICKS = 4


class PresenceLanes(QWidget):
    """Shows the stretches of `presence_spans`; paler bars mean lower quality."""

    def __init__(self, history_s: float) -> None:
        super().__init__()
        self._history_s = history_s
        self._spans: Mapping[Modality, Sequence[MarkedSpan]] = {}
        self.setAccessibleName("Presence of picture, voice and words over time")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """Three lanes and the axis."""
        return QSize(400, 3 * LANE_PX + AXIS_PX)

    def show_spans(self, spans: Mapping[Modality, Sequence[MarkedSpan]]) -> None:
        """Shows these stretches."""
        self._spans = spans
        missing = [
            f"{MODALITY_NAMES[m]}: {s[-1].reason.value}" for m in MODALITY_ORDER if (s := spans.get(m)) and s[-1].reason
        ]
        self.setAccessibleDescription("absent now: " + ", ".join(missing) if missing else "all present now")
        self.update()

    def x_of(self, seconds: float) -> float:
        """Position of a time in seconds before now (negative), in pixels from the left."""
        width = self.width() - GUTTER_PX - WIDTH_PX
        return GUTTER_PX + width * max(0.0, 1.0 + seconds / self._history_s)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws the lanes, then the axis."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(SMALL_PX))
        for row, modality in enumerate(MODALITY_ORDER):
            middle = row * LANE_PX + LANE_PX / 2
            painter.setPen(QColor(colors.quiet))
            name = QRectF(0, middle - LANE_PX / 2, GUTTER_PX - UNIT, LANE_PX)
            painter.drawText(
                name, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, MODALITY_NAMES[modality]
            )
            for span in self._spans.get(modality, ()):
                if span.end > -self._history_s:
                    self._paint_span(painter, span, middle, QColor(MODALITY_COLORS[modality]), colors)
        self._paint_axis(painter, colors)

    def _paint_span(self, painter: QPainter, span: MarkedSpan, middle: float, fill: QColor, colors: Colors) -> None:
        left, right = self.x_of(span.start), self.x_of(span.end)
        if span.reason is None:
            fill.setAlphaF(0.45 + 0.55 * span.quality)
            painter.fillRect(QRectF(left, middle - BAR_PX / 2, max(1.0, right - left), BAR_PX), fill)
            return
        reason = span.reason.value
        quiet = QColor(colors.quiet)
        if painter.fontMetrics().horizontalAdvance(reason) + 2 * UNIT <= right - left:
            painter.setPen(quiet)
            place = QRectF(left, middle - LANE_PX / 2, right - left, LANE_PX)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, reason)
        elif right - left >= UNIT:
            _paint_cross(painter, QPointF((left + right) / 2, middle), quiet)
        else:
            painter.setPen(QPen(quiet, 1))
            painter.drawLine(QLineF(left, middle, right, middle))

    def _paint_axis(self, painter: QPainter, colors: Colors) -> None:
        top = 3 * LANE_PX
        for tick in range(TICKS + 1):
            seconds = -self._history_s * (1 - tick / TICKS)
            x = self.x_of(seconds)
            painter.setPen(QPen(QColor(colors.line), 1))
            painter.drawLine(QLineF(x, top, x, top + 4))
            painter.setPen(QColor(colors.quiet))
            text = "now" if tick == TICKS else f"−{-seconds:.0f} s"
            painter.drawText(QRectF(x - 40, top + 3, 80, AXIS_PX - 3), Qt.AlignmentFlag.AlignCenter, text)


def _paint_cross(painter: QPainter, middle: QPointF, color: QColor) -> None:
    painter.setPen(QPen(color, 1.5))
    for slope in (1, -1):
        painter.drawLine(middle + QPointF(-3, -3 * slope), middle + QPointF(3, 3 * slope))
