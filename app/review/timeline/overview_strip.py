"""The whole session in a strip: which state led when, and the part that the timeline shows."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.review.timeline.columns import TimelineColumns, curves
from app.review.timeline.paint import TimeScale
from app.review.timeline.visible_range import VisibleRange
from app.widgets.plot import GUTTER_PX
from app.widgets.theme import UNIT, colors_of
from core.appearance import STATE_LOOKS
from core.types import STATES

HEIGHT_PX = 3.5 * UNIT
GRIP_PX = 6.0
COLUMN_PX = 3


class OverviewStrip(QWidget):
    """Draws a track's leading states; moves the visible span."""

    def __init__(self, span: VisibleRange) -> None:
        super().__init__()
        self._span = span
        self._track: TimelineColumns | None = None
        self._painted: QPixmap | None = None
        self._grip = ""
        self._grip_s = 0.0
        self.setFixedHeight(int(HEIGHT_PX))
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("The whole session, and the part that is shown")
        self.setToolTip("The whole session. Drag the frame along, or its edges; click to go there.")
        span.changed.connect(self.update)
        span.moved.connect(self.update)

    def show_track(self, track: TimelineColumns | None) -> None:
        """Draw this."""
        self._track, self._painted = track, None
        self.update()

    def _scale(self) -> TimeScale:
        rect = QRectF(GUTTER_PX, 1, max(1.0, self.width() - GUTTER_PX - UNIT), self.height() - 2)
        return TimeScale(rect, 0.0, self._span.total_s)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """The strip, a veil over what is not shown, the frame, the cursor."""
        if self._track is None:
            return
        if self._painted is None:
            self._painted = self._paint(self._track)
        scale, colors = self._scale(), colors_of(self)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._painted)
        veil = QColor(colors.panel)
        veil.setAlpha(170)
        left, right = scale.x(self._span.start_s), scale.x(self._span.end_s)
        painter.fillRect(QRectF(scale.rect.left(), 0, left - scale.rect.left(), self.height()), veil)
        painter.fillRect(QRectF(right, 0, scale.rect.right() - right, self.height()), veil)
        painter.setPen(QPen(QColor(colors.accent), 2))
        painter.drawRoundedRect(QRectF(left, 1, max(2.0, right - left), self.height() - 2), 3, 3)
        if self._span.at_s is not None:
            painter.setPen(QPen(QColor(colors.text), 1))
            x = scale.x(self._span.at_s)
            painter.drawLine(QLineF(x, 0, x, self.height()))

    def _paint(self, track: TimelineColumns) -> QPixmap:
        ratio, colors, scale = self.devicePixelRatioF(), colors_of(self), self._scale()
        result = QPixmap(self.size() * ratio)
        result.setDevicePixelRatio(ratio)
        result.fill(QColor(colors.panel))
        painter = QPainter(result)
        painter.fillRect(scale.rect.adjusted(0, 3, 0, -3), QColor(colors.raised))
        count = max(1, int(scale.rect.width()) // COLUMN_PX)
        means = curves(track, 0.0, self._span.total_s, count)
        wide = scale.rect.width() * track.hop_s / self._span.total_s
        for x_s, row in zip(means.x_s.tolist(), means.middle, strict=True):
            if not np.isnan(row[0]):
                leading = int(row.argmax())
                height = float(row[leading]) * (scale.rect.height() - 6)
                bar = QRectF(scale.x(x_s), scale.rect.bottom() - 3 - height, max(COLUMN_PX, wide), height)
                painter.fillRect(bar, QColor(STATE_LOOKS[STATES[leading]].color))
        painter.end()
        return result

    # --- the mouse ---------------------------------------------------------------------------------------------

    def _grip_at(self, x: float) -> str:
        scale = self._scale()
        left, right = scale.x(self._span.start_s), scale.x(self._span.end_s)
        if right - left > 3 * GRIP_PX:
            if abs(x - left) < GRIP_PX:
                return "start"
            if abs(x - right) < GRIP_PX:
                return "end"
        return "frame"

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        """Take the frame or an edge of it; elsewhere the frame comes to the mouse."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        at_s = self._scale().seconds(x)
        self._grip = self._grip_at(x)
        if self._grip == "frame" and not self._span.start_s <= at_s <= self._span.end_s:
            self._span.pan(at_s - (self._span.start_s + self._span.end_s) / 2)
        self._grip_s = at_s - self._span.start_s

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        """Move what was taken."""
        x = event.position().x()
        at_s = self._scale().seconds(x)
        if self._grip == "frame":
            self._span.pan(at_s - self._grip_s - self._span.start_s)
        elif self._grip:
            other = self._span.end_s if self._grip == "start" else self._span.start_s
            self._span.show(*sorted((at_s, other)))
        else:
            edge = self._grip_at(x) != "frame"
            self.setCursor(Qt.CursorShape.SizeHorCursor if edge else Qt.CursorShape.OpenHandCursor)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        """Let go."""
        self._grip = ""

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """Paint anew."""
        self._painted = None
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """Follow the theme."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._painted = None
            self.update()
        super().changeEvent(event)
