"""Questions follow the stated rules in any session, and come often enough to be useful."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.self_report.question_schedule import Question, QuestionSchedule
from core.settings import AskSettings
from tests.core.self_report.made_reports import estimate

HOP_S = 2.0


def ask(
    prober: QuestionSchedule, until_s: float, since_s: float = 0.0, activity: str = "", **said: object
) -> list[Question]:
    """Step through a stretch; returns the questions."""
    times = np.arange(since_s, until_s, HOP_S).tolist()
    found = [prober.take(estimate(t_s, **said), activity) for t_s in times]
    return [question for question in found if question is not None]


def gaps_s(found: list[Question]) -> np.ndarray:
    return np.diff([0.0, *(question.t_s for question in found)])


def test_off_it_asks_nothing():
    assert ask(QuestionSchedule(AskSettings(), 0), 4 * 3600.0) == []
    assert ask(QuestionSchedule(AskSettings(), 0), 3600.0, state=None) == []


def test_random_questions_are_about_as_far_apart_as_was_set():
    gaps = np.concatenate(
        [gaps_s(ask(QuestionSchedule(AskSettings(probes=True), seed), 2 * 3600.0)) for seed in range(30)]
    )
    assert gaps.min() >= 600.0
    assert gaps.max() <= 1800.0 + HOP_S
    assert gaps.mean() == pytest.approx(1200.0, rel=0.1)
    assert gaps.std() > 200.0, "they cannot be foreseen"


def test_there_is_no_question_in_the_first_minutes():
    wanted = AskSettings(probes=True, every_min=5.0)
    first = [ask(QuestionSchedule(wanted, seed), 1000.0)[0].t_s for seed in range(60)]
    assert min(first) >= 180.0


def test_the_seed_repeats_them():
    first, second, other = (ask(QuestionSchedule(AskSettings(probes=True), seed), 7200.0) for seed in (1, 1, 2))
    assert first == second != other


def test_an_undecided_stretch_brings_an_earlier_question():
    prober = QuestionSchedule(AskSettings(uncertain=True), 0)
    assert ask(prober, 1000.0) == []
    (question,) = ask(prober, 1200.0, 1000.0, state=None)
    assert question.t_s == pytest.approx(1030.0, abs=HOP_S)
    assert question.why == "undecided"


def test_there_is_no_question_while_nothing_is_present():
    prober = QuestionSchedule(AskSettings(probes=True, uncertain=True), 0)
    assert ask(prober, 3600.0, present=False) == []


def test_a_stretch_that_is_interrupted_begins_anew():
    prober = QuestionSchedule(AskSettings(uncertain=True), 0)
    for start_s in range(700, 2000, 30):
        assert ask(prober, start_s + 28.0, float(start_s), state=None) == []
        assert ask(prober, start_s + 30.0, start_s + 28.0) == []


def test_there_is_no_question_in_a_break_or_exactly_at_its_end():
    ends = []
    for seed in range(20):
        prober = QuestionSchedule(AskSettings(probes=True), seed)
        assert ask(prober, 2400.0, activity="break") == []
        ends.append(ask(prober, 2700.0, 2400.0)[0].t_s)
    assert np.std(ends) > 30.0


def test_a_self_report_delays_questions_by_two_minutes():
    when_s = ask(QuestionSchedule(AskSettings(probes=True), 5), 2000.0)[0].t_s
    prober = QuestionSchedule(AskSettings(probes=True), 5)
    ask(prober, when_s - 1.0)
    prober.reported(when_s - 1.0)
    assert ask(prober, when_s + 115.0, when_s) == []
    assert ask(prober, when_s + 320.0, when_s + 115.0)


def test_two_ignored_questions_double_the_gap_until_an_answer():
    def after(answers: list[bool]) -> float:
        first = []
        for seed in range(40):
            prober, now_s = QuestionSchedule(AskSettings(probes=True, every_min=30.0), seed), 0.0
            for answered in answers:
                now_s = ask_once(prober, now_s)
                (prober.reported if answered else prober.ignored)(now_s)
            first.append(ask_once(prober, now_s) - now_s)
        return float(np.mean(first))

    plain = after([True, True])
    assert after([False, True]) == pytest.approx(plain, rel=0.2)
    assert after([False, False]) == pytest.approx(2 * plain, rel=0.2)
    assert after([False, False, True]) == pytest.approx(plain, rel=0.2)
    assert after([False] * 4) == pytest.approx(4 * plain, rel=0.2)


def ask_once(prober: QuestionSchedule, since_s: float) -> float:
    for t_s in np.arange(since_s + HOP_S, since_s + 100_000.0, 10 * HOP_S).tolist():
        if prober.take(estimate(t_s), ""):
            return float(t_s)
    raise AssertionError("nothing was asked in a day")


def test_not_now_is_half_an_hour_of_silence():
    prober = QuestionSchedule(AskSettings(probes=True, every_min=5.0), 0)
    ask(prober, 300.0)
    prober.not_now()
    assert ask(prober, 300.0 + 1790.0, 300.0) == []
    assert ask(prober, 300.0 + 2100.0, 300.0 + 1790.0)


def test_other_settings_keep_the_history_of_questions():
    wanted = AskSettings(probes=True, every_min=5.0)
    asked_s = ask(QuestionSchedule(wanted, 0), 1000.0)[0].t_s
    prober = QuestionSchedule(wanted, 0)
    assert ask(prober, asked_s + HOP_S)
    prober.choose(replace(wanted, uncertain=True))
    assert ask(prober, asked_s + 478.0, asked_s + HOP_S, state=None) == []
    prober.not_now()
    prober.choose(wanted)
    assert ask(prober, asked_s + 478.0 + 1790.0, asked_s + 478.0) == []
    prober.choose(AskSettings())
    assert ask(prober, 9000.0, asked_s + 2300.0) == []


def test_a_question_can_hide_the_estimate():
    prober = QuestionSchedule(AskSettings(uncertain=True), 0)
    (question,) = ask(prober, 700.0, 600.0, state=None)
    assert "undecided" in question.text
    assert question.unsaid() == Question(question.t_s, "unsaid", "What fits best right now?")


moments = st.sampled_from(["named", "undecided", "away", "break", "report", "ignore", "not now"])


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 1000),
    st.sampled_from([5.0, 8.0, 20.0, 60.0]),
    st.booleans(),
    st.lists(st.tuples(moments, st.floats(1.0, 1500.0)), min_size=5, max_size=25),
)
def test_the_rules_hold_for_any_session(seed, every_min, uncertain, story):
    prober = QuestionSchedule(AskSettings(probes=True, uncertain=uncertain, every_min=every_min), seed)
    now_s, silent_until_s, reported_s = 0.0, 0.0, -1000.0
    asked: list[float] = []
    for moment, lasts_s in story:
        if moment == "report":
            reported_s = now_s
            prober.reported(now_s)
        elif moment == "ignore":
            prober.ignored(now_s)
        elif moment == "not now":
            silent_until_s = now_s + 1800.0
            prober.not_now()
        for t_s in np.arange(now_s, now_s + lasts_s, 3.0).tolist():
            now_s = t_s
            state = None if moment == "undecided" else "Bored"
            question = prober.take(estimate(t_s, state, present=moment != "away"), moment)
            if question is None:
                continue
            assert moment not in ("away", "break")
            assert t_s >= max(180.0, silent_until_s)
            assert t_s - reported_s >= 120.0
            assert not asked or t_s - asked[-1] >= 480.0
            asked.append(t_s)
            assert sum(before > t_s - 3600.0 for before in asked) <= 4
