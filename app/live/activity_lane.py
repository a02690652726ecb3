"""What the learner did, on the time axis of the plots: focus blocks and breaks, and above them glyphs for self-reports,
markers and notes. A tooltip names each.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.presentation.text import entry_text
from app.widgets.curve_labels import WIDTH_PX
from app.widgets.plot import GUTTER_PX
from app.widgets.theme import SMALL_PX, UNIT, Colors, colors_of, font
from core.appearance import STATE_LOOKS
from core.focus.activity_blocks import ActivityBlock, blocks, notes
from core.types import Activity, Entry, Marker, SelfReport

GLYPHS_PX, BLOCKS_PX = 16, 8
GLYPH_PX = 8
NEAR_PX = 6.0


class ActivityLane(QWidget):
    """Shows the entries of the session log up to now, which is at the right end."""

    def __init__(self, history_s: float) -> None:
        super().__init__()
        self._history_s, self._now_s = history_s, 0.0
        self._moments: list[Entry] = []
        self._blocks: Sequence[ActivityBlock] = ()
        self.setAccessibleName("What you were doing and reported over time")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """Room for a row of glyphs over a row of blocks."""
        return QSize(400, GLYPHS_PX + BLOCKS_PX)

    def show_entries(self, entries: Sequence[Entry], now_s: float) -> None:
        """Shows those of the last `history_s` seconds before `now_s`, without events of the program itself."""
        start_s = now_s - self._history_s
        activities = [entry for entry in entries if isinstance(entry, Activity)]
        marked: list[Entry] = [entry for entry in entries if isinstance(entry, Marker | SelfReport)]
        moments = sorted((e for e in (*marked, *notes(activities)) if e.t_s >= start_s), key=lambda entry: entry.t_s)
        found = [block for block in blocks(activities, now_s) if block.end_s > start_s]
        if (moments, found, now_s) == (self._moments, self._blocks, self._now_s):
            return
        self._moments, self._blocks, self._now_s = moments, found, now_s
        self.setAccessibleDescription(entry_text(moments[-1]) if moments else "nothing yet")
        self.update()

    def x_of(self, t_s: float) -> float:
        """Position of a moment of the session, in pixels from the left."""
        width = self.width() - GUTTER_PX - WIDTH_PX
        return GUTTER_PX + width * min(1.0, max(0.0, 1.0 + (t_s - self._now_s) / self._history_s))

    def text_at(self, x: float) -> str:
        """What is at this position in pixels, one line each; empty where there is nothing."""
        lines = [entry_text(e) for e in self._moments if abs(self.x_of(e.t_s) - x) <= NEAR_PX]
        lines += [_block_text(b) for b in self._blocks if self.x_of(b.start_s) <= x <= self.x_of(b.end_s)]
        return "\n".join(lines)

    def event(self, event: QEvent) -> bool:
        """Shows a tooltip for what is under the mouse."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.text_at(event.pos().x()), self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws blocks below and glyphs above, each glyph with its name where there is room."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(SMALL_PX))
        if self._blocks or self._moments:
            painter.setPen(QColor(colors.quiet))
            place = QRectF(0, 0, GUTTER_PX - UNIT, self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "you")
        for block in self._blocks:
            self._paint_block(painter, block, colors)
        places = [*(self.x_of(entry.t_s) for entry in self._moments), self.width() - WIDTH_PX]
        for entry, until in zip(self._moments, places[1:], strict=True):
            self._paint_moment(painter, entry, until, colors)

    def _paint_block(self, painter: QPainter, block: ActivityBlock, colors: Colors) -> None:
        left, right = self.x_of(block.start_s), self.x_of(block.end_s)
        place = QRectF(left, GLYPHS_PX + 1, max(1.0, right - left - 1), BLOCKS_PX - 2)
        if block.kind != "break":
            painter.fillRect(place, QColor(colors.accent))
        else:  # hollow, so that it differs not by colour alone
            painter.setPen(QPen(QColor(colors.quiet), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_moment(self, painter: QPainter, entry: Entry, until: float, colors: Colors) -> None:
        x, middle = self.x_of(entry.t_s), GLYPHS_PX / 2
        color = QColor(colors.text)
        if isinstance(entry, SelfReport):
            color = QColor(STATE_LOOKS[entry.state].color if entry.state in STATE_LOOKS else colors.quiet)
        painter.setPen(QPen(color, 1.5))
        _paint_glyph(painter, entry, QPointF(x, middle), color)
        text = entry.state if isinstance(entry, SelfReport) else entry.label if isinstance(entry, Marker) else ""
        room = QRectF(x + GLYPH_PX, 0, until - x - GLYPH_PX - UNIT, GLYPHS_PX)
        if text and painter.fontMetrics().horizontalAdvance(text) <= room.width():
            painter.setPen(QColor(colors.text))
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def _block_text(block: ActivityBlock) -> str:
    return f"{block.kind.capitalize()}: {block.text}" if block.text else block.kind.capitalize()


def _paint_glyph(painter: QPainter, entry: Entry, at: QPointF, color: QColor) -> None:
    """Draws a disc for a report, a flag for a marker, a page for a note, a hollow disc for a hint."""
    half = GLYPH_PX / 2
    painter.setBrush(color)
    if isinstance(entry, Marker):
        painter.drawLine(QLineF(at.x(), at.y() - half - 1, at.x(), at.y() + half + 1))
        peak = [QPointF(0, -half - 1), QPointF(half + 2, -half / 2), QPointF(0, 0)]
        painter.drawPolygon(QPolygonF([at + point for point in peak]))
    elif isinstance(entry, Activity) and entry.kind == "note":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(at.x() - half, at.y() - half, GLYPH_PX, GLYPH_PX))
        painter.drawLine(QLineF(at.x() - half + 2, at.y(), at.x() + half - 2, at.y()))
    else:
        if isinstance(entry, Activity):
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, half, half)
