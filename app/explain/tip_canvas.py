"""Base of the painted diagrams of the Explain page: hovering over a part shows its sentence."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF
from PySide6.QtGui import QHelpEvent, QPainterPath
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

Tip = tuple[QPainterPath, str]


class TipCanvas(QWidget):
    """Subclasses paint, and set the tips again whenever what they show changes place or meaning."""

    def __init__(self, name: str, least_width_px: int, least_height_px: int) -> None:
        super().__init__()
        self._tips: Sequence[Tip] = ()
        self.setAccessibleName(name)
        self.setMinimumSize(least_width_px, least_height_px)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_tips(self, tips: Sequence[Tip]) -> None:
        """The first tip whose area contains the mouse is shown."""
        self._tips = tips

    def tip_at(self, place: QPointF) -> str:
        """The sentence for a place in pixels; empty where there is none."""
        return next((text for path, text in self._tips if path.contains(place)), "")

    def event(self, event: QEvent) -> bool:
        """Shows the tooltip of the part under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.tip_at(QPointF(event.pos()))
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
                event.ignore()
            return True
        return super().event(event)


def area(rect: QRectF) -> QPainterPath:
    """A rectangle as the area of a tip."""
    path = QPainterPath()
    path.addRect(rect)
    return path
