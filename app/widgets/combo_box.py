"""A drop-down list with an arrow in the theme's colour, which leaves the mouse wheel to the page."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox

from app.widgets.icons import icon
from app.widgets.theme import UNIT, colors_of

ARROW_PX = 2 * UNIT


class ComboBox(QComboBox):
    """A combo box that fits the theme and does not react to the mouse wheel."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws the box, then the arrow."""
        super().paintEvent(event)
        left, top = self.width() - ARROW_PX - UNIT, (self.height() - ARROW_PX) // 2
        icon("down", colors_of(self).quiet).paint(QPainter(self), left, top, ARROW_PX, ARROW_PX)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 — Qt's name
        """Ignores the wheel: scrolling a page must not change a setting under the mouse."""
        event.ignore()
