"""A session as columns of pixels: whatever the zoom, no step, no gap and no absence disappears."""

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
    track,
)
from core.store.stored_session import NO_REASON, REASONS
from core.types import Reason
from tests.support.stored_sessions import HOP_S, stored_session


def long_track(**changed: np.ndarray) -> TimelineColumns:
    session = stored_session(3600.0)
    return track(replace(session.steps, **changed), HOP_S)


def test_from_far_away_the_highest_and_the_lowest_step_still_show() -> None:
    steps = stored_session(3600.0).steps
    probabilities = np.full_like(steps.probabilities, 0.25)
    probabilities[3000] = (1.0, 0.0, 0.0, 0.0)
    seen = curves(long_track(probabilities=probabilities), 0.0, 3600.0, 100)
    assert len(seen.x_s) == 100
    assert np.nanmax(seen.high[:, 0]) == 1.0
    assert np.nanmin(seen.low[:, 1]) == 0.0
    assert np.nanmax(seen.middle[:, 0]) < 0.3


@settings(deadline=None, max_examples=40)
@given(st.floats(0.0, 900.0), st.floats(20.0, 900.0), st.integers(5, 400))
def test_the_range_of_what_is_drawn_is_that_of_the_steps(start_s: float, width_s: float, columns: int) -> None:
    line = track(stored_session(900.0).steps, HOP_S)
    inside = (line.t_s > start_s + HOP_S) & (line.t_s < start_s + width_s - HOP_S)
    known = line.probabilities[inside]
    known = known[~np.isnan(known[:, 0])]
    seen = curves(line, start_s, start_s + width_s, columns)
    if len(known):
        assert np.nanmax(seen.high) >= known.max()
        assert np.nanmin(seen.low) <= known.min()


def test_near_by_every_step_is_a_point_of_its_own_with_its_exact_value() -> None:
    line = long_track()
    assert is_fine(line, 100.0, 130.0, 100)
    seen = curves(line, 100.0, 130.0, 100)
    at = np.flatnonzero(line.t_s == 110.0)[0]
    assert np.array_equal(seen.middle[np.flatnonzero(seen.x_s == 110.0)[-1]], line.probabilities[at], equal_nan=True)


def test_a_pause_is_a_hole_at_every_zoom() -> None:
    line = long_track()  # it stands still from 2160 s to 2175 s
    far, near = curves(line, 0.0, 3600.0, 1200), curves(line, 2150.0, 2190.0, 100)
    assert np.isnan(far.middle[720 + 2, 0])
    assert np.isnan(near.middle[:, 0]).any()
    assert [run.code for run in lanes(line, 2161.0, 2174.0, 50)[0]] == [NOTHING]


def test_a_single_absent_step_makes_its_column_partly() -> None:
    present = np.ones_like(stored_session(3600.0).steps.present)
    present[500, 1] = False  # the picture, for one step
    far = lanes(long_track(present=present, quality=np.ones(present.shape, np.float32)), 0.0, 1800.0, 60)[0]
    assert {run.code for run in far} == {PRESENT, PARTLY}
    assert sum(run.last - run.first for run in far if run.code == PARTLY) <= 2


def test_a_lane_says_why_a_modality_is_away() -> None:
    steps = stored_session(3600.0).steps
    present, reasons = np.zeros_like(steps.present), np.full_like(steps.reasons, REASONS.index(Reason.TOO_DARK))
    picture = lanes(long_track(present=present, reasons=reasons), 0.0, 600.0, 60)[0]
    assert [run.code for run in picture] == [ABSENT + REASONS.index(Reason.TOO_DARK)]


def test_scattered_abstention_is_told_from_a_stretch_of_it() -> None:
    steps = stored_session(3600.0).steps
    abstains = np.full_like(steps.abstains, NO_REASON)
    abstains[1000] = abstains[2000:2200] = REASONS.index(Reason.WEAK_EVIDENCE)
    runs = abstained(long_track(abstains=abstains), 0.0, 3600.0, 100)
    codes = [run.code for run in runs]
    assert codes[0] == 1
    assert codes.count(2) == 1
    assert not abstained(long_track(abstains=np.full_like(abstains, NO_REASON)), 0.0, 3600.0, 100)


@pytest.mark.parametrize("columns", [40, 2000])
def test_weights_reach_the_top_wherever_something_was_present(columns: int) -> None:
    shares = stack(long_track(), 0.0, 600.0, columns).shares
    known = ~np.isnan(shares[:, 2])
    assert known.any()
    assert np.allclose(shares[known, 2], 1.0, atol=1e-5)


def test_the_nearest_step_is_the_one_whose_hop_holds_the_moment() -> None:
    line = long_track()
    assert line.t_s[nearest(line, 99.8)] == 100.0
    assert nearest(line, -5.0) == 0
    assert nearest(line, 1e6) == len(line.t_s) - 1


def test_a_session_without_steps_draws_nothing() -> None:
    steps = stored_session(60.0).steps
    empty = track(replace(steps, **{name: getattr(steps, name)[:0] for name in steps.__slots__}), HOP_S)
    assert nearest(empty, 1.0) is None
    assert not len(curves(empty, 0.0, 10.0, 20).x_s)
    assert [run.code for run in lanes(empty, 0.0, 10.0, 20)[0]] == [NOTHING]
    assert abstained(empty, 0.0, 10.0, 20) == []
