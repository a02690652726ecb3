"""The attention between the modalities, as a triangle of arrows.

An arrow leads from the modality that is attended to, whose colour it has, to the one that attends; its width is the
share. The ring around a modality is the share that comes from itself.
"""

from __future__ import annotations

from itertools import permutations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF, QResizeEvent

from app.explain.data import AttentionSummary
from app.explain.text import node_line, pair_line
from app.explain.tip_canvas import Tip, TipCanvas
from app.widgets.theme import SMALL_PX, UNIT, Colors, colors_of, font
from core.appearance import MODALITY_COLORS, MODALITY_NAMES, MODALITY_ORDER
from core.types import MODALITIES, Modality

DISC_PX = 27.0
RING_PX = 5.0
GAP_PX = 4.0
"""Between a ring and the ends of the arrows."""
APART_PX = 9.0
"""Distance of each of the two arrows of a pair from the line between their discs."""
THICK_PX = 30.0
"""Width of an arrow per share: one that carries a tenth is a tenth as wide. At most `THICKEST_PX`."""
THICKEST_PX = 13.0
WORDS_PX = 18.0
WHITE = "#FFFFFF"


class AttentionMap(TipCanvas):
    """Shows an `AttentionSummary`."""

    def __init__(self) -> None:
        super().__init__("What each takes from the others: arrows between picture, voice and words", 170, 170)
        self._shown: AttentionSummary | None = None

    def show_attention(self, shown: AttentionSummary | None) -> None:
        """Draws the arrows; None draws the modalities only."""
        self._shown = shown
        self._place_tips()
        if shown is not None:
            lines = (pair_line(shown, *pair) for pair in permutations(MODALITY_ORDER, 2))
            self.setAccessibleDescription(" ".join(lines))
        self.update()

    def places(self) -> dict[Modality, QPointF]:
        """Centres of the three discs, in pixels."""
        edge = DISC_PX + RING_PX + 2
        middle, room = self.width() / 2, self.height() - 2 * edge - WORDS_PX
        reach = min(middle - edge, 0.75 * room)
        drop = min(room, 1.6 * reach)
        top = edge + (room - drop) / 2
        spots = (QPointF(middle, top), QPointF(middle - reach, top + drop), QPointF(middle + reach, top + drop))
        return dict(zip(MODALITY_ORDER, spots, strict=True))

    def _place_tips(self) -> None:
        if self._shown is None:
            self.set_tips(())
            return
        places = self.places()
        tips: list[Tip] = []
        for modality, place in places.items():
            disc = QPainterPath()
            disc.addEllipse(place, DISC_PX + RING_PX, DISC_PX + RING_PX)
            tips.append((disc, node_line(self._shown, modality)))
        for to, source in permutations(MODALITY_ORDER, 2):
            path = QPainterPath()
            path.addPolygon(arrow(places[source], places[to], THICKEST_PX))
            tips.append((path, pair_line(self._shown, to, source)))
        self.set_tips(tips)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """Moves the tooltips with the discs."""
        super().resizeEvent(event)
        self._place_tips()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws arrows, then discs."""
        painter, colors, places = QPainter(self), colors_of(self), self.places()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for to, source in permutations(MODALITY_ORDER, 2):
            share = self._share(to, source)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(MODALITY_COLORS[source] if share > 0 else colors.line))
            painter.drawPolygon(arrow(places[source], places[to], min(THICKEST_PX, max(1.0, THICK_PX * share))))
        for modality, place in places.items():
            self._paint_disc(painter, modality, place, colors)

    def _share(self, to: Modality, source: Modality) -> float:
        if self._shown is None:
            return 0.0
        return float(self._shown.shares[MODALITIES.index(to), MODALITIES.index(source)])

    def _paint_disc(self, painter: QPainter, modality: Modality, place: QPointF, colors: Colors) -> None:
        away = self._shown.absence[modality] if self._shown else ""
        there = self._shown is not None and not away
        ring = DISC_PX + RING_PX / 2
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colors.line), RING_PX))
        painter.drawEllipse(place, ring, ring)
        if there:
            pen = QPen(QColor(MODALITY_COLORS[modality]), RING_PX)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            around = QRectF(place.x() - ring, place.y() - ring, 2 * ring, 2 * ring)
            painter.drawArc(around, 90 * 16, -round(360 * 16 * self._share(modality, modality)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(MODALITY_COLORS[modality] if there else colors.raised))
        painter.drawEllipse(place, DISC_PX - 2, DISC_PX - 2)
        painter.setFont(font(SMALL_PX, bold=there))
        painter.setPen(QColor(WHITE if there else colors.quiet))
        box = QRectF(place.x() - 60, place.y() - 10, 120, 20)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, MODALITY_NAMES[modality])
        if away:
            self._paint_reason(painter, modality, place, away)

    def _paint_reason(self, painter: QPainter, modality: Modality, place: QPointF, away: str) -> None:
        painter.setFont(font(SMALL_PX))
        if modality == MODALITY_ORDER[0]:  # beside the disc at the top, below the other two
            left = place.x() + DISC_PX + RING_PX + UNIT
            box = QRectF(left, place.y() - 20, self.width() - left, 40)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(box, flags, away)
            return
        width = painter.fontMetrics().horizontalAdvance(away) + 2.0
        left = min(max(place.x() - width / 2, 0.0), self.width() - width)
        box = QRectF(left, place.y() + DISC_PX + RING_PX + 1, width, WORDS_PX)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, away)


def arrow(start: QPointF, end: QPointF, width: float) -> QPolygonF:
    """An arrow between two discs, to the left of the line between them as seen from `start`."""
    way = end - start
    length = (way.x() ** 2 + way.y() ** 2) ** 0.5
    if length == 0:
        return QPolygonF()
    along = way / length
    across = QPointF(along.y(), -along.x())
    room = DISC_PX + RING_PX + GAP_PX
    tail, tip = start + along * room + across * APART_PX, end - along * room + across * APART_PX
    head = 7.0 + 0.6 * width
    neck = tip - along * head
    half, wing = across * (width / 2), across * (width / 2 + 3.5)
    return QPolygonF([tail + half, neck + half, neck + wing, tip, neck - wing, neck - half, tail - half])
