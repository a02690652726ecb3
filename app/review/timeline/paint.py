"""How the pieces of a session's timeline are painted; each takes a painter, a place in pixels and what to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.presentation.series import Array
from app.presentation.text import percent, short_clock
from app.review.timeline.columns import ABSENT, NOTHING, PALE, PARTLY, Lines, Run, Stack
from app.review.timeline.influence import HARDLY, UNKNOWN
from app.widgets.band_items import VEIL
from app.widgets.plot import HATCH_STEP_PX, state_pen
from app.widgets.theme import SMALL_PX, UNIT, Colors, font
from core.appearance import MODALITY_COLORS, MODALITY_NAMES, MODALITY_ORDER, STATE_LOOKS
from core.store.stored_session import REASONS
from core.types import STATES

BAND_ALPHA = 60
LONE_PX = 2.0
"""How long a line is that stands for a single moment."""
_TICKS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
_TICK_PX = 10 * UNIT


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Maps seconds to pixels across and shares (0 to 1) to pixels down, within `rect`."""

    rect: QRectF
    start_s: float
    end_s: float

    def x(self, t_s: float) -> float:
        """Pixels from the left of the widget."""
        return self.rect.left() + (t_s - self.start_s) * self.rect.width() / (self.end_s - self.start_s)

    def seconds(self, x: float) -> float:
        """The time at a pixel."""
        return self.start_s + (x - self.rect.left()) * (self.end_s - self.start_s) / self.rect.width()

    def points(self, x_s: Array, values: Array) -> list[QPointF]:
        """Points of a line."""
        across = self.rect.left() + (x_s - self.start_s) * (self.rect.width() / (self.end_s - self.start_s))
        down = self.rect.bottom() - values * self.rect.height()
        points = [QPointF(x, y) for x, y in zip(across.tolist(), down.tolist(), strict=True)]
        return points if len(points) > 1 else [*points, *(point + QPointF(LONE_PX, 0) for point in points)]


def paint_grid(painter: QPainter, rect: QRectF, colors: Colors, figures: bool = True) -> None:
    """Hairlines at 0, 50 and 100 %, with their figures in the gutter."""
    for share in (0.0, 0.5, 1.0):
        y = rect.bottom() - share * rect.height()
        painter.setPen(QPen(QColor(colors.line), 1))
        painter.drawLine(QLineF(rect.left(), y, rect.right(), y))
        if figures:
            paint_name(painter, QRectF(rect.left(), y - UNIT, 0, 2 * UNIT), percent(share), colors)


def paint_bands(painter: QPainter, scale: TimeScale, lines: Lines) -> None:
    """For each state what its steps reach from lowest to highest, as a veil behind the lines."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # veils need none, and it is half the time of all
    for k, state in enumerate(STATES):
        fill = QColor(STATE_LOOKS[state].color)
        fill.setAlpha(BAND_ALPHA)
        painter.setBrush(fill)
        for run in _known(lines.low[:, k]):
            upper = scale.points(lines.x_s[run], lines.high[run, k])
            lower = scale.points(lines.x_s[run], lines.low[run, k])
            painter.drawPolygon(QPolygonF(upper + lower[::-1]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def paint_lines(painter: QPainter, scale: TimeScale, lines: Lines, width_px: float) -> None:
    """The four states' lines, broken where nothing is known."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for k, state in enumerate(STATES):
        painter.setPen(state_pen(STATE_LOOKS[state], width_px))
        for run in _known(lines.middle[:, k]):
            painter.drawPolyline(QPolygonF(scale.points(lines.x_s[run], lines.middle[run, k])))


