"""Words as text in which each can be pointed at and corrected, by mouse and by key.

Marks, never by colour alone: struck through, what the computer played; dotted underline, doubtful; underline, corrected
by hand; italics, may still change. Children decide where rows lie and what a click means.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from app.presentation.word_text import explanation, is_doubtful, may_be_corrected, shown, spoken
from app.widgets.theme import BODY_PX, UNIT, Colors, colors_of, font
from app.widgets.word_editor import WordEditor
from core.types import TranscriptWord, Word

LINE_PX = 24
STROKE_PX = 0.6
"""Strong type is drawn twice, this far apart. It is as wide as plain type, so that no word moves when it changes."""
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ROW_KEYS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_OPENING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)


@dataclass(frozen=True, slots=True)
class WordPlace:
    """Row, left edge and width of a word, in pixels from the left edge of the text."""

    row: int
    left: float
    width: float


def break_rows(widths: Sequence[float], space: float, limit: float, begins: Collection[int]) -> list[range]:
    """Rows no wider than `limit` (unless one word is), as ranges of places; those in `begins` begin a row."""
    rows, start, left = [], 0, 0.0
    for place, width in enumerate(widths):
        if place > start and (left + width > limit or place in begins):
            rows.append(range(start, place))
            start, left = place, 0.0
        left += width + space
    return [*rows, range(start, len(widths))] if widths else []


class WordsView(QWidget):
    """`corrected` carries a `Word` and its text by hand."""

    corrected = Signal(object, str)
    action = ""
    """The sentence that says how to correct a word."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.words: list[TranscriptWord] = []
        self.rows: list[range] = []
        self.edited: TranscriptWord | None = None
        self.cursor_word: Word | None = None
        self._places: list[WordPlace] = []
        self._place_of: dict[Word, int] = {}
        self._widths: dict[str, float] = {}
        self._hovered: int | None = None
        self.editor = WordEditor(self)
        self.editor.corrected.connect(self._on_corrected)
        self.editor.left.connect(self.close_editor)

    # --- for children ------------------------------------------------------------------------------------------

    def begins(self) -> Collection[int]:
        """Places of the words that begin a row."""
        return ()

    def top_of(self, row: int) -> int:
        """The upper edge of a row in the view."""
        return row * LINE_PX

    def left_px(self) -> int:
        """Width of what stands left of the text."""
        return 0

    def look(self, word: TranscriptWord, colors: Colors) -> tuple[QColor, bool]:
        """Colour of a word, and whether it is in strong type."""
        return QColor(colors.text), False

    def on_click(self, place: int) -> None:
        """A word was clicked."""

    def on_cursor(self) -> None:
        """The cursor is at another word, or at none."""

    def set_words(self, words: list[TranscriptWord]) -> None:
        """Shows these words, in the order of time."""
        self.words = words
        self._place_of = {word.heard: place for place, word in enumerate(words)}
        self._hovered = None if self._hovered is None or self._hovered >= len(words) else self._hovered
        self.lay_out()
        self._describe()

    def lay_out(self) -> None:
        """Breaks the words into rows."""
        metrics = QFontMetricsF(font(BODY_PX))
        space = metrics.horizontalAdvance(" ")
        limit = max(self.width() - self.left_px(), 1)
        widths = [min(self._width(shown(word)), limit) for word in self.words]
        self.rows = break_rows(widths, space, limit, self.begins())
        self._places = []
        for number, row in enumerate(self.rows):
            left = float(self.left_px())
            for place in row:
                self._places.append(WordPlace(number, left, widths[place]))
                left += widths[place] + space
        self.update()

    def _width(self, text: str) -> float:
        """The width of a text in the wider of upright and italics: no word moves when it becomes final."""
        if text not in self._widths:
            types = (QFontMetricsF(font(BODY_PX, italic=slanted)) for slanted in (False, True))
            self._widths[text] = max(metrics.horizontalAdvance(text) for metrics in types)
        return self._widths[text]

    # --- places ------------------------------------------------------------------------------------------------

    def place_of(self, word: Word | None) -> int | None:
        """Where a word stands among all."""
        return None if word is None else self._place_of.get(word)

    def row_of(self, place: int) -> int:
        """The row of a word."""
        return self._places[place].row

    def rect_of(self, place: int) -> QRectF:
        """Where a word is drawn."""
        at = self._places[place]
        return QRectF(at.left, self.top_of(at.row), at.width, LINE_PX)

    def word_at(self, point: QPoint) -> int | None:
        """The word under a point of the view."""
        if not self.rows:
            return None
        row = (point.y() - self.top_of(0)) // LINE_PX
        if not 0 <= row < len(self.rows):
            return None
        return next((place for place in self.rows[row] if self.rect_of(place).contains(QPointF(point))), None)

    # --- correcting --------------------------------------------------------------------------------------------

    def edit(self, place: int) -> None:
        """Opens the editor over a word that may be corrected."""
        word = self.words[place]
        if may_be_corrected(word.heard):
            self.edited = word
            self.editor.open_over(word, self.rect_of(place), self.rect())

    def close_editor(self) -> None:
        """Leaves the word as it is."""
        if self.edited is not None:
            self.edited = None
            had_focus = self.editor.hasFocus()
            self.editor.hide()
            if had_focus:
                self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.lay_out()

    def _on_corrected(self, text: str) -> None:
        word = self.edited
        self.close_editor()
        if word is not None and text != word.text:
            self.corrected.emit(word.heard, text)

    # --- the cursor of the keyboard ------------------------------------------------------------------------------

    def move_cursor(self, place: int | None) -> None:
        """Puts the cursor at a word."""
        self.cursor_word = None if place is None else self.words[place].heard
        self._describe()
        self.on_cursor()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        """Arrows move the cursor, Enter and F2 correct its word."""
        key, at = Qt.Key(event.key()), self.place_of(self.cursor_word)
        last = len(self.words) - 1
        if last >= 0 and (key in _KEYS or key in _ROW_KEYS):
            self.move_cursor(last if at is None else self._next(at, key))
        elif last >= 0 and key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.move_cursor(0 if key == Qt.Key.Key_Home else last)
        elif key in _OPENING and at is not None:
            self.edit(at)
        else:
            super().keyPressEvent(event)

    def _next(self, at: int, key: Qt.Key) -> int:
        if key in _KEYS:
            return min(max(at + _KEYS[key], 0), len(self.words) - 1)
        row = min(max(self.row_of(at) + _ROW_KEYS[key], 0), len(self.rows) - 1)
        middle = self.rect_of(at).center().x()
        return min(self.rows[row], key=lambda place: abs(self.rect_of(place).center().x() - middle))

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 — Qt's name
        """Hides the frame around the word of the cursor."""
        super().focusOutEvent(event)
        self.update()

    def _describe(self) -> None:
        at = self.place_of(self.cursor_word)
        if at is not None:
            self.setAccessibleDescription(f"{spoken(self.words[at])}. {explanation(self.words[at], self.action)}")
        else:
            self.setAccessibleDescription(self.described())

    def described(self) -> str:
        """The text for a screen reader, while the cursor is at no word."""
        return " ".join(map(spoken, self.words))

    # --- the mouse -----------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        """Marks the word under the pointer."""
        place = self.word_at(event.position().toPoint())
        if place != self._hovered:
            self._hovered = place
            can = place is not None and may_be_corrected(self.words[place].heard)
            self.setCursor(Qt.CursorShape.PointingHandCursor if can else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """No word is pointed at."""
        super().leaveEvent(event)
        self._hovered = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        """A click."""
        place = self.word_at(event.position().toPoint())
        if place is not None and event.button() is Qt.MouseButton.LeftButton:
            self.on_click(place)

    def event(self, event: QEvent) -> bool:
        """Says of the word under the pointer why it is marked."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            place = self.word_at(event.pos())
            text = self._hint(place) if place is not None else ""
            if place is not None and text:
                QToolTip.showText(event.globalPos(), text, self, self.rect_of(place).toRect())
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def _hint(self, place: int) -> str:
        """Why a word is marked, behind its text where that does not fit into a row."""
        word = self.words[place]
        cut = self._width(shown(word)) > self._places[place].width
        return " ".join(filter(None, (f"“{shown(word)}”." if cut else "", explanation(word, self.action))))

    # --- drawing -------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        """Breaks the rows anew."""
        super().resizeEvent(event)
        self.lay_out()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        """Measures the words anew in another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._widths.clear()
            self.lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        """Draws the rows that are in view."""
        colors, painter = colors_of(self), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first = max(0, (event.rect().top() - self.top_of(0)) // LINE_PX)
        for row in range(first, len(self.rows)):
            if self.top_of(row) > event.rect().bottom():
                break
            self.paint_beside(painter, row, colors)
            for place in self.rows[row]:
                self._paint_word(painter, place, colors)

    def paint_beside(self, painter: QPainter, row: int, colors: Colors) -> None:
        """Draws what stands left of a row."""

    def _paint_word(self, painter: QPainter, place: int, colors: Colors) -> None:
        word, at = self.words[place], self.rect_of(place)
        color, strong = self.look(word, colors)
        if word.heard == self.cursor_word or place == self._hovered:
            self._paint_ground(painter, at, colors, word.heard == self.cursor_word and self.hasFocus())
        used = font(BODY_PX, italic=not word.heard.final)
        used.setStrikeOut(word.heard.by_computer)
        painter.setFont(used)
        painter.setPen(color)
        metrics = QFontMetricsF(used)
        baseline = at.top() + (LINE_PX + metrics.capHeight()) / 2
        text = metrics.elidedText(shown(word), Qt.TextElideMode.ElideRight, at.width() + 0.5)
        for left in (at.left(), at.left() + STROKE_PX) if strong else (at.left(),):
            painter.drawText(QPointF(left, baseline), text)
        if is_doubtful(word):
            _underline(painter, QPen(QColor(colors.warn), 2.0, Qt.PenStyle.DotLine), at, baseline)
        elif word.by_hand is not None:
            _underline(painter, QPen(QColor(colors.accent), 1.5), at, baseline)

    def _paint_ground(self, painter: QPainter, at: QRectF, colors: Colors, framed: bool) -> None:
        painter.setBrush(QColor(colors.raised))
        painter.setPen(QPen(QColor(colors.accent), 2) if framed else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(at.adjusted(-3, 1, 3, -1), UNIT / 2, UNIT / 2)


def _underline(painter: QPainter, pen: QPen, at: QRectF, baseline: float) -> None:
    painter.setPen(pen)
    painter.drawLine(QPointF(at.left(), baseline + 4), QPointF(at.right(), baseline + 4))
