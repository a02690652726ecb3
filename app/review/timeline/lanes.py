"""The lanes under the curves: presence, influence, activities, reports and marks, each a plot item painted in pixels.

A lane's `top` and `height` are in pixels, which are also the units of the lane plot's y axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from app.review.timeline.columns import ABSENT, NOTHING, PALE, PARTLY, Run
from app.review.timeline.data import TimelineNote
from app.review.timeline.influence import HARDLY, UNKNOWN
from app.review.timeline.plot_items import ViewItem
from app.widgets.theme import DARK, SMALL_PX, UNIT, Colors, font
from core.appearance import MODALITY_COLORS, MODALITY_NAMES, MODALITY_ORDER, STATE_LOOKS
from core.focus.activity_blocks import ActivityBlock
from core.store.stored_session import REASONS
from core.types import SelfReport

ALARM_PX = 2.0
"""Width of the bar of the shortest feedback alarm."""


@dataclass(frozen=True, slots=True)
class LanePlace:
    """A lane's rectangle in pixels and the range of time that it spans."""

    rect: QRectF
    start_s: float
    end_s: float

    def x(self, t_s: float) -> float:
        """Pixels from the left."""
        return self.rect.left() + (t_s - self.start_s) * self.rect.width() / (self.end_s - self.start_s)


class TimelineLane(ViewItem):
    """One lane. Subclasses implement `paint_lane`."""

    def __init__(self, top: float, height: float) -> None:
        super().__init__()
        self._top, self._height = top, height
        self.colors: Colors = DARK

    @property
    def middle(self) -> float:
        """The y coordinate of its name."""
        return self._top + self._height / 2

    def set_colors(self, colors: Colors) -> None:
        """Follows the theme."""
        self.colors = colors
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 — Qt's name
        """The visible part of the lane."""
        view = super().boundingRect()
        return QRectF(view.left(), self._top, view.width(), self._height)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Prepares the painter for pixels."""
        seen = self.boundingRect()
        place = LanePlace(painter.transform().mapRect(seen), seen.left(), seen.right())
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(SMALL_PX))
        self.paint_lane(painter, place)

    def paint_lane(self, painter: QPainter, place: LanePlace) -> None:
        """Paints what the lane holds."""
        raise NotImplementedError


class RunLane(TimelineLane):
    """A lane of `Run`s over `columns` equally wide columns."""

    def __init__(self, top: float, height: float) -> None:
        super().__init__(top, height)
        self.runs: Sequence[Run] = ()
        self._columns = 1

    def set_runs(self, runs: Sequence[Run], columns: int) -> None:
        """Shows these runs."""
        self.runs, self._columns = runs, columns
        self.update()

    def span(self, run: Run, place: LanePlace) -> tuple[float, float]:
        """Left edge and width of a run in pixels."""
        column_px = place.rect.width() / self._columns
        return place.rect.left() + run.first * column_px, (run.last - run.first) * column_px


class PresenceLane(RunLane):
    """One modality: a bar where it is present, half a bar where only at times, the reason where it is absent."""

    def __init__(self, top: float, height: float, color: str) -> None:
        super().__init__(top, height)
        self._color = color

    def paint_lane(self, painter: QPainter, place: LanePlace) -> None:
        """Bars and reasons."""
        middle, height = place.rect.center().y(), place.rect.height()
        for run in self.runs:
            left, width = self.span(run, place)
            if run.code >= ABSENT:
                reason = REASONS[run.code - ABSENT].value
                self._paint_reason(painter, reason, QRectF(left, place.rect.top(), width, height))
            elif run.code != NOTHING:
                fill = QColor(self._color)
                fill.setAlphaF(0.45 if run.code == PALE else 1.0)
                bar_px = height / 4 if run.code == PARTLY else height / 2
                painter.fillRect(QRectF(left, middle - bar_px / 2, width, bar_px), fill)

    def _paint_reason(self, painter: QPainter, reason: str, rect: QRectF) -> None:
        painter.setPen(QColor(self.colors.quiet))
        if painter.fontMetrics().horizontalAdvance(reason) + UNIT <= rect.width():
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, reason)
        else:
            painter.drawLine(QLineF(rect.left(), rect.center().y(), rect.right(), rect.center().y()))


class InfluenceLane(RunLane):
    """The modality with the largest influence, pale where even that one changed little, and feedback alarms."""

    def __init__(self, top: float, height: float) -> None:
        super().__init__(top, height)
        self._alarms: Sequence[Run] = ()

    def set_alarms(self, alarms: Sequence[Run]) -> None:
        """Marks these runs, which count the same columns as `set_runs`."""
        self._alarms = alarms
        self.update()

    def paint_lane(self, painter: QPainter, place: LanePlace) -> None:
        """Bars in the modality's colour, with its name where there is room; alarms above them."""
        for run in self.runs:
            if run.code != UNKNOWN:
                self._paint_modality(painter, run, place)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.colors.bad))
        top = place.rect.top()
        for run in self._alarms:
            left, width = self.span(run, place)
            painter.drawRect(QRectF(left, top, max(ALARM_PX, width), 2))
            corners = ((left - 4, 0), (left + 4, 0), (left, 6))
            painter.drawPolygon(QPolygonF([QPointF(x, top + down) for x, down in corners]))

    def _paint_modality(self, painter: QPainter, run: Run, place: LanePlace) -> None:
        modality, large = MODALITY_ORDER[run.code % HARDLY], run.code < HARDLY
        left, width = self.span(run, place)
        bar = QRectF(left, place.rect.top() + 3, width, place.rect.height() - 5)
        fill = QColor(MODALITY_COLORS[modality])
        fill.setAlphaF(1.0 if large else 0.25)
        painter.fillRect(bar, fill)
        name = MODALITY_NAMES[modality]
        if large and width > 4 * UNIT and painter.fontMetrics().horizontalAdvance(name) + UNIT <= width:
            painter.setPen(QColor("#FFFFFF"))
            painter.drawText(bar, Qt.AlignmentFlag.AlignCenter, name)


