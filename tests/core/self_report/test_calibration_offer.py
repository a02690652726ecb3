"""A calibration is offered only where it helps on held-out reports."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.self_report.calibration_fit import _penalty
from core.self_report.calibration_offer import CalibrationOffer, offer
from core.self_report.personal_calibration import PersonalCalibration
from core.self_report.report_pairs import ReportPair
from core.types import REPORTABLE, STATES
from tests.core.self_report.made_learners import SHA, SHIFT, learner, normal, pair


def fresh_losses(personal: PersonalCalibration, kind: str, seed: int) -> tuple[float, float, float]:
    """Log loss on new reports of the same learner: plain, corrected, and with the true bias removed."""
    new = learner(kind, 3000, 5, seed + 10_000)
    plain = np.array([one.plain for one in new], dtype=np.float32)
    known = normal(np.log(plain) - SHIFT) if kind == "shifted" else plain
    truth = np.array([STATES.index(one.state) for one in new])
    before, after, best = (
        -np.log(p[np.arange(len(new)), truth]).mean() for p in (plain, personal.adjust(plain), known)
    )
    return float(before), float(after), float(best)


def share_offered(kind: str, learners: int, n: int, sessions: int) -> float:
    made = [offer(learner(kind, n, sessions, seed, neutral=8), SHA) for seed in range(learners)]
    return sum(one.personal is not None for one in made) / learners


@pytest.mark.parametrize("sessions", [1, 5])
@pytest.mark.parametrize("neutral", [0, 15])
def test_a_known_bias_is_found_and_mostly_corrected(sessions, neutral):
    won = []
    for seed in range(6):
        found = offer(learner("shifted", 120, sessions, seed, neutral), SHA)
        assert found.personal is not None, found.why_not
        before, after, best = fresh_losses(found.personal, "shifted", seed)
        won.append((before - after) / (before - best))
    assert np.mean(won) > 0.85
    assert min(won) > 0.6


def test_correct_estimates_get_no_calibration():
    assert share_offered("right", 100, 60, 3) <= 0.01
    assert share_offered("right", 100, 24, 1) <= 0.05, "the fewest reports that are evaluated"


def test_two_hundred_learners_who_report_at_random_are_offered_nothing():
    share = share_offered("random", 200, 60, 4)
    print(f"offered to {share:.1%} of 200 learners who report at random")  # noqa: T201
    assert share <= 0.01


def test_a_long_mood_is_not_mistaken_for_a_bias():
    assert share_offered("moody", 100, 72, 1) <= 0.04


def test_overconfident_estimates_get_a_temperature():
    sure = [
        pair(normal(3 * np.log(one.plain)), one.state, one.session, one.t_s) for one in learner("right", 150, 3, seed=1)
    ]
    found = offer(sure, SHA)
    assert found.personal is not None
    assert 2.0 < found.personal.temperature < 4.0
    assert found.held_out == "session"


@st.composite
def wild_reports(draw: st.DrawFn) -> list[ReportPair]:
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    n, sessions = draw(st.integers(0, 60)), draw(st.integers(1, 6))
    sharp, follows = draw(st.sampled_from([0.1, 1.0, 8.0, 40.0])), draw(st.floats(0, 1))
    plain = normal(rng.normal(0, sharp, (n, 4)))
    plain[rng.random(n) < 0.1] = np.nan
    own = rng.choice(REPORTABLE, n, p=rng.dirichlet(np.full(6, draw(st.sampled_from([0.1, 1.0, 10.0])))))
    heard = [STATES[int(p.argmax())] if rng.random() < follows else str(s) for p, s in zip(plain, own, strict=True)]
    times = rng.uniform(0, 3600, n)
    return [pair(p, s, f"s{rng.integers(sessions)}", t) for p, s, t in zip(plain, heard, times, strict=True)]


@settings(deadline=None, max_examples=150)
@given(wild_reports())
def test_every_offer_is_better_on_held_out_reports(pairs):
    found = offer(pairs, SHA)
    assert (found.personal is None) == bool(found.why_not)
    assert found.why_not.endswith(".") or not found.why_not
    if found.personal is not None:
        assert found.before is not None
        assert found.after is not None
        assert found.after.loss < found.before.loss
        assert found.after.accuracy >= found.before.accuracy
        assert (found.personal.before, found.personal.after) == (found.before, found.after)
        assert found.personal.fits(SHA)
        assert np.isfinite([found.personal.temperature, *found.personal.bias, *found.personal.baseline]).all()


def test_too_few_reports_name_the_missing_number():
    found = offer(learner("shifted", 20, 1, 0, neutral=30), SHA)
    assert found == CalibrationOffer(20, 30, 1, "Too few reports to learn from: 20 of a state, 4 more are needed.")
    assert "of one state" in offer([pair([0.4, 0.3, 0.2, 0.1], "Bored")] * 30, SHA).why_not
    assert offer([], SHA).reports == 0


def test_reports_made_with_another_checkpoint_do_not_count():
    assert offer(learner("shifted", 100, 2, 0), "another").reports == 0


def test_the_order_of_reports_within_a_session_does_not_matter():
    pairs = learner("shifted", 80, 1, 0, neutral=5)
    mixed = [pairs[place] for place in np.random.default_rng(0).permutation(len(pairs))]
    once, again = offer(pairs, SHA), offer(mixed, SHA)
    assert once.after == again.after
    assert once.held_out == again.held_out == "block of time"


def test_one_session_with_most_of_the_reports_is_cut_into_blocks_of_time():
    pairs = [*learner("shifted", 80, 1, 0), pair([0.4, 0.3, 0.2, 0.1], "Confused", "another")]
    assert offer(pairs, SHA).held_out == "block of time"
    assert offer(learner("shifted", 80, 2, 0), SHA).held_out == "session"


def test_the_gradient_is_that_of_the_objective():
    from scipy.optimize import check_grad

    rng = np.random.default_rng(0)
    x, target = rng.normal(0, 2, (30, 4)), np.eye(4)[rng.integers(4, size=30)]
    at = np.array([0.7, 0.5, -0.2, 0.1, 0.9])
    assert check_grad(lambda p: _penalty(p, x, target)[0], lambda p: _penalty(p, x, target)[1], at) < 1e-4
