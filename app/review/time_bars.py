"""Bars of time: a row for each state with its line style and name, a bar, and the duration and share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.presentation.text import percent
from app.widgets.plot import LINE_PX, state_pen
from app.widgets.theme import SMALL_PX, UNIT, colors_of, font
from core.appearance import STATE_LOOKS
from core.time_format import duration

ROW_PX = 24
NAME_PX, FIGURE_PX = 14 * UNIT, 16 * UNIT
BAR_PX = 10


@dataclass(frozen=True, slots=True)
class TimeBar:
    """A state, or another `name`, and its total duration."""

    name: str
    seconds: float


class TimeBars(QWidget):
    """Takes bars and the total of which they are shares."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._bars: Sequence[TimeBar] = ()
        self._whole_s = 0.0
        self.setAccessibleName(name)
        self.setToolTip("Each step counts for the state that it names")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """One row for each bar."""
        return QSize(NAME_PX + FIGURE_PX + 8 * UNIT, max(1, len(self._bars)) * ROW_PX)

    def show_bars(self, bars: Sequence[TimeBar], whole_s: float) -> None:
        """Shows these bars as shares of `whole_s`."""
        self._bars, self._whole_s = bars, whole_s
        self.setAccessibleDescription(", ".join(f"{bar.name} {self._figure(bar)}" for bar in bars))
        self.updateGeometry()
        self.update()

    def _figure(self, bar: TimeBar) -> str:
        return f"{duration(bar.seconds)} · {percent(self._share(bar))}"

    def _share(self, bar: TimeBar) -> float:
        return bar.seconds / self._whole_s if self._whole_s else 0.0

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Paints name, bar and figures."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(SMALL_PX))
        room = self.width() - NAME_PX - FIGURE_PX
        for row, bar in enumerate(self._bars):
            top = row * ROW_PX
            middle = top + ROW_PX / 2
            look = STATE_LOOKS.get(bar.name)
            if look is not None:
                painter.setPen(state_pen(look, LINE_PX))
                painter.drawLine(QLineF(0, middle, 3 * UNIT, middle))
            painter.setPen(QColor(colors.text))
            middled = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(3.5 * UNIT, top, NAME_PX - 3.5 * UNIT, ROW_PX), middled, bar.name)
            track = QRectF(NAME_PX, middle - BAR_PX / 2, room, BAR_PX)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.raised))
            painter.drawRoundedRect(track, 3, 3)
            painter.setBrush(QColor(look.color if look else colors.quiet))
            share = self._share(bar)
            if share:
                painter.drawRoundedRect(QRectF(track.left(), track.top(), max(2.0, room * share), BAR_PX), 3, 3)
            painter.setPen(QColor(colors.text))
            painter.drawText(QRectF(NAME_PX + room + UNIT, top, FIGURE_PX - UNIT, ROW_PX), middled, self._figure(bar))
