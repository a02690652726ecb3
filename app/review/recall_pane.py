"""Looking back at a session: one report for each of some moments, with the estimate hidden, then a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.review.panes import MomentList, Pane, button, card, wrapped
from app.review.text import counted
from app.widgets.theme import UNIT
from core.review.cued_recall import RecallCue
from core.self_report.report_pairs import ReportPair, pairs
from core.store.stored_session import StoredSession
from core.time_format import short_clock
from core.types import REPORTABLE, SelfReport

SKIP = "Skip"
ABOUT = (
    "You are shown some moments of this session: the time, what you said and what you were doing. Report your state as "
    "you remember it. The estimate stays hidden until the end, so that it does not influence your answers."
)
NOTHING = "There is no moment to ask about: the session is too short, or nothing was present in it."


class RecallPane(Pane):
    """`answered` carries a `SelfReport` of origin "recall", `chosen` the seconds of a moment to show."""

    answered = Signal(object)
    chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._session: StoredSession | None = None
        self._cues: Sequence[RecallCue] = ()
        self._place = 0
        self._answers: list[SelfReport] = []
        self._intro, self._when, self._words, self._doing = (
            wrapped("quiet", ABOUT),
            wrapped("headline"),
            wrapped(),
            wrapped(),
        )
        self._count, self._result = wrapped("caption"), wrapped()
        self.begin = button("Begin", "Begin to look back", self._begin, "primary")
        self.again = button("Look back again", "Begin to look back again", self._begin)
        self.compared = MomentList("Your reports and the estimates")
        self.states: dict[str, QPushButton] = {}
        self._pages = QStackedWidget()
        self._build()

    def _build(self) -> None:
        self.compared.chosen.connect(self.chosen)
        self.compared.setMinimumHeight(24 * UNIT)
        answers = QWidget()
        row = QHBoxLayout(answers)
        row.setContentsMargins(0, UNIT, 0, 0)
        row.setSpacing(UNIT // 2)
        for key, state in enumerate((*REPORTABLE, SKIP), start=1):
            tip = f"{state} ({key})" if state != SKIP else f"I do not remember ({key})"
            self.states[state] = button(state, tip, partial(self._answer, state))
            row.addWidget(self.states[state], 1)
        question = card("Your state at this moment", self._count, self._when, self._doing, self._words, answers)
        for page in (
            card("Look back", self._intro, self.begin),
            question,
            card("You and the program", self._result, self.compared, self.again),
        ):
            holder = QWidget()
            column = QVBoxLayout(holder)
            column.setContentsMargins(0, 0, 0, 0)
            column.addWidget(page)
            column.addStretch(1)
            self._pages.addWidget(holder)
        for made in (self.begin, self.again):
            made.setMaximumWidth(24 * UNIT)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)

    def show_session(self, session: StoredSession, cues: Sequence[RecallCue]) -> None:
        """Offers to look back at this session; continues where the same one is already being looked back at."""
        if self._session is not None and self._session.line.id == session.line.id and self._pages.currentIndex():
            return
        self._session, self._cues = session, cues
        self._intro.setText(f"{ABOUT} {counted(len(cues), 'moment')}, about a minute." if cues else NOTHING)
        self.begin.setVisible(bool(cues))
        self._pages.setCurrentIndex(0)

    def _begin(self) -> None:
        self._place, self._answers = 0, []
        self._pages.setCurrentIndex(1)
        self._show_cue()

    def _show_cue(self) -> None:
        cue = self._cues[self._place]
        self._count.setText(f"Moment {self._place + 1} of {len(self._cues)}")
        self._when.setText(f"At {short_clock(cue.t_s)}")
        self._words.setText(f"You said: “{cue.words}”" if cue.words else "No words are stored for this moment.")
        self._doing.setText(f"You were doing: {cue.activity}" if cue.activity else "")
        self._doing.setVisible(bool(cue.activity))
        self.states[REPORTABLE[0]].setFocus(Qt.FocusReason.OtherFocusReason)

    def _answer(self, state: str) -> None:
        if state != SKIP:
            report = SelfReport(self._cues[self._place].t_s, state, "recall")
            self._answers.append(report)
            self.answered.emit(report)
        self._place += 1
        if self._place < len(self._cues):
            self._show_cue()
        else:
            self._compare()

    def _compare(self) -> None:
        if self._session is None:
            return
        found = pairs(replace(self._session, reports=tuple(self._answers)))
        named = [pair for pair in found if pair.said]
        agreed = sum(pair.said == pair.state for pair in named)
        self._result.setText(
            f"Of {counted(len(self._answers), 'answer')}, the program had named a state at {len(named)}, the same one "
            f"at {agreed}. {counted(len(self._answers), 'report')} stored with this session."
            if self._answers
            else "No answers, so nothing is stored."
        )
        self.compared.show_moments([(pair.t_s, _beside(pair)) for pair in found])
        self._pages.setCurrentIndex(2)
        self.again.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        """Answers with the keys 1 to 7."""
        place = event.key() - Qt.Key.Key_1
        if self._pages.currentIndex() == 1 and 0 <= place < len(self.states) and not event.isAutoRepeat():
            self._answer(list(self.states)[place])
        else:
            super().keyPressEvent(event)


def _beside(pair: ReportPair) -> str:
    named = pair.said or "undecided"
    same = "the same" if pair.said == pair.state else f"the program: {named}"
    return f"{short_clock(pair.t_s)}   you: {pair.state} · {same}"
