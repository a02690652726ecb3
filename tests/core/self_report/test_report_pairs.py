"""Pairs of reports and estimates: the seconds before each report, and no pair without a step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.self_report.report_pairs import LOOK_BACK_S, left_out, pairs
from core.step_columns import NO_REASON, REASONS
from core.store.stored_session import StoredSession
from core.types import STATES, Reason, SelfReport
from tests.support.stored_sessions import stored_session

WEAK = REASONS.index(Reason.WEAK_EVIDENCE)


def session(*reports: SelfReport) -> StoredSession:
    return replace(stored_session(120.0), reports=reports)


def said(*named: str | None) -> StoredSession:
    """A session whose steps, half a second apart, name these states, with one report at the end."""
    made = stored_session(120.0)
    count = len(named)
    shares = np.stack([np.where(np.array(STATES) == (name or "Bored"), 0.7, 0.1) for name in named]).astype(np.float32)
    steps = replace(
        made.steps,
        t_s=np.arange(count) * 0.5,
        probabilities=shares,
        plain=shares[:, ::-1].copy(),
        abstains=np.array([NO_REASON if name else WEAK for name in named], dtype=np.int8),
    )
    return replace(made, steps=steps, reports=(SelfReport((count - 1) * 0.5, "Curious"),))


def test_reports_with_a_step_nearby_are_paired_and_others_counted():
    made = session(
        SelfReport(0.0, "Bored"), SelfReport(500.0, "Bored"), SelfReport(40.0, "Other"), SelfReport(20.0, "None")
    )
    assert [(pair.t_s, pair.state) for pair in pairs(made)] == [(20.0, "None"), (40.0, "Other")]
    assert left_out(made) == 2
    assert left_out(stored_session(120.0)) + len(pairs(stored_session(120.0))) == 7


def test_a_pair_has_the_mean_of_the_seconds_before():
    made = session(SelfReport(50.0, "Curious", "probe"))
    (pair,) = pairs(made)
    near = (made.steps.t_s > 50.0 - LOOK_BACK_S) & (made.steps.t_s <= 50.0)
    np.testing.assert_allclose(pair.shown, np.nanmean(made.steps.probabilities[near], axis=0), rtol=1e-6)
    assert (pair.session, pair.checkpoint_sha256) == (made.line.id, made.facts.checkpoint_sha256)
    assert pair.origin == "probe"


def test_steps_after_a_report_do_not_count():
    made = session(SelfReport(50.0, "Curious"))
    later = made.steps.t_s > 50.0
    changed = np.where(later[:, None], np.float32(0.25), made.steps.probabilities)
    other = replace(made, steps=replace(made.steps, probabilities=changed))
    np.testing.assert_array_equal(pairs(made)[0].shown, pairs(other)[0].shown)


def test_plain_and_shown_are_kept_apart():
    (pair,) = pairs(said("Curious", "Curious"))
    assert (pair.said, int(pair.plain.argmax())) == ("Curious", 2)


@pytest.mark.parametrize(
    ("named", "undecided"), [(("Bored", None, None), True), (("Bored", "Bored", None), False), (("Bored", None), False)]
)
def test_it_was_undecided_if_most_steps_were(named, undecided):
    (pair,) = pairs(said(*named))
    assert (pair.abstained, pair.said) == (undecided, None if undecided else "Bored")


def test_steps_without_any_modality_do_not_count():
    made = said("Curious", "Curious", "Bored")
    shares = made.steps.probabilities.copy()
    shares[2] = np.nan
    (pair,) = pairs(replace(made, steps=replace(made.steps, probabilities=shares, plain=shares)))
    np.testing.assert_allclose(pair.shown, [0.1, 0.7, 0.1, 0.1], rtol=1e-6)


def test_where_nothing_was_present_it_was_undecided():
    made = said("Curious", "Curious")
    nothing = np.full((2, 4), np.nan, dtype=np.float32)
    (pair,) = pairs(replace(made, steps=replace(made.steps, probabilities=nothing, plain=nothing)))
    assert pair.abstained
    assert pair.said is None
    assert np.isnan(pair.plain).all()


def test_a_session_without_steps_has_no_pairs():
    made = said("Curious")
    empty = replace(made.steps, t_s=made.steps.t_s[:0])
    assert pairs(replace(made, steps=empty)) == ()
    assert left_out(replace(made, steps=empty)) == 1
