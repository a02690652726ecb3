"""Live words: strong inside the text window of the model, fading before it, in italics while they may still change.

The row of the word that is being corrected, pointed at, or at the cursor stays in its place.
"""

from __future__ import annotations

from collections.abc import Collection
from time import monotonic

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QColor, QFocusEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from app.presentation.text import WORDS_COME
from app.widgets.theme import BODY_PX, Colors, colors_of, font
from app.widgets.words_view import LINE_PX, WordsView
from core.types import TranscriptWord, Word

FADES_WITHIN_S = 12.0
"""A word that no longer counts fades within this time."""
POINTED_S = 3.0
"""Rows stand still for this long after the pointer was moved over them."""


class TranscriptView(WordsView):
    """Shows the last rows of the transcript that fit, and continues the row breaks from one call to the next."""

    action = "Click to correct it."

    def __init__(self) -> None:
        super().__init__("Live words")
        self._empty_text = WORDS_COME
        self._strong_from_s = 0.0
        self._row_starts: set[Word] = set()
        self._held: tuple[Word, int] | None = None
        self._pointed_at_s = float("-inf")
        self.setToolTip("")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(2 * LINE_PX)

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        """Five rows."""
        return QSize(288, 5 * LINE_PX)

    def show_words(self, words: list[TranscriptWord], window_start_s: float) -> None:
        """Shows `words` (oldest first); those that ended after `window_start_s` are in the text window.

        Without words, a correction that was begun is discarded.
        """
        if not words:
            self.close_editor()
            self.cursor_word = self._held = None
        elif self.edited is not None:
            words = self._with_old_ones(words)
        if monotonic() - self._pointed_at_s > POINTED_S and self.edited is None:
            self._held = None
        self._strong_from_s = window_start_s
        if words != self.words or not words:
            self.set_words(words)
        self.update()

    def _with_old_ones(self, words: list[TranscriptWord]) -> list[TranscriptWord]:
        """While one is corrected, words that became too old stay before the others."""
        there = {word.heard for word in words}
        return [*(word for word in self.words if word.heard.final and word.heard not in there), *words]

    def show_empty(self, text: str) -> None:
        """Sets the text that is shown while there are no words."""
        if text != self._empty_text:
            self._empty_text = text
            self.set_words(self.words)

    def described(self) -> str:
        """The words, or why there are none."""
        return super().described() or self._empty_text

    # --- rows ----------------------------------------------------------------------------------------------------

    def begins(self) -> Collection[int]:
        """The words that began a row before: rows do not change when the oldest words disappear."""
        return {place for place, word in enumerate(self.words) if word.heard in self._row_starts}

    def lay_out(self) -> None:
        """Breaks the words into rows, and remembers the breaks before final words."""
        super().lay_out()
        starts = (self.words[row.start].heard for row in self.rows)
        self._row_starts = {word for word in starts if word.final}

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """Forgets the breaks of another width."""
        if event.size().width() != event.oldSize().width():
            self._row_starts.clear()
        super().resizeEvent(event)

    def top_of(self, row: int) -> int:
        """The upper edge of a row: the last one is in view, unless another one has to stay in its place."""
        return (row - self._first_row()) * LINE_PX

    def _first_row(self) -> int:
        fitting = max(1, self.height() // LINE_PX)
        first = max(0, len(self.rows) - fitting)
        held = self.place_of(self._held[0]) if self._held else None
        if held is not None and self._held is not None:
            return self.row_of(held) - self._held[1]
        at = self.place_of(self.cursor_word) if self.hasFocus() else None
        return first if at is None else min(first, self.row_of(at))

    def _hold(self, place: int) -> None:
        """The row of a word stays where it is."""
        self._held = self.words[place].heard, self.row_of(place) - self._first_row()

    # --- pointing ------------------------------------------------------------------------------------------------

    def edit(self, place: int) -> None:
        """Corrects a word in its place."""
        self._hold(place)
        super().edit(place)

    def close_editor(self) -> None:
        """Goes on with the newest words."""
        self._held = None
        super().close_editor()

    def on_click(self, place: int) -> None:
        """A click corrects the word."""
        self.edit(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        """Holds the rows while the pointer moves."""
        super().mouseMoveEvent(event)
        place = self.word_at(event.position().toPoint())
        if place is not None and self.edited is None:
            self._hold(place)
            self._pointed_at_s = monotonic()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """Goes on with the newest words."""
        super().leaveEvent(event)
        if self.edited is None:
            self._held = None

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 — Qt's name
        """The cursor is forgotten, and the newest words are in view."""
        super().focusOutEvent(event)
        if self.edited is None:
            self.move_cursor(None)

    # --- drawing -------------------------------------------------------------------------------------------------

    def look(self, word: TranscriptWord, colors: Colors) -> tuple[QColor, bool]:
        """Strong while it counts, then fading."""
        heard = word.heard
        if heard.by_computer or not heard.final:
            return QColor(colors.quiet), False
        past_s = self._strong_from_s - heard.end_s
        return blend(colors.text, colors.quiet, past_s / FADES_WITHIN_S), past_s <= 0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws the words, or why there are none."""
        if self.words:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setFont(font(BODY_PX))
        painter.setPen(QColor(colors_of(self).quiet))
        painter.drawText(self.rect(), int(_TOP_WRAP), self._empty_text)


def blend(one: str, other: str, share: float) -> QColor:
    """The colour between two, at a `share` of 0 the first."""
    share = min(max(share, 0.0), 1.0)
    pairs = zip(QColor(one).getRgb()[:3], QColor(other).getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(a + (b - a) * share) for a, b in pairs))


_TOP_WRAP = 0x0020 | 0x0001 | 0x1000  # AlignTop | AlignLeft | TextWordWrap
