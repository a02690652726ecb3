"""What every plot over a session's time shares: mouse control of the visible range, and an axis of round times."""

from __future__ import annotations

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent, MouseDragEvent
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGraphicsSceneWheelEvent

from app.review.timeline.visible_range import ZOOM, VisibleRange
from app.widgets.theme import UNIT
from core.time_format import short_clock

WHEEL_NOTCH = 120.0
"""The wheel delta of one notch of a mouse wheel."""
TICK_PX = 10 * UNIT
TICKS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)


class TimeViewBox(pg.ViewBox):  # type: ignore[misc]  # pyqtgraph has no type hints
    """Wheel: zoom around the mouse; sideways wheel: pan; drag: show the stretch; double click: show all.

    `clicked` carries the time of a click, `selecting` the two ends of a stretch while it is dragged, and None after.
    """

    clicked = Signal(float)
    selecting = Signal(object)

    def __init__(self, visible: VisibleRange) -> None:
        super().__init__(enableMenu=False, enableMouse=False)
        self._visible = visible

    def wheelEvent(self, event: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:  # noqa: N802 — Qt's name, pyqtgraph's argument
        """Zooms or pans."""
        notches = event.delta() / WHEEL_NOTCH
        if event.orientation() is Qt.Orientation.Horizontal:
            self._visible.pan(-notches * self._visible.width_s / 10)
        else:
            self._visible.zoom(ZOOM**notches, self.mapToView(event.pos()).x())
        event.accept()

    def mouseDragEvent(self, event: MouseDragEvent, axis: int | None = None) -> None:  # noqa: N802 — pyqtgraph's names
        """Selects a stretch, and shows it when the button is released."""
        if event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        event.accept()
        start_s, end_s = sorted(self.mapToView(point).x() for point in (event.buttonDownPos(), event.pos()))
        if event.isFinish():
            self.selecting.emit(None)
            self._visible.show(start_s, end_s)
        else:
            self.selecting.emit((start_s, end_s))

    def mouseClickEvent(self, event: MouseClickEvent) -> None:  # noqa: N802 — pyqtgraph's name
        """Reports the time, or shows the whole session."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        event.accept()
        if event.double():
            self._visible.fit()
        else:
            self.clicked.emit(self.mapToView(event.pos()).x())


class TimeAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no type hints
    """Ticks at round times, as clock times of the session."""

    def __init__(self) -> None:
        super().__init__("bottom")

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:  # noqa: N802 — pyqtgraph's names
        """One level of ticks, at least `TICK_PX` apart."""
        enough_s = (maxVal - minVal) * TICK_PX / max(1.0, size)
        return [(next((step_s for step_s in TICKS_S if step_s >= enough_s), TICKS_S[-1]), 0.0)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802 — pyqtgraph's name
        """12:41 or 1:02:05."""
        return [short_clock(value) for value in values]
