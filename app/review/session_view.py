"""One stored session: its header, and below it one of its panes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.review.agreement_pane import AgreementPane
from app.review.compare_pane import ComparePane
from app.review.panes import card, wrapped
from app.review.recall_pane import RecallPane
from app.review.session_header import SessionHeader
from app.review.summary_pane import SummaryPane
from app.review.timeline.data import TimelineData, timeline_data
from app.review.timeline.view import SessionTimeline
from app.review.transcript_pane import TranscriptPane
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT
from core.review.comparison import Comparison
from core.review.cued_recall import RecallCue, cues
from core.review.summary import SessionSummary, summarise
from core.step_columns import StepColumns
from core.store.stored_session import SessionLine, StoredSession

TABS = {
    "timeline": ("Timeline", "What was estimated, step by step"),
    "transcript": ("Transcript", "What was said, with your corrections"),
    "summary": ("Summary", "The session in figures and words"),
    "agreement": ("How right?", "How right is it for me?"),
    "recall": ("Look back", "Report from memory, with the estimate hidden"),
    "compare": ("Compare", "Two checkpoints on this session"),
}
"""Title and tooltip of each pane."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenedSession:
    """A session with everything that its panes show."""

    timeline: TimelineData
    summary: SessionSummary
    cues: tuple[RecallCue, ...]

    @property
    def session(self) -> StoredSession:
        """The session itself."""
        return self.timeline.session


def prepare(session: StoredSession) -> OpenedSession:
    """Derives from a session everything that its panes show; runs in a job."""
    return OpenedSession(timeline_data(session), summarise(session), cues(session))


class SessionView(QWidget):
    """Shows an `OpenedSession`, or why there is none.

    `agreement_requested` is emitted whenever the pane of agreement becomes visible for a session.
    """

    agreement_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.header, self.timeline, self.summary = SessionHeader(), SessionTimeline(), SummaryPane()
        self.agreement, self.recall, self.compare = AgreementPane(), RecallPane(), ComparePane()
        self.transcript = TranscriptPane()
        self.tabs: dict[str, QPushButton] = {}
        self.hint = wrapped()
        self._nothing = card("Nothing to show", self.hint)
        self._panes = QStackedWidget()
        self.opened: OpenedSession | None = None
        self._build()
        for pane in (self.transcript, self.summary, self.recall, self.compare):
            pane.chosen.connect(self.go_to)

    def _build(self) -> None:
        tabs, group = QHBoxLayout(), QButtonGroup(self)
        tabs.setSpacing(UNIT // 2)
        for name, (title, tip) in TABS.items():
            tab = QPushButton(title)
            tab.setCheckable(True)
            tab.setAccessibleName(title)
            tab.setToolTip(tip)
            set_kind(tab, "tab")
            tab.clicked.connect(partial(self.open_pane, name))
            group.addButton(tab)
            tabs.addWidget(tab)
            self.tabs[name] = tab
        tabs.addStretch(1)
        drawn = QFrame()
        set_kind(drawn, "card")
        inside = QVBoxLayout(drawn)
        inside.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        inside.addWidget(self.timeline)
        for pane in (drawn, self.transcript, self.summary, self.agreement, self.recall, self.compare, self._nothing):
            self._panes.addWidget(pane)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT // 2)
        column.addWidget(self.header)
        column.addLayout(tabs)
        column.addWidget(self._panes, 1)
        self.open_pane("timeline")

    @property
    def id(self) -> str:
        """The id of the session; empty where there is none."""
        return self.opened.session.line.id if self.opened is not None else ""

    def open_pane(self, name: str, _checked: bool = False) -> None:
        """Shows one of `TABS`."""
        self.tabs[name].setChecked(True)
        self._panes.setCurrentIndex(list(TABS).index(name))
        if name == "agreement" and self.opened is not None:
            self.agreement_requested.emit()

    def show_opened(self, opened: OpenedSession) -> None:
        """Shows a session, or the same one again after a change."""
        fresh = opened.session.line.id != self.id
        self.opened = opened
        self.header.show_line(opened.session.line)
        self.timeline.show_session(opened.timeline)
        self.transcript.show_session(opened.session)
        self.summary.show_summary(opened.summary, opened.session.note)
        self.recall.show_session(opened.session, opened.cues)
        self.compare.show_session(opened.session)
        self._enable(True)
        if self._panes.currentWidget() is self._nothing:
            self.open_pane("timeline")
        elif fresh and self.tabs["agreement"].isChecked():
            self.agreement_requested.emit()

    def show_broken(self, line: SessionLine) -> None:
        """Shows why a session cannot be read; it can still be erased."""
        self.header.show_line(line)
        self.show_nothing(line.problem)
        self.header.setVisible(True)

    def show_nothing(self, text: str) -> None:
        """Shows no session, and why."""
        self.opened = None
        self.hint.setText(text)
        self._panes.setCurrentWidget(self._nothing)
        self._enable(False)

    def _enable(self, shown: bool) -> None:
        self.header.setVisible(shown)
        for tab in self.tabs.values():
            tab.setVisible(shown)

    def show_comparison(self, other: StepColumns, found: Comparison) -> None:
        """Shows another checkpoint's steps and how they differ."""
        self.timeline.show_other(other)
        self.compare.show_comparison(found)

    @Slot(float)
    def go_to(self, t_s: float) -> None:
        """Shows a moment in the timeline."""
        self.open_pane("timeline")
        self.timeline.go_to(t_s)
        self.timeline.setFocus()
