"""What the learner does during a session: self-reports, marks, task, timer, notes, corrections, answers to questions.

Every entry goes to the engine's session log, and from there to the screen and to the stored session. Questions, hints
and the timer are set up for each session, because they run on the session's clock.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from core.focus.activity_blocks import doing_at
from core.focus.study_hints import StudyHint, StudyHints
from core.focus.timer import FocusTimer, TimerView
from core.self_report.question_schedule import QuestionSchedule
from core.settings import Settings
from core.types import Activity, Correction, Entry, Estimate, Marker, Word

if TYPE_CHECKING:
    from core.engine import Engine


class LearnerActions(QObject):
    """Has an engine between `begin` and `end`; without one its slots do nothing."""

    question_due = Signal(object)
    """Question"""
    hint_due = Signal(object)
    """StudyHint"""
    recorded = Signal(str, float)
    """The state or label that was just reported or marked, and its time in the session"""
    withdrawn = Signal()
    """Questions and hints that are shown have to disappear, because their text may reveal the estimate"""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._engine: Engine | None = None
        self._hides = False

    def begin(self, engine: Engine, settings: Settings) -> None:
        """Starts a session."""
        self._engine, self._over = engine, False
        self._ask = settings.ask
        self._questions = QuestionSchedule(settings.ask, secrets.randbits(32))
        self._hints, self._timer = StudyHints(), FocusTimer(settings.focus)
        self._newest_s = -1.0
        self._task = ""

    def finish(self) -> None:
        """Records nothing more, because the recording that was played has ended; its entries stay visible."""
        self._over = True

    def end(self) -> None:
        """Ends the session."""
        self._engine = None

    def change_settings(self, settings: Settings) -> None:
        """Applies questions and hints that were switched on or off during a session."""
        if self._engine is not None and settings.ask != self._ask:
            self._ask = settings.ask
            self._questions.choose(settings.ask)

    def hide_estimates(self, hidden: bool) -> None:
        """Sets whether questions and hints must not reveal the estimate."""
        self._hides = hidden
        if hidden:
            self.withdrawn.emit()

    # --- as time passes ----------------------------------------------------------------------------------------

    def update(self, now_s: float) -> None:
        """Advances the timer, and evaluates the steps since the last call for questions and hints that are due."""
        engine = self._engine
        if engine is None:
            return
        self._record(*self._timer.tick(now_s))
        new = engine.history.since(self._newest_s)
        doing = self.doing(now_s) if new else ""
        for estimate in new:
            self._newest_s = estimate.t_s
            question = self._questions.take(estimate, doing)
            nudge = self._hint(estimate, doing)
            if question is not None:
                self.question_due.emit(question.unsaid() if self._hides else question)
            elif nudge is not None:
                self._record(Activity(nudge.t_s, "nudge", nudge.text))
                self.hint_due.emit(nudge)

    def _hint(self, estimate: Estimate, doing: str) -> StudyHint | None:
        if self._ask.nudges and not self._hides:
            return self._hints.take(estimate, doing)
        self._hints.hear(estimate, doing)
        return None

    def view(self, now_s: float) -> TimerView | None:
        """The timer's state; None without a session."""
        return None if self._engine is None else self._timer.view(now_s)

    def doing(self, now_s: float) -> str:
        """What the learner is doing now: an `Activity.kind`, or ""."""
        activity = None if self._engine is None else doing_at(self._engine.session_log.activities(), now_s)
        return activity.kind if activity else ""

    def entries(self) -> list[Entry]:
        """The entries of the session log."""
        return [] if self._engine is None else self._engine.session_log.entries()

    # --- what the learner does ---------------------------------------------------------------------------------

    @Slot(str)
    def report(self, state: str) -> None:
        """Records a self-report that was not prompted by a question."""
        self._report(state, asked=False)

    @Slot(str)
    def answer(self, state: str) -> None:
        """Records the answer to a question."""
        self._report(state, asked=True)

    def _report(self, state: str, asked: bool) -> None:
        if self._engine is not None and not self._over:
            report = self._engine.session_log.report(state, asked)
            self._questions.reported(report.t_s)
            self.recorded.emit(state, report.t_s)

    @Slot(str, float)
    def mark(self, label: str, ago_s: float) -> None:
        """Marks the moment `ago_s` seconds ago, when the learner began to type the label."""
        if self._engine is not None and not self._over:
            marker = Marker(max(self._engine.now_s() - ago_s, 0.0), label)
            self._record(marker)
            self.recorded.emit(label, marker.t_s)

    @Slot()
    def ignored(self) -> None:
        """Takes note that a question was not answered."""
        if self._engine is not None and not self._over:
            self._questions.ignored(self._engine.now_s())

    @Slot()
    def not_now(self) -> None:
        """Asks no questions for a while."""
        if self._engine is not None and not self._over:
            self._questions.not_now()

    @Slot(str)
    def dismissed(self, rule: str) -> None:
        """Gives this hint no more."""
        if self._engine is not None and not self._over:
            self._hints.dismissed(rule)

    @Slot(str)
    def start_timer(self, task: str) -> None:
        """Starts a focus block with this task."""
        if self._engine is not None and not self._over:
            now_s = self._engine.now_s()
            self._change_task(now_s, task)
            self._record(*self._timer.start(now_s, task))

    @Slot(str)
    def name_task(self, task: str) -> None:
        """Sets the task without a timer, none with "". Does nothing while the timer runs, which has its own task."""
        if self._engine is None:
            return
        now_s = self._engine.now_s()
        if self._timer.view(now_s).phase == "idle" and self._change_task(now_s, task) and not task:
            self._record(Activity(now_s, "idle"))

    def _change_task(self, now_s: float, task: str) -> bool:
        changes = task != self._task
        if changes:
            self._task = task
            self._record(Activity(now_s, "task", task))
        return changes

    @Slot()
    def stop_timer(self) -> None:
        """Stops the timer."""
        if self._engine is not None and not self._over:
            self._record(*self._timer.stop(self._engine.now_s()))

    @Slot()
    def skip(self) -> None:
        """Skips to the next block."""
        if self._engine is not None and not self._over:
            self._record(*self._timer.skip(self._engine.now_s()))

    @Slot(str)
    def note(self, text: str) -> None:
        """Records a note."""
        if self._engine is not None and not self._over:
            self._record(Activity(self._engine.now_s(), "note", text))

    def correct(self, word: Word, text: str) -> None:
        """Corrects a word of the transcript; empty: it was not said."""
        if self._engine is not None:
            self._engine.correct(Correction(word, text, datetime.now(UTC).isoformat(timespec="seconds")))

    def _record(self, *entries: Entry) -> None:
        for entry in entries:
            if self._engine is not None and not self._over:
                self._engine.session_log.add(entry)
