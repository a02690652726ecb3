"""The inline editor of one word: Enter corrects it, Escape leaves it as it is."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.presentation.word_text import NOT_SAID
from app.widgets.style_sheet import set_kind
from core.types import TranscriptWord

HEIGHT_PX = 26
NARROWEST_PX, BEYOND_PX, INSIDE_PX = 112, 32, 6
LONGEST = 200
"""Characters of a correction."""


class WordEditor(QLineEdit):
    """Lies over the word. `corrected` carries the text, stripped: empty where the word was not said."""

    corrected = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        set_kind(self, "inline")
        self.setAccessibleName("Correct this word")
        self.setToolTip("Enter corrects the word, Escape leaves it. Empty: this was not said.")
        self.setPlaceholderText(NOT_SAID)
        self.setMaxLength(LONGEST)
        self.returnPressed.connect(self._finish)
        self.textChanged.connect(self._fit)
        self._place, self._within = QRectF(), QRect()
        self.hide()

    def open_over(self, word: TranscriptWord, place: QRectF, within: QRect) -> None:
        """Shows the text of a word at its place, moved where it would not fit `within` the view."""
        self._place, self._within = place, within
        self.setText(word.text)
        self._fit()
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fit(self) -> None:
        """As wide as the text, at most as the view."""
        place, within = self._place, self._within
        text_px = self.fontMetrics().horizontalAdvance(self.text())
        width = min(max(NARROWEST_PX, int(place.width()) + BEYOND_PX, text_px + BEYOND_PX), within.width())
        left = min(int(place.left()) - INSIDE_PX, within.right() - width + 1)
        top = min(int(place.center().y()) - HEIGHT_PX // 2, within.bottom() - HEIGHT_PX + 1)
        self.setGeometry(max(left, within.left()), max(top, within.top()), width, HEIGHT_PX)

    def _finish(self) -> None:
        self.corrected.emit(" ".join(self.text().split()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        """Escape leaves the word as it is."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 — Qt's name
        """So does another control that takes the focus; another window and the menu of the editor do not."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self.left.emit()