class ActivityBlockLane(TimelineLane):
    """Work as filled blocks and breaks as outlined ones, each with its text where there is room."""

    def __init__(self, top: float, height: float) -> None:
        super().__init__(top, height)
        self._blocks: Sequence[ActivityBlock] = ()

    def set_blocks(self, blocks: Sequence[ActivityBlock]) -> None:
        """Shows these blocks."""
        self._blocks = blocks
        self.update()

    def paint_lane(self, painter: QPainter, place: LanePlace) -> None:
        """The visible part of each block."""
        for block in self._blocks:
            left = max(place.rect.left(), place.x(block.start_s))
            right = min(place.rect.right(), place.x(block.end_s))
            if right > left:
                bar = QRectF(left + 0.5, place.rect.top() + 1.5, max(1.0, right - left - 1), place.rect.height() - 3)
                self._paint_block(painter, block, bar)

    def _paint_block(self, painter: QPainter, block: ActivityBlock, bar: QRectF) -> None:
        rests, colors = block.kind == "break", self.colors
        painter.setPen(QPen(QColor(colors.line), 1) if rests else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if rests else QColor(colors.raised))
        painter.drawRoundedRect(bar, 3, 3)
        text = painter.fontMetrics().elidedText(block.text, Qt.TextElideMode.ElideRight, int(bar.width() - UNIT))
        if len(text) > 2:
            painter.setPen(QColor(colors.quiet if rests else colors.text))
            painter.drawText(bar.adjusted(UNIT / 2, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)


class MomentLane(TimelineLane):
    """Moments, oldest first, each as a glyph with its text after it where there is room."""

    def __init__(self, top: float, height: float) -> None:
        super().__init__(top, height)
        self._moments: Sequence[SelfReport | TimelineNote] = ()

    def set_moments(self, moments: Sequence[SelfReport | TimelineNote]) -> None:
        """Shows these moments."""
        self._moments = moments
        self.update()

    def paint_lane(self, painter: QPainter, place: LanePlace) -> None:
        """The visible moments."""
        right = place.rect.right()
        xs = [*(place.x(moment.t_s) for moment in self._moments), right]
        for moment, x, next_x in zip(self._moments, xs, xs[1:], strict=False):
            if place.rect.left() <= x <= right:
                paint_glyph(painter, moment, QPointF(x, place.rect.center().y()), self.colors)
                self._paint_text(painter, place.rect, x, min(next_x, right), moment)

    def _paint_text(
        self, painter: QPainter, rect: QRectF, x: float, until: float, moment: SelfReport | TimelineNote
    ) -> None:
        text = moment.state if isinstance(moment, SelfReport) else moment.text
        room = until - x - 2.5 * UNIT
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(max(0, room)))
        if len(shown) > 3:
            painter.setPen(QColor(self.colors.quiet))
            place = QRectF(x + 1.5 * UNIT, rect.top(), room + UNIT, rect.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)


def paint_glyph(painter: QPainter, moment: SelfReport | TimelineNote, at: QPointF, colors: Colors) -> None:
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
