"""What is stamped into a session, laid out for its timeline: blocks of activity, own reports, markers and events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.review.timeline.paint import TimeScale
from app.widgets.theme import SMALL_PX, UNIT, Colors, font
from core.appearance import STATE_LOOKS
from core.focus import activity_blocks
from core.focus.activity_blocks import ActivityBlock
from core.review.moment_context import MomentContext
from core.store.stored_session import StoredSession
from core.types import SelfReport

_SAID = {"note": "Note", "nudge": "Hint"}


@dataclass(frozen=True, slots=True)
class TimelineNote:
    """A moment with words: a marker, an event, a note or a hint. `kind` is "marker" or another one."""

    t_s: float
    kind: str
    text: str


def blocks(session: StoredSession, context: MomentContext, end_s: float) -> list[ActivityBlock]:
    """Stretches of work and of breaks up to `end_s`, each with the task's name and where its timer stood."""
    return [
        replace(block, text=context.activity(block.start_s))
        for block in activity_blocks.blocks(session.activities, end_s)
    ]


def notes(session: StoredSession) -> list[TimelineNote]:
    """Markers, events, notes and hints, oldest first."""
    found = [TimelineNote(m.t_s, "marker", m.label) for m in session.markers]
    found += [TimelineNote(e.t_s, e.kind, f"{e.kind}: {e.text}" if e.text else e.kind) for e in session.events]
    found += [
        TimelineNote(a.t_s, a.kind, f"{_SAID[a.kind]}: {a.text}" if a.text else _SAID[a.kind])
        for a in activity_blocks.notes(session.activities)
    ]
    return sorted(found, key=lambda note: note.t_s)


def paint_blocks(painter: QPainter, scale: TimeScale, found: Sequence[ActivityBlock], colors: Colors) -> None:
    """Work as a filled block, a break as an outlined one, each with its words where there is room."""
    painter.setFont(font(SMALL_PX))
    for block in found:
        left, right = max(scale.rect.left(), scale.x(block.start_s)), min(scale.rect.right(), scale.x(block.end_s))
        if right <= left:
            continue
        place = QRectF(left + 0.5, scale.rect.top() + 1.5, max(1.0, right - left - 1), scale.rect.height() - 3)
        rests = block.kind == "break"
        painter.setPen(QPen(QColor(colors.line), 1) if rests else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if rests else QColor(colors.raised))
        painter.drawRoundedRect(place, 3, 3)
        words = painter.fontMetrics().elidedText(block.text, Qt.TextElideMode.ElideRight, int(place.width() - UNIT))
        if len(words) > 2:
            painter.setPen(QColor(colors.quiet if rests else colors.text))
            painter.drawText(place.adjusted(UNIT / 2, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)


def paint_reports(painter: QPainter, scale: TimeScale, reports: Sequence[SelfReport], colors: Colors) -> None:
    """A disc in the state's colour, a ring for what is none of the four, with its name where there is room."""
    painter.setFont(font(SMALL_PX))
    places = [scale.x(report.t_s) for report in reports]
    for place, (x, report) in enumerate(zip(places, reports, strict=True)):
        if not scale.rect.left() <= x <= scale.rect.right():
            continue
        look = STATE_LOOKS.get(report.state)
        painter.setPen(QPen(QColor(look.color if look else colors.quiet), 1.5))
        painter.setBrush(QColor(look.color) if look else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(x, scale.rect.center().y()), 4, 4)
        after = places[place + 1] if place + 1 < len(places) else scale.rect.right()
        _paint_words(painter, scale, x, after, report.state, colors)


def paint_notes(painter: QPainter, scale: TimeScale, found: Sequence[TimelineNote], colors: Colors) -> None:
    """A flag for a marker, a diamond for what happened, with its words where there is room."""
    painter.setFont(font(SMALL_PX))
    middle = scale.rect.center().y()
    places = [scale.x(note.t_s) for note in found]
    for place, (x, note) in enumerate(zip(places, found, strict=True)):
        if not scale.rect.left() <= x <= scale.rect.right():
            continue
        color = QColor(colors.text if note.kind == "marker" else colors.quiet)
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(color)
        if note.kind == "marker":
            painter.drawLine(QLineF(x, middle - 6, x, middle + 6))
            painter.drawPolygon(QPolygonF([QPointF(x, middle - 6), QPointF(x + 7, middle - 3), QPointF(x, middle)]))
        else:
            around = ((0, -4), (4, 0), (0, 4), (-4, 0))
            painter.drawPolygon(QPolygonF([QPointF(x + dx, middle + dy) for dx, dy in around]))
        after = places[place + 1] if place + 1 < len(places) else scale.rect.right()
        _paint_words(painter, scale, x, after, note.text, colors)


def _paint_words(painter: QPainter, scale: TimeScale, x: float, after: float, words: str, colors: Colors) -> None:
    room = min(after, scale.rect.right()) - x - 2.5 * UNIT
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(max(0, room)))
    if len(shown) > 3:
        painter.setPen(QColor(colors.quiet))
        place = QRectF(x + 1.5 * UNIT, scale.rect.top(), room + UNIT, scale.rect.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
