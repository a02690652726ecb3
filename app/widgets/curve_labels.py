"""Labels at the right end of the curves, moved apart so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.widgets.theme import SMALL_PX, UNIT, colors_of, font

ROW_PX = 18.0
WIDTH_PX = 19 * UNIT
SWATCH_PX = 2.5 * UNIT


@dataclass(frozen=True, slots=True)
class CurveLabel:
    """`place` is where the curve ends, in pixels from the top; with `dashes` None the swatch is a square."""

    place: float
    text: str
    color: str
    dashes: tuple[float, ...] | None
    strong: bool = False


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """`places` moved so that neighbours are at least `gap` apart, between `low` and `high` where there is room."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = [0.0] * len(places)
    floor = low
    for i in order:
        moved[i] = max(floor, places[i])
        floor = moved[i] + gap
    ceiling = high
    for i in reversed(order):
        moved[i] = min(ceiling, moved[i])
        ceiling = moved[i] - gap
    return moved


class CurveLabels(QWidget):
    """A column of labels beside a plot: a swatch, the text, and a thin line to the curve's end."""

    def __init__(self) -> None:
        super().__init__()
        self.labels: Sequence[CurveLabel] = ()
        self.setFixedWidth(WIDTH_PX)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    @property
    def rows(self) -> list[float]:
        """Positions of the labels, in pixels from the top, in the order given."""
        places = [label.place for label in self.labels]
        return spread(places, ROW_PX, ROW_PX / 2, self.height() - ROW_PX / 2)

    def set_labels(self, labels: Sequence[CurveLabel]) -> None:
        """Shows these labels."""
        if labels != self.labels:
            self.labels = labels
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws line, swatch and text of each label."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text = QColor(colors_of(self).text)
        for label, row in zip(self.labels, self.rows, strict=True):
            self._paint_swatch(painter, label, row)
            painter.setPen(text)
            painter.setFont(font(SMALL_PX, bold=label.strong))
            left = 2 * UNIT + SWATCH_PX + UNIT
            place = QRectF(left, row - ROW_PX / 2, self.width() - left, ROW_PX)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, label.text)

    def _paint_swatch(self, painter: QPainter, label: CurveLabel, row: float) -> None:
        faint = QColor(label.color)
        faint.setAlpha(150)
        painter.setPen(QPen(faint, 1))
        painter.drawLine(QPointF(1, label.place), QPointF(2 * UNIT - 3, row))
        left = 2.0 * UNIT
        if label.dashes is None:
            painter.fillRect(QRectF(left + SWATCH_PX / 2 - 5, row - 5, 10, 10), QColor(label.color))
            return
        pen = QPen(QColor(label.color), 2.5)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if label.dashes:
            pen.setDashPattern(label.dashes)
        painter.setPen(pen)
        painter.drawLine(QPointF(left, row), QPointF(left + SWATCH_PX, row))
