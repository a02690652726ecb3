"""A question or a study hint as a card in the corner, which takes no focus and disappears after half a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.self_report.report_buttons import ReportButton
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT
from core.types import REPORTABLE

if TYPE_CHECKING:
    from core.focus.study_hints import StudyHint
    from core.self_report.question_schedule import Question

WHY = {"random": "Asked at a random moment.", "undecided": "Asked because the estimate is unsure.", "unsaid": ""}
NO_MORE = "No more questions. Switch them on again in Settings, Asking."
WAITS_MS = 30_000
WIDTH_PX = 44 * UNIT


class QuestionCard(QFrame):
    """`ask` and `hint` show it. The outcome of a question is emitted as one signal; closing a hint emits none."""

    reported = Signal(str)
    """The answer to a question, one of `REPORTABLE`."""
    not_now = Signal()
    stop_asking = Signal()
    """No more questions at all."""
    ignored = Signal()
    """The question was not answered within half a minute."""
    dismissed = Signal(str)
    """This hint is not to come again: the name of its rule."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._title, self._why = QLabel(), QLabel()
        self.answers = {state: ReportButton(state) for state in REPORTABLE}
        self.ok, self.later, self.never = QPushButton(), QPushButton(), QPushButton()
        self._grid = QWidget()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self.waits_ms = WAITS_MS
        self._timer.timeout.connect(self._time_out)
        self._rule = ""
        set_kind(self, "ask")
        self._build()
        self.hide()
        self._window = parent
        parent.installEventFilter(self)

    def _build(self) -> None:
        self.setFixedWidth(WIDTH_PX)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_kind(self._title, "title")
        set_kind(self._why, "caption")
        grid = QGridLayout(self._grid)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(UNIT // 2)
        for place, (state, button) in enumerate(self.answers.items()):
            button.clicked.connect(lambda _checked=False, state=state: self._end(self.reported, state))
            grid.addWidget(button, place // 3, place % 3)
        last = QHBoxLayout()
        last.setSpacing(UNIT)
        acts = ((self.ok, self.leave), (self.later, lambda: self._end(self.not_now)), (self.never, self._no_more))
        for choice, act in acts:
            choice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            choice.clicked.connect(act)
            last.addWidget(choice)
        last.addStretch(1)
        self._name(self.ok, "OK", "Close this hint")
        self._name(self.later, "Not now", "Close this question and ask again later")
        self._name(self.never, "Stop asking", NO_MORE)
        for choice in (self.later, self.never):
            set_kind(choice, "flat")
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, UNIT)
        column.setSpacing(UNIT)
        for label in (self._title, self._why):
            label.setWordWrap(True)
            column.addWidget(label)
        column.addWidget(self._grid)
        column.addLayout(last)

    @staticmethod
    def _name(button: QPushButton, text: str, tip: str) -> None:
        button.setText(text)
        button.setAccessibleName(text)
        button.setToolTip(tip)

    @property
    def text(self) -> str:
        """The shown text; empty while hidden."""
        return "" if self.isHidden() else f"{self._title.text()} {self._why.text()}".strip()

    def ask(self, question: Question) -> None:
        """Shows a question."""
        self._rule = ""
        self._name(self.never, "Stop asking", NO_MORE)
        self._show(question.text, WHY[question.why])

    def hint(self, hint: StudyHint) -> None:
        """Shows a study hint with its reason."""
        self._rule = hint.rule
        self._name(self.never, "Don't suggest this again", "Do not show this hint again in this session")
        text, _, because = hint.text.partition(" (")
        self._show(text, because.rstrip(")"))

    def leave(self) -> None:
        """Hides it without an outcome, such as at the end of the session."""
        self._timer.stop()
        self.hide()

    def _show(self, title: str, why: str) -> None:
        question = not self._rule
        self._title.setText(title)
        self._why.setText(why)
        self._why.setVisible(bool(why))
        self._grid.setVisible(question)
        self.later.setVisible(question)
        self.ok.setVisible(not question)
        self.setAccessibleName("Question" if question else "Hint")
        self.setAccessibleDescription(f"{title} {why}".strip())
        self._place()
        self.show()
        self.raise_()
        self._timer.start(self.waits_ms)

    def _no_more(self) -> None:
        if self._rule:
            self._end(self.dismissed, self._rule)
        else:
            self._end(self.stop_asking)

    def _time_out(self) -> None:
        if self._rule:
            self.leave()
        else:
            self._end(self.ignored)

    def _end(self, signal: SignalInstance, *values: str) -> None:
        self.leave()
        signal.emit(*values)

    def _place(self) -> None:
        self.adjustSize()
        corner = self._window.rect().bottomRight()
        self.move(corner - QPoint(self.width() + 3 * UNIT, self.height() + 3 * UNIT))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 — Qt's name
        """Keeps the card in the corner of the window."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)
