"""The transcript of a stored session: each word can be shown in the timeline, and corrected or taken back."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from app.presentation.word_text import explanation, shown
from app.review.panes import Pane, button, wrapped
from app.widgets.elided_line import ElidedLine
from app.widgets.style_sheet import set_kind
from app.widgets.theme import SMALL_PX, UNIT, Colors, font
from app.widgets.words_view import LINE_PX, WordsView
from core.store.stored_session import StoredSession
from core.time_format import short_clock
from core.types import TranscriptWord

PAUSE_S = 2.0
"""A pause of this length begins a paragraph, with its time beside it."""
TIME_PX = 7 * UNIT
LONGEST = 40
"""Characters of a word in the line about it: what was heard stands behind it."""
HINT = "Click a word to choose it. A double click or Enter corrects it."
NO_WORDS = "No words are stored for this session. Switch on “words” under Storing in Settings, before the next one."


class TranscriptSheet(WordsView):
    """All words, with times at the left. `pointed` is emitted when another word is chosen."""

    pointed = Signal()
    action = "Double-click to correct it."

    def __init__(self) -> None:
        super().__init__("Transcript of the session")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._paragraphs: set[int] = set()

    def show_words(self, words: list[TranscriptWord]) -> None:
        """Shows the words of a session; a word that was chosen stays so where it is still there."""
        pauses_s = (later.heard.start_s - word.heard.end_s for word, later in pairwise(words))
        self._paragraphs = {place for place, pause_s in enumerate(pauses_s, 1) if pause_s >= PAUSE_S}
        self.set_words(words)
        self.move_cursor(self.place_of(self.cursor_word))

    @property
    def chosen(self) -> TranscriptWord | None:
        """The word at the cursor."""
        at = self.place_of(self.cursor_word)
        return None if at is None else self.words[at]

    def described(self) -> str:
        """How many words there are: the cursor reads them."""
        return f"{len(self.words)} words. Arrow keys read them, Enter corrects one."

    def begins(self) -> Collection[int]:
        """Words after a pause."""
        return self._paragraphs

    def lay_out(self) -> None:
        """As high as the rows are."""
        super().lay_out()
        self.setFixedHeight(max(1, len(self.rows)) * LINE_PX)

    def left_px(self) -> int:
        """Room for the times."""
        return TIME_PX

    def look(self, word: TranscriptWord, colors: Colors) -> tuple[QColor, bool]:
        """Quiet where it was not said."""
        return QColor(colors.text if word.text else colors.quiet), False

    def paint_beside(self, painter: QPainter, row: int, colors: Colors) -> None:
        """The time of a paragraph."""
        first = self.rows[row].start
        if row and first not in self._paragraphs:
            return
        painter.setFont(font(SMALL_PX))
        painter.setPen(QColor(colors.quiet))
        at = QRectF(0, self.top_of(row), TIME_PX - UNIT, LINE_PX)
        aligned = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(at, aligned, short_clock(self.words[first].heard.start_s))

    def on_click(self, place: int) -> None:
        """A click chooses the word."""
        self.move_cursor(place)

    def on_cursor(self) -> None:
        """Another word is chosen."""
        self.pointed.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        """A double click corrects the word."""
        place = self.word_at(event.position().toPoint())
        if place is not None:
            self.edit(place)


class TranscriptPane(QFrame):
    """`corrected` carries a `Word` and its text by hand, `chosen` the seconds of a moment to show."""

    corrected = Signal(object, str)
    chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        set_kind(self, "card")
        self._id = ""
        self.sheet, self._scroll, self.line = TranscriptSheet(), Pane(), ElidedLine("caption")
        self.show_moment = button("Show in timeline", "Show this word in the timeline", self._on_moment)
        self.correct = button("Correct", "Correct this word (Enter)", self._on_correct)
        self.take_back = button("Take back", "Take the correction of this word back", self._on_take_back)
        self._pages, self._nothing = QStackedWidget(), wrapped("quiet", NO_WORDS)
        self._build()
        self.sheet.pointed.connect(self._on_pointed)
        self.sheet.corrected.connect(self.corrected)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(UNIT)
        row.addStretch(1)
        for made in (self.take_back, self.correct, self.show_moment):
            row.addWidget(made)
        inside = QVBoxLayout(self._scroll.body)
        inside.setContentsMargins(0, 0, UNIT, 0)
        inside.addWidget(self.sheet)
        inside.addStretch(1)
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        column.addWidget(self.line)
        column.addLayout(row)
        column.addWidget(self._scroll, 1)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        for page in (words, self._nothing):
            self._pages.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(2 * UNIT, UNIT + UNIT // 2, UNIT, UNIT)
        whole.addWidget(self._pages)

    def show_session(self, session: StoredSession) -> None:
        """Shows the words of a session, or the same session again after a change."""
        if session.line.id != self._id:
            self._id = session.line.id
            self.sheet.cursor_word = None
            self._scroll.verticalScrollBar().setValue(0)
        self.sheet.close_editor()
        self.sheet.show_words(list(session.transcript))
        self._pages.setCurrentIndex(0 if session.transcript else 1)

    def _on_pointed(self) -> None:
        word = self.sheet.chosen
        for made in (self.correct, self.show_moment):
            made.setEnabled(word is not None)
        self.take_back.setVisible(word is not None and word.by_hand is not None)
        self.line.show_text(HINT if word is None else _described(word))
        at = self.sheet.place_of(self.sheet.cursor_word)
        if at is not None:
            center = self.sheet.rect_of(at).center().toPoint()
            self._scroll.ensureVisible(center.x(), center.y(), 0, 2 * LINE_PX)

    def _on_moment(self) -> None:
        if self.sheet.chosen is not None:
            self.chosen.emit(self.sheet.chosen.heard.start_s)

    def _on_correct(self) -> None:
        at = self.sheet.place_of(self.sheet.cursor_word)
        if at is not None:
            self.sheet.edit(at)

    def _on_take_back(self) -> None:
        word = self.sheet.chosen
        if word is not None:
            self.corrected.emit(word.heard, word.heard.text)


def _described(word: TranscriptWord) -> str:
    said, text = explanation(word, ""), shown(word)
    brief = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return " · ".join(filter(None, (short_clock(word.heard.start_s), brief, said.strip())))
