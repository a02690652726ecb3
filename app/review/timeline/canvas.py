"""A session's timeline as one picture: curves, weights, lanes and marks over one axis, with one cursor.

The picture is painted once for a range; hovering paints the cursor alone. Wheel: zoom; drag: see that stretch only.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.review.timeline.columns import TimelineColumns, nearest
from app.review.timeline.influence import words as mattered
from app.review.timeline.paint import TimeScale
from app.review.timeline.picture import Sheet, TimelinePicture, rows
from app.review.timeline.visible_range import ZOOM, VisibleRange
from app.widgets.theme import UNIT, colors_of

DRAG_PX = 6
NOTCH = 120.0
"""What one notch of a mouse wheel counts."""


class TimelineCanvas(QWidget):
    """Draws a `TimelinePicture` over the visible span. `hovered` carries seconds, or None when the mouse leaves."""

    hovered = Signal(object)
    clicked = Signal(float)

    def __init__(self, span: VisibleRange) -> None:
        super().__init__()
        self._span = span
        self._picture: TimelinePicture | None = None
        self._other: TimelineColumns | None = None
        self._painted: QPixmap | None = None
        self._focused = False
        self._pressed_x: float | None = None
        self._dragged_x: float | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(33 * UNIT)
        self.setCursor(Qt.CursorShape.CrossCursor)
        span.changed.connect(self._repaint)
        span.moved.connect(self.update)

    def show_picture(self, picture: TimelinePicture | None) -> None:
        """Draw this."""
        self._picture = picture
        self._repaint()

    def show_other(self, track: TimelineColumns | None) -> None:
        """A second set of lines, thin: what another checkpoint makes of the same session."""
        self._other = track
        self._repaint()

    def show_focus(self, focused: bool) -> None:
        """Whether keys go to the timeline."""
        self._focused = focused
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """Room for all rows."""
        return QSize(600, 45 * UNIT)

    def _repaint(self) -> None:
        self._painted = None
        self.update()

    def _sheet(self, picture: TimelinePicture) -> Sheet:
        return Sheet(picture, self._other, self._rows(), self._span.start_s, self._span.end_s)

    def _rows(self) -> dict[str, QRectF]:
        led = self._picture is not None and self._picture.led is not None
        return rows(QSizeF(self.size()), led)

    # --- painting ----------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """The picture, the stretch that is being dragged, the cursor."""
        if self._picture is None:
            return
        sheet, colors = self._sheet(self._picture), colors_of(self)
        if self._painted is None:
            self._painted = self._paint(sheet)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._painted)
        top, bottom = sheet.places["curves"].top(), sheet.places["axis"].top()
        if self._pressed_x is not None and self._dragged_x is not None:
            veil = QColor(colors.accent)
            veil.setAlpha(50)
            painter.fillRect(QRectF(QPointF(self._pressed_x, top), QPointF(self._dragged_x, bottom)).normalized(), veil)
        if self._focused:
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.drawRoundedRect(sheet.places["curves"].united(sheet.places["axis"]).adjusted(-4, -5, 4, -2), 4, 4)
        if self._span.at_s is not None and self._span.start_s <= self._span.at_s <= self._span.end_s:
            x = sheet.scale("curves").x(self._span.at_s)
            painter.setPen(QPen(QColor(colors.text), 1))
            painter.drawLine(QLineF(x, top, x, bottom + 4))

    def _paint(self, sheet: Sheet) -> QPixmap:
        ratio, colors = self.devicePixelRatioF(), colors_of(self)
        result = QPixmap(self.size() * ratio)
        result.setDevicePixelRatio(ratio)
        result.fill(QColor(colors.panel))
        painter = QPainter(result)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sheet.paint(painter, colors)
        painter.end()
        return result

    # --- the mouse ---------------------------------------------------------------------------------------------

    def _seconds(self, x: float) -> float:
        place = self._rows()["curves"]
        return TimeScale(place, self._span.start_s, self._span.end_s).seconds(x)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        """A click or a drag begins."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed_x, self._dragged_x = event.position().x(), None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        """Scrub, or stretch what is to be seen."""
        x = event.position().x()
        if self._pressed_x is not None and (self._dragged_x is not None or abs(x - self._pressed_x) > DRAG_PX):
            self._dragged_x = x
            self.update()
        self.hovered.emit(self._seconds(x))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        """A click pins the cursor, a drag zooms."""
        if event.button() is not Qt.MouseButton.LeftButton or self._pressed_x is None:
            return
        start, end = self._pressed_x, self._dragged_x
        self._pressed_x = self._dragged_x = None
        if end is None:
            self.clicked.emit(self._seconds(start))
        else:
            self._span.show(*sorted((self._seconds(start), self._seconds(end))))

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        """All of it again."""
        self._span.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 — Qt's name
        """Down the wheel zooms around the mouse, across it moves along."""
        turn = event.angleDelta()
        if abs(turn.x()) > abs(turn.y()):
            self._span.pan(-turn.x() / NOTCH * self._span.width_s / 10)
        else:
            self._span.zoom(ZOOM ** (turn.y() / NOTCH), self._seconds(event.position().x()))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Over the row of what mattered, say it in words."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def tip_at(self, point: QPointF) -> str:
        """What a tooltip says at a place; empty where there is none."""
        if self._picture is None or self._picture.led is None or not self._rows()["led by"].contains(point):
            return ""
        index = nearest(self._picture.track, self._seconds(point.x()))
        return "" if index is None else mattered(self._picture.led, index)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """The cursor goes back to where it was pinned."""
        self.hovered.emit(None)
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """Paint anew."""
        self._painted = None
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """Follow the theme."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._repaint()
        super().changeEvent(event)
