"""A question or a hint in between, as a quiet card in the corner: it takes no focus, and goes away by itself."""

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
WAITS_MS = 30_000
WIDTH_PX = 44 * UNIT


class QuestionCard(QFrame):
    """`ask` and `hint` show it. What became of a question is said by one signal; a hint that is read says nothing."""

    reported = Signal(str)
    """The answer to a question, one of `REPORTABLE`."""
    not_now = Signal()
    stop_asking = Signal()
    """No more questions at all."""
    ignored = Signal()
    """Nobody answered the question within half a minute."""
    dismissed = Signal(str)
    """Not this hint any more: the name of its rule."""

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
        for button, act in acts:
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(act)
            last.addWidget(button)
        last.addStretch(1)
        self._name(self.ok, "OK", "Thank you, close this hint")
        self._name(self.later, "Not now", "Close this question, and ask again later")
        self._name(self.never, "Stop asking", "No more such questions; Settings, Asking brings them back")
        for button in (self.later, self.never):
            set_kind(button, "flat")
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
        """What it says; empty while hidden."""
        return "" if self.isHidden() else f"{self._title.text()} {self._why.text()}".strip()

    def ask(self, question: Question) -> None:
        """Put a question."""
        self._rule = ""
        self._name(self.never, "Stop asking", "No more such questions; Settings, Asking brings them back")
        self._show(question.text, WHY[question.why])

    def hint(self, nudge: StudyHint) -> None:
        """Suggest something, with its stated reason."""
        self._rule = nudge.rule
        self._name(self.never, "Don't suggest this again", "Not this hint any more in this session")
        text, _, because = nudge.text.partition(" (")
        self._show(text, because.rstrip(")"))

    def leave(self) -> None:
        """Take it away without a word: what it was about is over, such as the session."""
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
        corner = self.parentWidget().rect().bottomRight()
        self.move(corner - QPoint(self.width() + 3 * UNIT, self.height() + 3 * UNIT))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 — Qt's name
        """Stay in the corner."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)
