"""Live words: bright inside the text window of the model, grey before it, in italics while they may still change."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.presentation.text import WORDS_COME
from app.widgets.theme import BODY_PX, UNIT, colors_of, font
from core.types import Word

LINE_PX = 22
Placed = tuple[float, Word]


def wrap(words: list[Word], widths: list[float], space: float, limit: float) -> list[list[Placed]]:
    """Words broken into lines no wider than `limit`, each with its left edge; `widths` in the same unit."""
    lines: list[list[Placed]] = [[]]
    left = 0.0
    for word, width in zip(words, widths, strict=True):
        if left and left + width > limit:
            lines.append([])
            left = 0.0
        lines[-1].append((left, word))
        left += width + space
    return lines


class TranscriptView(QWidget):
    """Shows the last lines of the transcript that fit."""

    def __init__(self) -> None:
        super().__init__()
        self._words: list[Word] = []
        self._window_start_s = 0.0
        self._empty_text = WORDS_COME
        self.setAccessibleName("Live words")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(2 * LINE_PX)

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """Five lines."""
        return QSize(288, 5 * LINE_PX)

    def show_words(self, words: list[Word], window_start_s: float) -> None:
        """Shows `words` (oldest first); those that ended after `window_start_s` are in the text window."""
        before = [word.end_s >= self._window_start_s for word in self._words]
        if words == self._words and before == [word.end_s >= window_start_s for word in words]:
            return
        self._words, self._window_start_s = words, window_start_s
        self._describe()
        self.update()

    def show_empty(self, text: str) -> None:
        """Sets the text that is shown while there are no words."""
        if text != self._empty_text:
            self._empty_text = text
            self._describe()
            self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(" ".join(word.text for word in self._words) or self._empty_text)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws the last lines, newest last."""
        colors = colors_of(self)
        painter = QPainter(self)
        if not self._words:
            painter.setFont(font(BODY_PX))
            painter.setPen(QColor(colors.quiet))
            painter.drawText(self.rect(), int(_TOP_WRAP), self._empty_text)
            return
        upright, slanted = font(BODY_PX), font(BODY_PX, italic=True)
        metrics = QFontMetricsF(upright)
        widths = [metrics.horizontalAdvance(word.text) for word in self._words]
        lines = wrap(self._words, widths, metrics.horizontalAdvance(" "), self.width())
        fitting = max(1, self.height() // LINE_PX)
        for row, line in enumerate(lines[-fitting:]):
            baseline = row * LINE_PX + metrics.ascent() + UNIT / 4
            for left, word in line:
                bright = word.final and word.end_s >= self._window_start_s
                painter.setFont(upright if word.final else slanted)
                painter.setPen(QColor(colors.text if bright else colors.quiet))
                painter.drawText(QPointF(left, baseline), word.text)


_TOP_WRAP = 0x0020 | 0x0001 | 0x1000  # AlignTop | AlignLeft | TextWordWrap
