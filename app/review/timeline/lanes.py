"""The lanes under the curves: presence, influence, activities, reports and events, painted in pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from app.review.timeline.columns import ABSENT, NOTHING, PALE, PARTLY, Run
from app.review.timeline.data import Moment
from app.review.timeline.influence import HARDLY, UNKNOWN
from app.review.timeline.plot_items import ViewItem
from app.widgets.theme import DARK, SMALL_PX, UNIT, Colors, font
from core.appearance import MODALITY_COLORS, MODALITY_NAMES, MODALITY_ORDER, STATE_LOOKS
from core.focus.activity_blocks import ActivityBlock
from core.step_columns import REASONS
from core.types import Modality, SelfReport

ALARM_PX = 2.0
"""Width of the bar of the shortest feedback alarm."""
NAME_PX = 4 * UNIT
"""No modality's name fits into less."""


@dataclass(frozen=True, slots=True)
class LanePlace:
    """Where a lane is painted: its rectangle in pixels, the time that it spans, and the theme."""

    rect: QRectF
    start_s: float
    end_s: float
    colors: Colors

    def x(self, t_s: float) -> float:
        """Pixels from the left."""
        return self.rect.left() + (t_s - self.start_s) * self.rect.width() / (self.end_s - self.start_s)

    def span(self, run: Run, columns: int) -> tuple[float, float]:
        """Left edge and width in pixels of a run of `columns` equally wide columns."""
        column_px = self.rect.width() / columns
        return self.rect.left() + run.first * column_px, (run.last - run.first) * column_px


PaintLane = Callable[[QPainter, LanePlace], None]


