"""A timeline laid out in rows and painted: curves, weights, lanes, what was done and said, marks, the axis."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter

from app.review.timeline.columns import TimelineColumns, abstained, curves, is_fine, lanes, stack
from app.review.timeline.influence import Influence, alarms, leaders
from app.review.timeline.marks import TimelineNote, paint_blocks, paint_notes, paint_reports
from app.review.timeline.paint import (
    TimeScale,
    paint_abstained,
    paint_axis,
    paint_bands,
    paint_grid,
    paint_lane,
    paint_led,
    paint_lines,
    paint_name,
    paint_stack,
)
from app.widgets.plot import GUTTER_PX, LINE_PX, state_pen
from app.widgets.theme import SMALL_PX, UNIT, Colors, font
from core.appearance import MODALITY_COLORS, MODALITY_NAMES, MODALITY_ORDER, STATE_LOOKS
from core.focus.activity_blocks import ActivityBlock
from core.types import SelfReport

COLUMN_PX = 4
"""Between two points of the curves where several steps share one; nearer, and their dashes could not be told apart."""
LANE_PX, MARK_PX, AXIS_PX, LEGEND_PX, GAP_PX = 15, 18, 20, 20, 10
COMPARED_PX = 1.0
_CURVES_SHARE = 0.64


@dataclass(frozen=True, slots=True, eq=False)
class TimelinePicture:
    """Everything of a session that its timeline shows."""

    track: TimelineColumns
    blocks: list[ActivityBlock]
    reports: tuple[SelfReport, ...]
    notes: list[TimelineNote]
    led: Influence | None = None
    """What mattered; None where nobody has asked."""


def rows(size: QSizeF, led: bool) -> dict[str, QRectF]:
    """Every row's place, from the top down, on a sheet of this size; `led`: with one for what mattered."""
    led_px = MARK_PX if led else 0
    fixed = led_px + 3 * LANE_PX + 3 * MARK_PX + AXIS_PX + LEGEND_PX + 2 * GAP_PX
    free = max(60.0, size.height() - fixed)
    heights = [("legend", LEGEND_PX), ("curves", free * _CURVES_SHARE), ("", GAP_PX)]
    heights += [("weights", free * (1 - _CURVES_SHARE)), ("", GAP_PX), ("led by", led_px)]
    heights += [(modality, LANE_PX) for modality in reversed(MODALITY_ORDER)]
    heights += [("doing", MARK_PX), ("reports", MARK_PX), ("marks", MARK_PX), ("axis", AXIS_PX)]
    places, top = {}, 0.0
    for name, height in heights:
        places[name] = QRectF(GUTTER_PX, top, max(1.0, size.width() - GUTTER_PX - UNIT), height)
        top += height
    return places


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """What is seen of a picture: its rows' places and the range in seconds; `other` is a second set of lines."""

    picture: TimelinePicture
    other: TimelineColumns | None
    places: dict[str, QRectF]
    start_s: float
    end_s: float

    def scale(self, row: str) -> TimeScale:
        """The scale of a row."""
        return TimeScale(self.places[row], self.start_s, self.end_s)

    def paint(self, painter: QPainter, colors: Colors) -> None:
        """All rows."""
        self._legend(painter, colors)
        self._plots(painter, colors)
        self._lanes(painter, colors)
        paint_axis(painter, self.scale("axis"), colors)

    def _points(self) -> int:
        return max(1, int(self.places["curves"].width()) // COLUMN_PX)

    def _plots(self, painter: QPainter, colors: Colors) -> None:
        upper, lower, track = self.places["curves"], self.places["weights"], self.picture.track
        seen = self.start_s, self.end_s
        across = max(1, int(upper.width()))
        points = self._points()
        paint_grid(painter, upper, colors)
        paint_grid(painter, lower, colors, figures=False)
        paint_name(painter, lower, "weights", colors)
        painter.save()
        painter.setClipRect(upper.adjusted(0, -5, 0, 2))
        paint_abstained(painter, upper, abstained(track, *seen, across), colors)
        lines = curves(track, *seen, points)
        if lines.low is not lines.middle:
            paint_bands(painter, self.scale("curves"), lines)
        paint_lines(painter, self.scale("curves"), lines, LINE_PX)
        if self.other is not None:
            paint_lines(painter, self.scale("curves"), curves(self.other, *seen, points), COMPARED_PX)
        painter.setClipRect(lower)
        paint_stack(painter, self.scale("weights"), stack(track, *seen, points))
        painter.restore()

    def _lanes(self, painter: QPainter, colors: Colors) -> None:
        across = max(1, int(self.places["curves"].width()))
        found = lanes(self.picture.track, self.start_s, self.end_s, across)
        for modality, runs in zip(MODALITY_ORDER, found, strict=True):
            paint_lane(painter, self.places[modality], runs, MODALITY_COLORS[modality], colors)
            paint_name(painter, self.places[modality], MODALITY_NAMES[modality], colors)
        self._led(painter, across, colors)
        for name in ("doing", "reports", "marks"):
            paint_name(painter, self.places[name], name, colors)
        paint_blocks(painter, self.scale("doing"), self.picture.blocks, colors)
        paint_reports(painter, self.scale("reports"), self.picture.reports, colors)
        paint_notes(painter, self.scale("marks"), self.picture.notes, colors)

    def _led(self, painter: QPainter, across: int, colors: Colors) -> None:
        if (found := self.picture.led) is not None:
            seen = self.picture.track, self.start_s, self.end_s, across
            paint_led(painter, self.places["led by"], leaders(found, *seen), alarms(found, *seen), colors)
            paint_name(painter, self.places["led by"], "led by", colors)

    def _legend(self, painter: QPainter, colors: Colors) -> None:
        painter.setFont(font(SMALL_PX))
        rect = self.places["legend"].adjusted(0, -2, 0, -2)
        left, middle = rect.left(), rect.center().y()
        for state, look in STATE_LOOKS.items():
            painter.setPen(state_pen(look, LINE_PX))
            painter.drawLine(QLineF(left, middle, left + 3 * UNIT, middle))
            width = painter.fontMetrics().horizontalAdvance(state)
            painter.setPen(QColor(colors.text))
            place = QRectF(left + 3.5 * UNIT, rect.top(), width + UNIT, rect.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, state)
            left += 5.5 * UNIT + width
        room = QRectF(left, rect.top(), rect.right() - left, rect.height())
        painter.setPen(QColor(colors.quiet))
        words = painter.fontMetrics().elidedText(self._hint(), Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)

    def _hint(self) -> str:
        fine = is_fine(self.picture.track, self.start_s, self.end_s, self._points())
        parts = ["hatched: undecided"] if fine else ["line: mean, veil: range", "hatched: undecided"]
        if self.picture.led is not None and self.picture.led.sums[-1, 4]:
            parts.append("red: lock-in alarm")
        return " · ".join([*parts, *(["thin: the other checkpoint"] if self.other is not None else [])])
