"""The summary of a session: time per state, undecided time, transitions, changes with the words around them, note."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.presentation.text import percent, shorten
from app.review.panes import MomentList, Pane, button, card, wrapped
from app.review.table import FigureTable
from app.review.time_bars import TimeBar, TimeBars
from app.widgets.theme import UNIT
from core.appearance import MODALITY_NAMES, MODALITY_ORDER
from core.review.summary import SessionSummary, StateChange
from core.time_format import duration, short_clock
from core.types import STATES

UNDECIDED = "Undecided"
NO_CHANGES = "No change that lasted two steps."
_LONGEST = 120


class NoteField(QPlainTextEdit):
    """A few lines of text; emits `left` when it loses the focus."""

    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 — Qt's name
        """Emits `left`."""
        super().focusOutEvent(event)
        self.left.emit()


class SummaryPane(Pane):
    """`chosen` carries the seconds of a moment to show, `noted` the note on the session."""

    chosen = Signal(float)
    noted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._bars = TimeBars("Time per state")
        self._undecided, self._longest, self._presence = wrapped("quiet"), wrapped(), wrapped("caption")
        self._go = button("Show", "Show the longest stretch in the timeline", self._to_longest)
        self._table = FigureTable(
            "How often one state followed another; on the diagonal, the same one after an undecided time",
            "from ↓   to →",
            STATES,
        )
        self.changes = MomentList("Changes of state, with the words around them")
        self._none = wrapped("quiet", NO_CHANGES)
        self.note = NoteField()
        self._changes: tuple[StateChange, ...] = ()
        self._filled: tuple[StateChange, ...] = ()
        self._kept = ""
        self._longest_s = 0.0
        self._build()

    def _build(self) -> None:
        self.changes.chosen.connect(self.chosen)
        self.note.setAccessibleName("Your note on this session")
        self.note.setToolTip("Kept with the session when you leave the field")
        self.note.setPlaceholderText("Your note on this session")
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(7 * UNIT)
        self.note.left.connect(self._on_note)
        stretch = QWidget()
        row = QHBoxLayout(stretch)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._longest, 1)
        row.addWidget(self._go)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(card("Time per state", self._bars, self._undecided, stretch, self._presence))
        left.addWidget(card("Transitions", self._table))
        left.addStretch(1)
        right.addWidget(card("Changes, with the words around them", self._none, self.changes), 1)
        right.addWidget(card("Note", self.note))
        columns = QHBoxLayout(self.body)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(UNIT)
        for column in (left, right):
            column.setSpacing(UNIT)
            columns.addLayout(column, 1)

    def show_summary(self, summary: SessionSummary, note: str) -> None:
        """Shows a summary and the note."""
        bars = [*(TimeBar(state, summary.seconds[state]) for state in STATES), TimeBar(UNDECIDED, summary.undecided_s)]
        self._bars.show_bars(bars, summary.estimated_s)
        why = ", ".join(f"{reason.value} {duration(s)}" for reason, s in summary.undecided.items())
        self._undecided.setText(f"Undecided {percent(summary.undecided_share)} of the time{': ' if why else ''}{why}.")
        longest = summary.longest
        self._longest.setText(
            f"Longest stretch: {longest.state}, {duration(longest.seconds)} from {short_clock(longest.start_s)}."
            if longest
            else "No state was ever named."
        )
        self._longest_s = longest.start_s if longest else 0.0
        self._go.setVisible(longest is not None)
        self._presence.setText(
            "Present: " + " · ".join(_presence(summary, m) for m in MODALITY_ORDER).replace(" %", "\u00a0%")
        )
        self._table.show_rows([(state, [str(n) for n in summary.transitions[k]]) for k, state in enumerate(STATES)])
        self._none.setVisible(not summary.changes)
        self._changes = summary.changes
        if self.isVisible():
            self._fill()
        self._kept = note
        if self.note.toPlainText() != note:
            self.note.setPlainText(note)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 — Qt's name
        """Fills the list of changes, which may be long, only when it becomes visible."""
        self._fill()
        super().showEvent(event)

    def _fill(self) -> None:
        if self._filled is not self._changes:
            self._filled = self._changes
            self.changes.show_moments([(change.t_s, change_words(change)) for change in self._changes])

    def _to_longest(self) -> None:
        self.chosen.emit(self._longest_s)

    def _on_note(self) -> None:
        text = self.note.toPlainText().strip()
        if text != self._kept:
            self._kept = text
            self.noted.emit(text)


def change_words(change: StateChange) -> str:
    """ "12:40  Confused → Curious, Calculus: “the words around it”"."""
    head = f"{short_clock(change.t_s)}   {change.before or UNDECIDED} → {change.after or UNDECIDED}"
    activity = f"\n{change.activity}" if change.activity else ""
    words = f"\n“{shorten(change.words, _LONGEST)}”" if change.words else ""
    return head + activity + words


def _presence(summary: SessionSummary, modality: str) -> str:
    presence, weight = summary.presence[modality], summary.weights[modality]  # type: ignore[index]
    name = MODALITY_NAMES[modality]  # type: ignore[index]
    if presence is None or weight is None:
        return f"{name} never"
    return f"{name} {percent(presence)} of the time, mean weight {percent(weight)}"