def paint_stack(painter: QPainter, scale: TimeScale, stacked: Stack) -> None:
    """Weights stacked to 1, the highest layer first, then the bands of their borders; paler where they span steps."""
    x_s, shares, bands = stacked.x_s, stacked.shares, stacked.bands
    painter.setPen(Qt.PenStyle.NoPen)
    for layer in reversed(range(3)):
        painter.setBrush(QColor(MODALITY_COLORS[MODALITY_ORDER[layer]]))
        for run in _known(shares[:, layer]):
            top = scale.points(x_s[run], shares[run, layer])
            ground = [QPointF(top[end].x(), scale.rect.bottom()) for end in (0, -1)]
            painter.drawPolygon(QPolygonF([ground[0], *top, ground[1]]))
    veil = QColor(VEIL)
    veil.setAlpha(veil.alpha() if stacked.fine else veil.alpha() // 2)
    painter.setBrush(veil)
    for border in range(2):
        low, high = bands[:, border, 0], bands[:, border, 1]
        for run in _known(np.where(high - low > 0, low, np.nan)):
            upper, lower = scale.points(x_s[run], high[run]), scale.points(x_s[run], low[run])
            painter.drawPolygon(QPolygonF(upper + lower[::-1]))


def paint_abstained(painter: QPainter, rect: QRectF, runs: Sequence[Run], colors: Colors) -> None:
    """Slanting lines where most steps abstain; a tick along the top where some do."""
    line, veil = QColor(colors.quiet), QColor(colors.quiet)
    line.setAlpha(110)
    veil.setAlpha(18)
    painter.save()
    painter.setPen(QPen(line, 1))
    for run in runs:
        left, width = rect.left() + run.first, run.last - run.first
        if run.code == 1:
            painter.fillRect(QRectF(left, rect.top() - 4, width, 3), line)
            continue
        place = QRectF(left, rect.top(), width, rect.height())
        painter.setClipRect(place)
        painter.fillRect(place, veil)
        first = int((place.left() - place.height()) // HATCH_STEP_PX) * HATCH_STEP_PX
        for x in range(first, int(place.right()) + 1, HATCH_STEP_PX):
            foot = QPointF(x, place.bottom())
            painter.drawLine(foot, foot + QPointF(place.height(), -place.height()))
        painter.setClipping(False)
    painter.restore()


def paint_lane(painter: QPainter, rect: QRectF, runs: Sequence[Run], color: str, colors: Colors) -> None:
    """One modality: a bar where it took part, half a bar where only at times, the reason where not."""
    painter.setFont(font(SMALL_PX))
    middle, quiet = rect.center().y(), QColor(colors.quiet)
    for run in runs:
        left, width = rect.left() + run.first, float(run.last - run.first)
        fill = QColor(color)
        if run.code == NOTHING:
            continue
        if run.code >= ABSENT:
            painter.setPen(quiet)
            words = REASONS[run.code - ABSENT].value
            if painter.fontMetrics().horizontalAdvance(words) + UNIT <= width:
                painter.drawText(QRectF(left, rect.top(), width, rect.height()), Qt.AlignmentFlag.AlignCenter, words)
            else:
                painter.drawLine(QLineF(left, middle, left + width, middle))
            continue
        fill.setAlphaF(0.45 if run.code == PALE else 1.0)
        height = rect.height() / 4 if run.code == PARTLY else rect.height() / 2
        painter.fillRect(QRectF(left, middle - height / 2, width, height), fill)


def paint_led(painter: QPainter, rect: QRectF, leading: Sequence[Run], ringing: Sequence[Run], colors: Colors) -> None:
    """The modality that mattered most, by name where there is room, faint where even it mattered little; alarms."""
    painter.setFont(font(SMALL_PX))
    for run in leading:
        if run.code == UNKNOWN:
            continue
        modality = MODALITY_ORDER[run.code % HARDLY]
        place = QRectF(rect.left() + run.first, rect.top() + 3, run.last - run.first, rect.height() - 5)
        fill = QColor(MODALITY_COLORS[modality])
        fill.setAlphaF(1.0 if run.code < HARDLY else 0.25)
        painter.fillRect(place, fill)
        name = MODALITY_NAMES[modality]
        if run.code < HARDLY and painter.fontMetrics().horizontalAdvance(name) + UNIT <= place.width():
            painter.setPen(QColor("#FFFFFF"))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, name)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.bad))
    for run in ringing:
        left = rect.left() + run.first
        painter.drawRect(QRectF(left, rect.top(), max(LONE_PX, run.last - run.first), 2))
        corners = ((left - 4, 0), (left + 4, 0), (left, 6))
        painter.drawPolygon(QPolygonF([QPointF(x, rect.top() + down) for x, down in corners]))


def paint_axis(painter: QPainter, scale: TimeScale, colors: Colors) -> None:
    """Ticks at round times."""
    width_s = scale.end_s - scale.start_s
    enough_s = width_s * _TICK_PX / max(1.0, scale.rect.width())
    step_s = next((step for step in _TICKS_S if step >= enough_s), _TICKS_S[-1])
    painter.setFont(font(SMALL_PX))
    tick_s = -(-scale.start_s // step_s) * step_s
    while tick_s <= scale.end_s:
        x = scale.x(tick_s)
        painter.setPen(QPen(QColor(colors.line), 1))
        painter.drawLine(QLineF(x, scale.rect.top(), x, scale.rect.top() + 4))
        painter.setPen(QColor(colors.quiet))
        words = short_clock(tick_s)
        width = painter.fontMetrics().horizontalAdvance(words)
        left = min(x - width / 2, scale.rect.right() + UNIT - width)
        place = QRectF(left, scale.rect.top() + 3, width + 1, scale.rect.height() - 3)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)
        tick_s += step_s


def paint_name(painter: QPainter, rect: QRectF, name: str, colors: Colors) -> None:
    """The name of a lane, in the gutter."""
    painter.setFont(font(SMALL_PX))
    painter.setPen(QColor(colors.quiet))
    place = QRectF(0, rect.top(), rect.left() - UNIT, rect.height())
    painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)


def _known(values: Array) -> list[np.ndarray]:
    """Indices of each stretch without NaN."""
    known = np.flatnonzero(~np.isnan(values))
    return np.split(known, np.flatnonzero(np.diff(known) > 1) + 1) if known.size else []