class TimelineLane(ViewItem):
    """A plot item that calls one of the functions below. `top` and `height` are pixels, the unit of the y axis."""

    def __init__(self, top: float, height: float) -> None:
        super().__init__()
        self._top, self._height = top, height
        self._colors = DARK
        self._paint: PaintLane | None = None

    @property
    def middle(self) -> float:
        """The y coordinate of its name."""
        return self._top + self._height / 2

    def set_colors(self, colors: Colors) -> None:
        """Follows the theme."""
        self._colors = colors
        self.update()

    def show_lane(self, paint: PaintLane) -> None:
        """Shows what `paint` paints."""
        self._paint = paint
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 — Qt's name
        """The visible part of the lane."""
        view = super().boundingRect()
        return QRectF(view.left(), self._top, view.width(), self._height)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paints in pixels."""
        if self._paint is None:
            return
        seen = self.boundingRect()
        place = LanePlace(painter.transform().mapRect(seen), seen.left(), seen.right(), self._colors)
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(SMALL_PX))
        self._paint(painter, place)


def paint_presence(painter: QPainter, place: LanePlace, runs: Sequence[Run], columns: int, color: str) -> None:
    """A modality: a bar where it is present, half a bar where only at times, the reason where it is absent."""
    middle, height = place.rect.center().y(), place.rect.height()
    for run in runs:
        left, width = place.span(run, columns)
        if run.code >= ABSENT:
            reason = REASONS[run.code - ABSENT].value
            _paint_reason(painter, reason, QRectF(left, place.rect.top(), width, height), place.colors)
        elif run.code != NOTHING:
            fill = QColor(color)
            fill.setAlphaF(0.45 if run.code == PALE else 1.0)
            bar_px = height / 4 if run.code == PARTLY else height / 2
            painter.fillRect(QRectF(left, middle - bar_px / 2, width, bar_px), fill)


def _paint_reason(painter: QPainter, reason: str, rect: QRectF, colors: Colors) -> None:
    painter.setPen(QColor(colors.quiet))
    if painter.fontMetrics().horizontalAdvance(reason) + UNIT <= rect.width():
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, reason)
    else:
        painter.drawLine(QLineF(rect.left(), rect.center().y(), rect.right(), rect.center().y()))


def paint_influence(
    painter: QPainter, place: LanePlace, leading: Sequence[Run], alarms: Sequence[Run], columns: int
) -> None:
    """The modality with the largest influence, pale where even that is little; feedback alarms above it."""
    for run in leading:
        if run.code != UNKNOWN:
            left, width = place.span(run, columns)
            bar = QRectF(left, place.rect.top() + 3, width, place.rect.height() - 5)
            _paint_leading(painter, bar, MODALITY_ORDER[run.code % HARDLY], run.code < HARDLY)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(place.colors.bad))
    for run in alarms:
        left, width = place.span(run, columns)
        top = place.rect.top()
        painter.drawRect(QRectF(left, top, max(ALARM_PX, width), 2))
        painter.drawPolygon(QPolygonF([QPointF(left - 4, top), QPointF(left + 4, top), QPointF(left, top + 6)]))


def _paint_leading(painter: QPainter, bar: QRectF, modality: Modality, large: bool) -> None:
    fill = QColor(MODALITY_COLORS[modality])
    fill.setAlphaF(1.0 if large else 0.25)
    painter.fillRect(bar, fill)
    name = MODALITY_NAMES[modality]
    if large and bar.width() > NAME_PX and painter.fontMetrics().horizontalAdvance(name) + UNIT <= bar.width():
        painter.setPen(QColor("#FFFFFF"))
        painter.drawText(bar, Qt.AlignmentFlag.AlignCenter, name)


def paint_blocks(painter: QPainter, place: LanePlace, blocks: Sequence[ActivityBlock]) -> None:
    """Work as filled blocks and breaks as outlined ones, each with its text where there is room."""
    for block in blocks:
        left, right = max(place.rect.left(), place.x(block.start_s)), min(place.rect.right(), place.x(block.end_s))
        if right <= left:
            continue
        rests, colors = block.kind == "break", place.colors
        bar = QRectF(left + 0.5, place.rect.top() + 1.5, max(1.0, right - left - 1), place.rect.height() - 3)
        painter.setPen(QPen(QColor(colors.line), 1) if rests else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if rests else QColor(colors.raised))
        painter.drawRoundedRect(bar, 3, 3)
        text = painter.fontMetrics().elidedText(block.text, Qt.TextElideMode.ElideRight, int(bar.width() - UNIT))
        if len(text) > 2:
            painter.setPen(QColor(colors.quiet if rests else colors.text))
            painter.drawText(bar.adjusted(UNIT / 2, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)


def paint_moments(painter: QPainter, place: LanePlace, moments: Sequence[Moment]) -> None:
    """Moments, oldest first, each as a glyph with its text after it where there is room."""
    right = place.rect.right()
    xs = [*(place.x(moment.t_s) for moment in moments), right]
    for moment, x, next_x in zip(moments, xs, xs[1:], strict=False):
        if not place.rect.left() <= x <= right:
            continue
        _paint_glyph(painter, moment, QPointF(x, place.rect.center().y()), place.colors)
        text, room = _moment_text(moment), min(next_x, right) - x - 2.5 * UNIT
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(max(0, room)))
        if len(shown) > 3:
            painter.setPen(QColor(place.colors.quiet))
            after = QRectF(x + 1.5 * UNIT, place.rect.top(), room + UNIT, place.rect.height())
            painter.drawText(after, Qt.AlignmentFlag.AlignVCenter, shown)


def _moment_text(moment: Moment) -> str:
    return moment.state if isinstance(moment, SelfReport) else moment.text


def _paint_glyph(painter: QPainter, moment: Moment, at: QPointF, colors: Colors) -> None:
    """A disc for a reported state, a ring for another report, a flag for a marker, a diamond for the rest."""
    if isinstance(moment, SelfReport):
        look = STATE_LOOKS.get(moment.state)
        painter.setPen(QPen(QColor(look.color if look else colors.quiet), 1.5))
        painter.setBrush(QColor(look.color) if look else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, 4, 4)
        return
    marker = moment.kind == "marker"
    color = QColor(colors.text if marker else colors.quiet)
    painter.setPen(QPen(color, 1.5))
    painter.setBrush(color)
    corners = ((0, -6), (7, -3), (0, 0)) if marker else ((0, -4), (4, 0), (0, 4), (-4, 0))
    if marker:
        painter.drawLine(at + QPointF(0, -6), at + QPointF(0, 6))
    painter.drawPolygon(QPolygonF([at + QPointF(dx, dy) for dx, dy in corners]))
