"""The study timer: independent of the tick rate; changes carry the time at which they were due."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.focus.activity_blocks import blocks
from core.focus.timer import DONE, FocusTimer, TimerView
from core.settings import FocusSettings
from core.types import Activity

SHORT = FocusSettings(focus_min=10.0, break_min=2.0, rounds=2)


def test_rounds_follow_each_other_and_end_without_a_last_break():
    timer = FocusTimer(SHORT)
    assert timer.start(5.0, "Sheet 4") == (Activity(5.0, "focus", "Sheet 4"),)
    assert timer.tick(10_000.0) == (
        Activity(605.0, "break", "Sheet 4"),
        Activity(725.0, "focus", "Sheet 4"),
        Activity(1325.0, "idle", DONE),
    )
    assert timer.tick(20_000.0) == ()


def test_a_block_ends_at_the_very_moment_it_is_due():
    timer = FocusTimer(SHORT)
    timer.start(0.0, "a")
    assert timer.tick(599.999) == ()
    assert timer.view(600.0).phase == "break"
    assert timer.skip(600.0) == (Activity(600.0, "break", "a"), Activity(600.0, "focus", "a"))


def test_the_view_is_that_of_the_moment_and_changes_nothing():
    timer = FocusTimer(SHORT)
    assert timer.view(0.0) == TimerView("idle", "", 0.0, 0, 2)
    timer.start(0.0, "Sheet 4")
    assert timer.view(590.0) == TimerView("focus", "Sheet 4", 10.0, 1, 2)
    assert timer.view(610.0) == TimerView("break", "Sheet 4", 110.0, 1, 2)
    assert timer.view(720.0) == TimerView("focus", "Sheet 4", 600.0, 2, 2)
    assert timer.view(9999.0).phase == "idle"
    assert len(timer.tick(610.0)) == 1, "looking ahead did not move it"


def test_skip_starts_the_next_phase_and_stop_ends_the_timer():
    timer = FocusTimer(SHORT)
    assert timer.skip(1.0) == timer.stop(1.0) == ()
    timer.start(0.0, "a")
    assert timer.skip(30.0) == (Activity(30.0, "break", "a"),)
    assert timer.skip(40.0) == (Activity(40.0, "focus", "a"),)
    assert timer.view(40.0).remaining_s == 600.0
    assert timer.stop(50.0) == (Activity(50.0, "idle", ""),)
    assert timer.stop(60.0) == ()


def test_skipping_the_last_round_ends_it():
    timer = FocusTimer(FocusSettings(rounds=1))
    timer.start(0.0, "a")
    assert timer.skip(10.0) == (Activity(10.0, "idle", ""),)
    assert timer.view(10.0).phase == "idle"


def test_starting_again_begins_the_first_round_of_another_task():
    timer = FocusTimer(SHORT)
    timer.start(0.0, "a")
    assert timer.start(700.0, "b") == (Activity(600.0, "break", "a"), Activity(700.0, "focus", "b"))
    assert timer.view(700.0).round == 1


commands = st.lists(
    st.tuples(st.floats(0.0, 2000.0), st.sampled_from(["start", "skip", "stop"])), max_size=8
)  # fmt: skip
looks = st.lists(st.floats(0.0, 20_000.0), max_size=40)


def played(story: list[tuple[float, str]], also_at: Iterable[float]) -> list[Activity]:
    timer, found = FocusTimer(SHORT), []
    at_s, moments = 0.0, []
    for wait_s, command in story:
        at_s += wait_s
        moments.append((at_s, 1, command))
    for t_s, _, command in sorted([*moments, *((t_s, 0, "tick") for t_s in also_at)]):
        if command == "start":
            found += timer.start(t_s, "task")
        else:
            found += {"tick": timer.tick, "skip": timer.skip, "stop": timer.stop}[command](t_s)
    return found + list(timer.tick(50_000.0))


@given(commands, looks)
def test_the_tick_rate_does_not_change_the_activities(story, also_at):
    seldom, often = played(story, []), played(story, also_at)
    assert seldom == often
    assert [activity.t_s for activity in seldom] == sorted(activity.t_s for activity in seldom)
    assert not seldom or seldom[-1].kind == "idle"


@given(commands)
def test_no_block_is_longer_than_was_set(story):
    longest_s = {"focus": 600.0, "break": 120.0}
    for block in blocks(played(story, []), 60_000.0):
        assert block.end_s - block.start_s <= longest_s[block.kind] + 1e-6


@given(commands, st.floats(0.0, 10_000.0))
def test_the_view_agrees_with_the_activities(story, after_s):
    timer, at_s, last = FocusTimer(SHORT), 0.0, "idle"
    for wait_s, command in story:
        at_s += wait_s
        found = timer.start(at_s, "x") if command == "start" else getattr(timer, command)(at_s)
        last = found[-1].kind if found else last
    view = timer.view(at_s + after_s)
    changes = timer.tick(at_s + after_s)
    assert view.phase == (changes[-1].kind if changes else last)
    assert 0.0 <= view.remaining_s <= 600.0 + 1e-6


def test_a_tick_a_thousand_hours_late_is_correct():
    timer = FocusTimer(FocusSettings(rounds=24))
    timer.start(0.0, "x")
    changes = timer.tick(3_600_000.0)
    assert len(changes) == 24 + 23
    assert changes[-1].t_s == pytest.approx(24 * 1500.0 + 23 * 300.0)
