"""Hints follow the stated rules, and never come in a break or while the program is mostly undecided."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.focus.study_hints import RULES, StudyHint, StudyHints
from core.types import STATES
from tests.core.self_report.made_reports import estimate

HOP_S = 2.0


def watch(
    nudges: StudyHints, until_s: float, state: str | None, since_s: float = 0.0, activity: str = ""
) -> list[StudyHint]:
    times = np.arange(since_s, until_s, HOP_S).tolist()
    found = [nudges.take(estimate(t_s, state), activity) for t_s in times]
    return [nudge for nudge in found if nudge is not None]


@pytest.mark.parametrize(("state", "after_s"), [("Frustrated", 240.0), ("Confused", 300.0), ("Bored", 360.0)])
def test_a_lasting_state_brings_its_hint(state, after_s):
    (nudge,) = watch(StudyHints(), 800.0, state)
    assert nudge.rule == state.lower()
    assert nudge.t_s == pytest.approx(after_s, abs=HOP_S)
    assert "because" in nudge.text
    assert "may often be read as" in nudge.text


def test_curious_brings_none():
    assert watch(StudyHints(), 7200.0, "Curious") == []


def test_at_most_one_in_fifteen_minutes():
    found = watch(StudyHints(), 3 * 3600.0, "Frustrated")
    assert np.diff([nudge.t_s for nudge in found]).min() >= 900.0
    assert len(found) == 12


@pytest.mark.parametrize(("share", "hints"), [(0.5, 0), (0.7, 1)])
def test_the_state_must_be_most_of_the_named_ones(share, hints):
    nudges, found = StudyHints(), []
    for place, t_s in enumerate(np.arange(0.0, 600.0, HOP_S).tolist()):
        state = "Frustrated" if place % 10 < share * 10 else "Curious"
        found.append(nudges.take(estimate(t_s, state), ""))
    assert sum(nudge is not None for nudge in found) == hints


def test_while_mostly_undecided_there_is_none():
    nudges, found = StudyHints(), []
    for place, t_s in enumerate(np.arange(0.0, 4000.0, HOP_S).tolist()):
        found.append(nudges.take(estimate(t_s, "Frustrated" if place % 3 == 0 else None), "focus"))
    assert not any(found)


def test_a_hint_that_may_not_be_shown_comes_later():
    nudges = StudyHints()
    for t_s in np.arange(0.0, 600.0, HOP_S).tolist():
        nudges.hear(estimate(t_s, "Frustrated"), "")
    assert [nudge.t_s for nudge in watch(nudges, 700.0, "Frustrated", 600.0)] == [600.0]


def test_in_a_break_there_is_none_and_after_it_everything_begins_anew():
    nudges = StudyHints()
    assert watch(nudges, 1000.0, "Frustrated", activity="break") == []
    assert watch(nudges, 1230.0, "Frustrated", 1000.0) == []
    assert len(watch(nudges, 1300.0, "Frustrated", 1230.0)) == 1


def test_long_work_without_a_break_brings_one_and_a_break_counts():
    (nudge,) = watch(StudyHints(), 3300.0, "Curious", activity="focus")
    assert (nudge.rule, nudge.t_s) == ("long", pytest.approx(3000.0, abs=HOP_S))
    rested = StudyHints()
    watch(rested, 2000.0, "Curious", activity="focus")
    watch(rested, 2100.0, "Curious", 2000.0, "break")
    assert watch(rested, 5000.0, "Curious", 2100.0, "task") == []
    assert watch(rested, 5200.0, "Curious", 5000.0, "task")[0].rule == "long"


def test_without_a_timer_there_is_no_hint_for_long_work():
    assert watch(StudyHints(), 7200.0, "Curious") == []


def test_being_away_counts_as_a_break():
    nudges = StudyHints()
    watch(nudges, 2000.0, "Curious", activity="focus")
    for t_s in np.arange(2000.0, 2400.0, HOP_S).tolist():
        assert nudges.take(estimate(t_s, present=False), "focus") is None
    assert watch(nudges, 5000.0, "Curious", 2400.0, "focus") == []


def test_a_dismissed_hint_does_not_come_again():
    nudges = StudyHints()
    nudges.dismissed("frustrated")
    assert watch(nudges, 4000.0, "Frustrated") == []
    assert len(watch(nudges, 4400.0, "Confused", 4000.0)) == 1


def test_every_rule_has_a_sentence_without_blame():
    for rule in RULES:
        assert f"{rule.over_s / 60:.0f} minutes" in rule.words
        assert rule.because.startswith("because ")
        assert "you are" not in f"{rule.words} {rule.because} {rule.text}".lower()


doings = st.sampled_from(["", "focus", "break", "idle"])
stretches = st.lists(st.tuples(st.sampled_from([*STATES, None]), st.floats(10.0, 900.0), doings), max_size=15)


@settings(deadline=None, max_examples=60)
@given(stretches)
def test_the_rules_hold_for_any_session(story):
    nudges, now_s, told_s, states = StudyHints(), 0.0, -900.0, []
    for state, lasts_s, activity in story:
        for t_s in np.arange(now_s, now_s + lasts_s, 5.0).tolist():
            now_s = t_s
            states.append((t_s, state))
            nudge = nudges.take(estimate(t_s, state), activity)
            if nudge is None:
                continue
            assert activity != "break"
            assert t_s - told_s >= 900.0
            told_s = t_s
            rule = next(rule for rule in RULES if rule.name == nudge.rule)
            recent = [name for at_s, name in states if at_s > t_s - min(rule.over_s, 240.0) and name]
            assert rule.state is None or rule.state in recent
