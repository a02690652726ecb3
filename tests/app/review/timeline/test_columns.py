"""Reducing a session to columns of pixels: at every zoom, no step, gap or absence disappears."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.review.timeline.columns import (
    ABSENT,
    NOTHING,
    PARTLY,
    PRESENT,
    TimelineColumns,
    abstained,
    curves,
    is_fine,
    lanes,
    nearest,
    stack,
    timeline_columns,
)
from core.step_columns import NO_REASON, REASONS
from core.types import Reason
from tests.support.stored_sessions import HOP_S, stored_session


def long_columns(**changed: np.ndarray) -> TimelineColumns:
    session = stored_session(3600.0)
    return timeline_columns(replace(session.steps, **changed), HOP_S)


def test_zoomed_out_the_highest_and_the_lowest_step_still_show() -> None:
    steps = stored_session(3600.0).steps
    probabilities = np.full_like(steps.probabilities, 0.25)
    probabilities[3000] = (1.0, 0.0, 0.0, 0.0)
    seen = curves(long_columns(probabilities=probabilities), 0.0, 3600.0, 100)
    assert len(seen.x_s) == 100
    assert np.nanmax(seen.high[:, 0]) == 1.0
    assert np.nanmin(seen.low[:, 1]) == 0.0
    assert np.nanmax(seen.middle[:, 0]) < 0.3


@settings(deadline=None, max_examples=40)
@given(st.floats(0.0, 900.0), st.floats(20.0, 900.0), st.integers(5, 400))
def test_the_drawn_range_contains_that_of_the_steps(start_s: float, width_s: float, count: int) -> None:
    columns = timeline_columns(stored_session(900.0).steps, HOP_S)
    inside = (columns.t_s > start_s + HOP_S) & (columns.t_s < start_s + width_s - HOP_S)
    known = columns.probabilities[inside]
    known = known[~np.isnan(known[:, 0])]
    seen = curves(columns, start_s, start_s + width_s, count)
    if len(known):
        assert np.nanmax(seen.high) >= known.max()
        assert np.nanmin(seen.low) <= known.min()


def test_zoomed_in_every_step_is_a_point_with_its_exact_value() -> None:
    columns = long_columns()
    assert is_fine(columns, 100.0, 130.0, 100)
    seen = curves(columns, 100.0, 130.0, 100)
    at = np.flatnonzero(columns.t_s == 110.0)[0]
    assert np.array_equal(seen.middle[np.flatnonzero(seen.x_s == 110.0)[-1]], columns.probabilities[at], equal_nan=True)


def test_a_pause_is_a_gap_at_every_zoom() -> None:
    columns = long_columns()  # paused from 2160 s to 2175 s
    far, near = curves(columns, 0.0, 3600.0, 1200), curves(columns, 2150.0, 2190.0, 100)
    assert np.isnan(far.middle[720 + 2, 0])
    assert np.isnan(near.middle[:, 0]).any()
    assert [run.code for run in lanes(columns, 2161.0, 2174.0, 50)[0]] == [NOTHING]


def test_a_single_absent_step_makes_its_column_partly() -> None:
    present = np.ones_like(stored_session(3600.0).steps.present)
    present[500, 1] = False  # the picture, for one step
    far = lanes(long_columns(present=present, quality=np.ones(present.shape, np.float32)), 0.0, 1800.0, 60)[0]
    assert {run.code for run in far} == {PRESENT, PARTLY}
    assert sum(run.last - run.first for run in far if run.code == PARTLY) <= 2


def test_a_lane_has_the_reason_of_an_absence() -> None:
    steps = stored_session(3600.0).steps
    present, reasons = np.zeros_like(steps.present), np.full_like(steps.reasons, REASONS.index(Reason.TOO_DARK))
    picture = lanes(long_columns(present=present, reasons=reasons), 0.0, 600.0, 60)[0]
    assert [run.code for run in picture] == [ABSENT + REASONS.index(Reason.TOO_DARK)]


def test_scattered_abstention_is_separate_from_a_stretch_of_it() -> None:
    steps = stored_session(3600.0).steps
    abstains = np.full_like(steps.abstains, NO_REASON)
    abstains[1000] = abstains[2000:2200] = REASONS.index(Reason.WEAK_EVIDENCE)
    most, some = abstained(long_columns(abstains=abstains), 0.0, 3600.0, 100)
    assert most.shape == (1, 2)
    assert most[0] == pytest.approx((1000.0, 1100.0), abs=40.0)
    assert some[0, 0] <= 500.0 <= some[0, 1]
    none = abstained(long_columns(abstains=np.full_like(abstains, NO_REASON)), 0.0, 3600.0, 100)
    assert [len(spans) for spans in none] == [0, 0]


@pytest.mark.parametrize("columns", [40, 2000])
def test_weights_reach_the_top_wherever_something_was_present(columns: int) -> None:
    shares = stack(long_columns(), 0.0, 600.0, columns).shares
    known = ~np.isnan(shares[:, 2])
    assert known.any()
    assert np.allclose(shares[known, 2], 1.0, atol=1e-5)


def test_the_nearest_step_is_the_one_whose_hop_contains_the_moment() -> None:
    columns = long_columns()
    assert columns.t_s[nearest(columns, 99.8)] == 100.0
    assert nearest(columns, -5.0) == 0
    assert nearest(columns, 1e6) == len(columns.t_s) - 1


def test_a_single_known_column_between_gaps_has_a_width() -> None:
    steps = stored_session(3600.0).steps
    probabilities = np.full_like(steps.probabilities, np.nan)
    probabilities[3000] = 0.25
    seen = curves(long_columns(probabilities=probabilities), 0.0, 3600.0, 100)
    known = seen.x_s[~np.isnan(seen.middle[:, 0])]
    assert len(known) == 2
    assert known[1] - known[0] == pytest.approx(36.0)


def test_a_session_without_steps_draws_nothing() -> None:
    steps = stored_session(60.0).steps
    empty = timeline_columns(replace(steps, **{name: getattr(steps, name)[:0] for name in steps.__slots__}), HOP_S)
    assert nearest(empty, 1.0) is None
    assert not len(curves(empty, 0.0, 10.0, 20).x_s)
    assert [run.code for run in lanes(empty, 0.0, 10.0, 20)[0]] == [NOTHING]
    assert [len(spans) for spans in abstained(empty, 0.0, 10.0, 20)] == [0, 0]
