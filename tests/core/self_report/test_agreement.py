"""Agreement with self-reports: counts, intervals, separate abstentions, and no verdict on too few reports."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.self_report.agreement import FEWEST_OF_A_STATE, SAID, UNDECIDED, agreement
from core.self_report.proportion import Proportion
from core.self_report.report_pairs import ReportPair
from core.types import REPORTABLE, STATES
from tests.core.self_report.made_learners import learner, pair


def named(said: str | None, reported: str, share: float = 0.7, origin: str = "own") -> ReportPair:
    shares = np.where(np.array(STATES) == (said or "Bored"), share, (1 - share) / 3)
    return pair(shares, reported, abstained=said is None, origin=origin)


some_pairs = st.lists(
    st.builds(
        named, st.sampled_from((*STATES, None)), st.sampled_from(REPORTABLE), st.floats(0.26, 1.0)
    ),
    max_size=60,
)  # fmt: skip


@given(some_pairs)
def test_every_report_counts_once_and_every_proportion_is_in_its_interval(pairs):
    found = agreement(pairs)
    assert int(found.table.sum()) == found.reports == len(pairs)
    assert found.agreeing.whole + int(found.table[:, -1].sum()) == len(pairs)
    assert sum(bar.right.whole for bar in found.curve) == found.agreeing.whole
    assert sum(bar.right.part for bar in found.curve) == found.agreeing.part
    assert sum(figures.recall.part for figures in found.states) == found.agreeing.part
    for share in (found.agreeing, *(f.precision for f in found.states), *(f.recall for f in found.states)):
        low, high = share.interval
        assert 0 <= low <= high <= 1
        assert not share.whole or low - 1e-12 <= share.value <= high + 1e-12
    for bar in found.curve:
        assert bar.low - 1e-9 <= bar.mean_said <= bar.high + 1e-9
        assert bar.right.whole


@given(some_pairs, st.integers(1, 20))
def test_undecided_steps_do_not_count_as_errors(pairs, more):
    before, after = agreement(pairs), agreement([*pairs, *[named(None, "Confused")] * more])
    assert after.agreeing == before.agreeing
    assert [f.recall for f in after.states] == [f.recall for f in before.states]
    assert after.states[0].undecided == before.states[0].undecided + more
    assert after.undecided_when_something.part == before.undecided_when_something.part + more


def test_the_figures_of_a_small_case():
    pairs = [named("Bored", "Bored")] * 6 + [named("Bored", "None")] * 2 + [named("Curious", "Bored", origin="probe")]
    pairs += [named(None, "None", origin="recall")] * 3 + [named(None, "Bored")]
    found = agreement(pairs, left_out=4)
    bored = found.states[STATES.index("Bored")]
    assert (found.agreeing, found.left_out) == (Proportion(6, 9), 4)
    assert (bored.precision, bored.recall, bored.undecided, bored.reported) == (
        Proportion(6, 8),
        Proportion(6, 7),
        1,
        8,
    )
    assert (found.undecided_when_none, found.undecided_when_something) == (Proportion(3, 5), Proportion(1, 8))
    assert found.by_origin == {"own": 9, "probe": 1, "recall": 3}
    assert found.table[REPORTABLE.index("None"), SAID.index(UNDECIDED)] == 3
    assert found.chance == pytest.approx(7 * 8 / 81), "7 of 9 report Bored, 8 of 9 name it"


def test_wilson_has_the_width_of_the_textbook():
    """Brown, Cai and DasGupta (2001): 95 % for 0 of 10 and 5 of 10."""
    assert Proportion(0, 10).interval == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert Proportion(5, 10).interval == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert math.isnan(Proportion(0, 0).value)
    assert Proportion(18, 25).words(5) == "72 % (52 to 86 %) of 25"
    assert Proportion(3, 4).words(5) == "too few (4)"


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ([], "Too few to say: 0 reports so far, 12 more are needed."),
        ([named("Bored", "Bored")], "Too few to say: 1 report so far, 11 more are needed."),
        ([named(None, "Bored")] * 10 + [named("Bored", "Bored")] * 4, "named a state at 4 and was undecided"),
        ([named(state, state) for state in STATES] * 6, "24 of 24 times (100 %, truly somewhere from 86 to 100 %)"),
        ([named(a, b) for a in STATES for b in STATES] * 2, "not clearly more often than by chance (25 %)"),
        ([named(a, b) for a in STATES for b in STATES if a != b] * 2, "less often than by chance"),
    ],
)
def test_the_verdict(pairs, says):
    assert says in agreement(pairs).verdict


def test_a_state_with_few_reports_is_marked():
    found = agreement([named("Bored", "Bored")] * 5 + [named("Curious", "Curious")] * 4)
    assert [figures.state for figures in found.states if "few" in figures.recall.words(FEWEST_OF_A_STATE)] == [
        "Confused",
        "Curious",
        "Frustrated",
    ]


def test_the_curve_of_a_program_that_is_right_follows_the_diagonal():
    found = agreement(learner("right", 4000, 1, seed=3))
    for bar in found.curve:
        low, high = bar.right.interval
        assert low - 0.03 <= bar.mean_said <= high + 0.03
