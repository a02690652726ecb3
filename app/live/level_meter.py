"""The voice level as a bar in dBFS; "clipping" stays visible for a second after it happened.

While the computer speaks the cells are hollow and grey, and a label says so.
"""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.widgets.theme import SMALL_PX, UNIT, colors_of, font
from core.appearance import MODALITY_COLORS
from core.types import Reason, Speaker

FLOOR_DBFS = -60.0
CELLS = 24
LABEL_PX = 7 * UNIT
CLIP_HOLD_S = 1.0
FALL_PER_TICK = 0.04
"""How fast the bar falls, in shares of its length per update; it rises at once."""
LABELS: dict[Speaker, str] = {"computer": Reason.COMPUTER_SPEAKING.value, "both": "you and the computer"}
"""Beside the level, in place of "voice"."""


class LevelMeter(QWidget):
    """Shows a level as cells from `FLOOR_DBFS` to 0, and "clipping" beside them."""

    def __init__(self) -> None:
        super().__init__()
        self._share, self._off = 0.0, False
        self._clipped_at_s = -CLIP_HOLD_S
        self._shown: tuple[int, bool, Speaker] = (-1, False, "nobody")
        self.setAccessibleName("Voice level")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """Two rows of the grid."""
        return QSize(288, 2 * UNIT)

    @property
    def clipped(self) -> bool:
        """Whether the sound clipped within the last second."""
        return monotonic() - self._clipped_at_s < CLIP_HOLD_S

    def show_level(self, level_dbfs: float, clipping: bool, speaker: Speaker = "nobody") -> None:
        """Shows a level and whose voice it is; repaints only when a cell or the label changes."""
        if self._off:
            return
        share = min(1.0, max(0.0, 1.0 - level_dbfs / FLOOR_DBFS))
        self._share = max(share, self._share - FALL_PER_TICK)
        if clipping:
            self._clipped_at_s = monotonic()
        shown = (round(self._share * CELLS), self.clipped, speaker)
        if shown != self._shown:
            self._shown = shown
            level = f"{level_dbfs:.0f} decibels below full scale"
            notes = level, "clipping" if self.clipped else "", LABELS.get(speaker, "")
            self.setAccessibleDescription(", ".join(filter(None, notes)))
            self.update()

    def show_off(self, off: bool) -> None:
        """Shows no level while the voice is switched off."""
        self._off = off
        self.show_nothing()

    def show_nothing(self) -> None:
        """Shows no level at once, without the slow fall of `show_level`."""
        self._share, self._shown = 0.0, (0, False, "nobody")
        self.setAccessibleDescription("voice off" if self._off else "")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws the cells, then the text."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _, clipped, speaker = self._shown
        words = "voice off" if self._off else "clipping" if clipped else LABELS.get(speaker, "voice")
        painter.setFont(font(SMALL_PX, bold=clipped))
        mark_width = max(LABEL_PX, painter.fontMetrics().horizontalAdvance(words) + 2)
        self._paint_cells(painter, self.width() - mark_width - UNIT)
        painter.setPen(QColor(colors.bad if clipped else colors.quiet))
        place = QRectF(self.width() - mark_width, 0, mark_width, self.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_cells(self, painter: QPainter, room_px: int) -> None:
        """A longer label leaves room for fewer cells."""
        colors = colors_of(self)
        lit, _, speaker = self._shown
        step = (self.width() - LABEL_PX - UNIT) / CELLS
        cells = int(room_px / step)
        lit = round(lit * cells / CELLS)
        for cell in range(cells):
            place = QRectF(cell * step, self.height() / 2 - 5, step - 2, 10)
            if cell < lit and speaker == "computer":
                painter.setPen(QColor(colors.quiet))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                place.adjust(0.5, 0.5, -0.5, -0.5)
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(MODALITY_COLORS["audio"] if cell < lit else colors.raised))
            painter.drawRoundedRect(place, 2, 2)
