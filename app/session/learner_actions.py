"""The learner's own part of a session: reports, marks, task, timer and notes, and what is asked of them in between.

Made anew for every session, for its questions, hints and timer count in the session's own time. Everything that is
said or done goes into the engine's diary, and from there to the screen and to what is kept.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from core.focus.activity_blocks import doing_at
from core.focus.study_hints import StudyHint, StudyHints
from core.focus.timer import FocusTimer, TimerView
from core.self_report.question_schedule import QuestionSchedule
from core.settings import Settings
from core.types import Activity, Entry, Estimate, Marker

if TYPE_CHECKING:
    from core.engine import Engine


class LearnerActions(QObject):
    """Between `begin` and `end` it has an engine; without one its slots do nothing."""

    asked = Signal(object)
    """Question"""
    hinted = Signal(object)
    """Nudge"""
    noted = Signal(str, float)
    """What was just reported or marked, and when in the session"""
    hushed = Signal()
    """Questions and hints that are still shown have to go: their words may tell of the estimate"""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._engine: Engine | None = None
        self._hides = False

    def begin(self, engine: Engine, settings: Settings) -> None:
        """A session began."""
        self._engine, self._over = engine, False
        self._ask = settings.ask
        self._prober = QuestionSchedule(settings.ask, secrets.randbits(32))
        self._nudges, self._timer = StudyHints(), FocusTimer(settings.focus)
        self._newest_s, self._count = -1.0, 0
        self._task = ""

    def finish(self) -> None:
        """A recording is through: what was said stays to be seen, and nothing more is taken."""
        self._over = True

    def end(self) -> None:
        """It is over."""
        self._engine = None

    def choose(self, settings: Settings) -> None:
        """Questions and hints were switched on or off in the middle of a session."""
        if self._engine is not None and settings.ask != self._ask:
            self._ask = settings.ask
            self._prober.choose(settings.ask)

    def hide_estimates(self, hidden: bool) -> None:
        """Whether nothing that is asked or suggested may tell of the estimate."""
        self._hides = hidden
        if hidden:
            self.hushed.emit()

    # --- as time passes ----------------------------------------------------------------------------------------

    def follow(self, now_s: float) -> None:
        """Hear of the steps since last time; say what is due."""
        engine = self._engine
        if engine is None:
            return
        self._tell(*self._timer.tick(now_s))
        count, newest = engine.estimates.peek()
        if newest is None or count == self._count:
            return
        self._count = count
        doing = self.doing(now_s)
        for estimate in engine.history.since(self._newest_s):
            question = self._prober.take(estimate, doing)
            nudge = self._hint(estimate, doing)
            if question is not None:
                self.asked.emit(question.unsaid() if self._hides else question)
            elif nudge is not None:
                self._tell(Activity(nudge.t_s, "nudge", nudge.text))
                self.hinted.emit(nudge)
        self._newest_s = newest.t_s

    def _hint(self, estimate: Estimate, doing: str) -> StudyHint | None:
        if self._ask.nudges and not self._hides:
            return self._nudges.take(estimate, doing)
        self._nudges.hear(estimate, doing)
        return None

    def view(self, now_s: float) -> TimerView | None:
        """How the timer stands; None without a session."""
        return None if self._engine is None else self._timer.view(now_s)

    def doing(self, now_s: float) -> str:
        """What the learner is doing now: an `Activity.kind`, or nothing."""
        activity = None if self._engine is None else doing_at(self._engine.session_log.activities(), now_s)
        return activity.kind if activity else ""

    def entries(self) -> list[Entry]:
        """What stands in the diary."""
        return [] if self._engine is None else self._engine.session_log.entries()

    # --- what the learner does ---------------------------------------------------------------------------------

    @Slot(str)
    def report(self, state: str) -> None:
        """An own report, of their own accord."""
        self._report(state, asked=False)

    @Slot(str)
    def answer(self, state: str) -> None:
        """The answer to a question."""
        self._report(state, asked=True)

    def _report(self, state: str, asked: bool) -> None:
        if self._engine is not None and not self._over:
            report = self._engine.session_log.report(state, asked)
            self._prober.reported(report.t_s)
            self.noted.emit(state, report.t_s)

    @Slot(str, float)
    def mark(self, label: str, ago_s: float) -> None:
        """A moment is marked: now, or when somebody began to type the label."""
        if self._engine is not None and not self._over:
            marker = Marker(max(self._engine.now_s() - ago_s, 0.0), label)
            self._tell(marker)
            self.noted.emit(label, marker.t_s)

    @Slot()
    def ignored(self) -> None:
        """Nobody answered a question."""
        if self._engine is not None and not self._over:
            self._prober.ignored(self._engine.now_s())

    @Slot()
    def not_now(self) -> None:
        """No questions for a while."""
        if self._engine is not None and not self._over:
            self._prober.not_now()

    @Slot(str)
    def dismissed(self, rule: str) -> None:
        """Not this hint any more."""
        if self._engine is not None and not self._over:
            self._nudges.dismissed(rule)

    @Slot(str)
    def start_timer(self, task: str) -> None:
        """A focus block with this task."""
        if self._engine is not None and not self._over:
            now_s = self._engine.now_s()
            self._change_task(now_s, task)
            self._tell(*self._timer.start(now_s, task))

    @Slot(str)
    def name_task(self, task: str) -> None:
        """The learner works on this, without a timer; on nothing with "". While the timer runs, it is its task."""
        if self._engine is None:
            return
        now_s = self._engine.now_s()
        if self._timer.view(now_s).phase == "idle" and self._change_task(now_s, task) and not task:
            self._tell(Activity(now_s, "idle"))

    def _change_task(self, now_s: float, task: str) -> bool:
        changes = task != self._task
        if changes:
            self._task = task
            self._tell(Activity(now_s, "task", task))
        return changes

    @Slot()
    def stop_timer(self) -> None:
        """No timer any more."""
        if self._engine is not None and not self._over:
            self._tell(*self._timer.stop(self._engine.now_s()))

    @Slot()
    def skip(self) -> None:
        """To the next block."""
        if self._engine is not None and not self._over:
            self._tell(*self._timer.skip(self._engine.now_s()))

    @Slot(str)
    def note(self, text: str) -> None:
        """An own note."""
        if self._engine is not None and not self._over:
            self._tell(Activity(self._engine.now_s(), "note", text))

    def _tell(self, *entries: Entry) -> None:
        for entry in entries:
            if self._engine is not None and not self._over:
                self._engine.session_log.add(entry)
