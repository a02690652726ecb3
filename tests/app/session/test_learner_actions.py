"""Questions, hints and entries of a session obey the settings, and do not reveal a hidden estimate."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QObject

from app.session.learner_actions import LearnerActions
from core.engine.history import History
from core.engine.session_log import KEPT, SessionLog
from core.focus.study_hints import StudyHint
from core.self_report.question_schedule import Question
from core.settings import AskSettings, Settings
from core.types import Activity, Marker
from tests.core.self_report.made_reports import estimate

HOP_S = 2.0
ASKING = replace(Settings(), ask=AskSettings(uncertain=True, every_min=20.0))
HINTING = replace(Settings(), ask=AskSettings(nudges=True))


class Stepped:
    """The part of an engine that `LearnerActions` uses; the test makes its steps."""

    def __init__(self) -> None:
        self.t_s = 0.0
        self.history = History(10_000.0)
        self.session_log = SessionLog(self.now_s, lambda _entry: None)

    def now_s(self) -> float:
        return self.t_s


class Session:
    """`LearnerActions` with such an engine, and the questions and hints it emitted."""

    def __init__(self, settings: Settings) -> None:
        self.parent, self.engine = QObject(), Stepped()
        self.learner = LearnerActions(self.parent)
        self.asked: list[Question] = []
        self.hinted: list[StudyHint] = []
        self.learner.question_due.connect(self.asked.append)
        self.learner.hint_due.connect(self.hinted.append)
        self.learner.begin(self.engine, settings)

    def pass_s(self, seconds: float, state: str | None = "Curious") -> None:
        for _ in range(round(seconds / HOP_S)):
            self.engine.t_s += HOP_S
            self.engine.history.add(estimate(self.engine.t_s, state))
            self.learner.update(self.engine.t_s)


def test_changed_settings_keep_the_intervals_between_questions(qtbot) -> None:
    session = Session(ASKING)
    session.pass_s(700.0, None)
    assert len(session.asked) == 1
    session.learner.change_settings(replace(ASKING, ask=AskSettings(uncertain=True, every_min=5.0)))
    session.pass_s(350.0, None)
    assert len(session.asked) == 1, "not within eight minutes of another one, whatever else was set"
    session.pass_s(400.0, None)
    assert len(session.asked) == 2
    session.learner.not_now()
    session.learner.change_settings(replace(ASKING, ask=AskSettings(uncertain=True, probes=True, every_min=5.0)))
    session.pass_s(1700.0, None)
    assert len(session.asked) == 2


@pytest.mark.parametrize("hidden", [False, True])
def test_a_question_does_not_reveal_a_hidden_estimate(qtbot, hidden: bool) -> None:
    session = Session(ASKING)
    session.learner.hide_estimates(hidden)
    session.pass_s(700.0, None)
    (question,) = session.asked
    assert ("undecided" in question.text) is not hidden
    assert question.why == ("unsaid" if hidden else "undecided")


def test_hints_wait_until_the_estimate_is_shown_again(qtbot) -> None:
    session = Session(HINTING)
    with qtbot.waitSignal(session.learner.withdrawn):
        session.learner.hide_estimates(True)
    session.pass_s(400.0, "Frustrated")
    assert session.hinted == []
    assert session.engine.session_log.entries() == []
    session.learner.hide_estimates(False)
    session.pass_s(HOP_S, "Frustrated")
    (nudge,) = session.hinted
    assert session.engine.session_log.entries() == [Activity(nudge.t_s, "nudge", nudge.text)]


def test_estimates_stay_hidden_in_the_next_session(qtbot) -> None:
    session = Session(HINTING)
    session.learner.hide_estimates(True)
    session.learner.end()
    session.engine = Stepped()
    session.learner.begin(session.engine, HINTING)
    session.pass_s(400.0, "Frustrated")
    assert session.hinted == []


def activities(session: Session) -> list[tuple[str, str]]:
    return [(activity.kind, activity.text) for activity in session.engine.session_log.activities()]


def test_a_task_is_recorded_when_it_changes_with_a_timer_or_without(qtbot) -> None:
    session = Session(Settings())
    learner = session.learner
    for task in ("", "Limits", "Limits", "Series"):
        learner.name_task(task)
    assert activities(session) == [("task", "Limits"), ("task", "Series")]
    assert learner.doing(session.engine.t_s) == "task"
    learner.start_timer("Limits")
    learner.name_task("Series")  # while the timer runs, it is its task
    assert activities(session)[2:] == [("task", "Limits"), ("focus", "Limits")]
    learner.stop_timer()
    learner.name_task("")
    assert activities(session)[4:] == [("idle", ""), ("task", ""), ("idle", "")]
    assert learner.doing(session.engine.t_s) == "idle"


def test_a_break_lasts_regardless_of_markers(qtbot) -> None:
    session = Session(Settings())
    session.learner.start_timer("Limits")
    session.learner.skip()
    session_log = session.engine.session_log
    for number in range(KEPT + 10):
        session_log.add(Marker(1.0, f"trigger {number}", "lab"))
    session.learner.note("why?")
    assert session.learner.doing(session.engine.t_s) == "break"
    entries = session_log.entries()
    assert [activity.kind for activity in session_log.activities()] == ["task", "focus", "break", "note"]
    assert [entries[2].kind, entries[3].label, entries[-2].label, entries[-1].text] == [
        "break", "trigger 10", f"trigger {KEPT + 9}", "why?"
    ]  # fmt: skip
