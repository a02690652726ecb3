"""Pictures painted by hand whose parts explain themselves: hovering over a part shows its sentence."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF
from PySide6.QtGui import QHelpEvent, QPainterPath
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

Tip = tuple[QPainterPath, str]


class TipCanvas(QWidget):
    """Its children paint; they set the tips anew whenever what they show changes place or meaning."""

    def __init__(self, name: str, least_width_px: int, least_height_px: int) -> None:
        super().__init__()
        self._tips: Sequence[Tip] = ()
        self.setAccessibleName(name)
        self.setMinimumSize(least_width_px, least_height_px)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_tips(self, tips: Sequence[Tip]) -> None:
        """The first one whose place contains the mouse is shown."""
        self._tips = tips

    def tip_at(self, place: QPointF) -> str:
        """The sentence for a place; empty where there is nothing to say."""
        return next((text for path, text in self._tips if path.contains(place)), "")

    def event(self, event: QEvent) -> bool:
        """Tooltips depend on the place."""
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
    """A rectangle as a tip's place."""
    path = QPainterPath()
    path.addRect(rect)
    return path
