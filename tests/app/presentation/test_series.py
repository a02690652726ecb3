"""Plot data: holes where steps were skipped, NaN where nothing was present."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.presentation.series import EMPTY, Series, presence_spans, series
from app.widgets.curve_labels import spread
from core.types import Estimate, Reason
from tests.app.scripted_engine import estimate_at
from tests.support.recent_steps import recent

HOP_S = 0.5


def drawn_of(made: list[Estimate], now_s: float) -> Series:
    return series(recent(made).columns, now_s, HOP_S)


def test_no_estimates_give_empty_arrays() -> None:
    assert drawn_of([], 0.0) is EMPTY


def test_time_is_seconds_before_now() -> None:
    drawn = drawn_of([estimate_at(k * HOP_S, {}) for k in range(4)], 1.5)
    assert drawn.x.tolist() == [-2.0, -1.5, -1.0, -0.5, 0.0]


def test_skipped_hops_leave_a_hole() -> None:
    drawn = drawn_of([estimate_at(t, {}) for t in (0.5, 1.0, 3.0, 3.5)], 3.5)
    assert drawn.x.tolist() == [-3.5, -3.0, -2.5, -1.0, -1.0, -0.5, 0.0]
    assert np.isnan(drawn.probabilities[:, 0]).tolist() == [False, False, False, True, False, False, False]


def test_a_lone_step_is_as_long_as_its_hop() -> None:
    drawn = drawn_of([estimate_at(t, {}) for t in (0.5, 5.0)], 5.0)
    assert drawn.x.tolist() == [-5.0, -4.5, -0.5, -0.5, 0.0]
    assert drawn.probabilities[-1].tolist() == drawn.probabilities[-2].tolist()


def test_shares_are_cumulated_and_end_at_one_where_anything_was_present() -> None:
    nothing = dict.fromkeys(("audio", "visual", "text"), Reason.NO_FACE)
    drawn = drawn_of([estimate_at(0.5, {}), estimate_at(1.0, nothing)], 1.0)
    assert drawn.shares[1, -1] == pytest.approx(1.0)
    assert np.isnan(drawn.shares[-1]).all()
    assert drawn.abstained[-1].end == 0.0


def test_presence_is_joined_to_stretches_with_their_reason() -> None:
    silent = {"audio": Reason.SILENCE}
    steps = [estimate_at(t, silent if t > 1 else {}) for t in (0.5, 1.0, 1.5, 2.0)]
    heard, gone = presence_spans(recent(steps).columns, 2.0, HOP_S)["audio"]
    assert (heard.start, heard.end, heard.reason) == (-2.0, -1.0, None)
    assert (gone.start, gone.end, gone.reason) == (-1.0, 0.0, Reason.SILENCE)


@given(st.lists(st.floats(0, 200), min_size=1, max_size=5))
def test_labels_never_cover_each_other_and_stay_inside(places: list[float]) -> None:
    rows = sorted(spread(places, 18.0, 9.0, 191.0))
    assert all(after - before >= 18.0 - 1e-9 for before, after in pairwise(rows))
    assert rows[0] >= 9.0 - 1e-9
    assert rows[-1] <= 191.0 + 1e-9


@given(st.lists(st.floats(20, 180), min_size=2, max_size=4))
def test_labels_keep_the_order_of_their_curves(places: list[float]) -> None:
    rows = spread(places, 18.0, 9.0, 191.0)
    order = sorted(range(len(places)), key=lambda i: places[i])
    assert [rows[i] for i in order] == sorted(rows)


def test_bands_lie_around_their_edges() -> None:
    absent = {"text": Reason.NO_WORDS}
    drawn = drawn_of([estimate_at(0.5, {}), estimate_at(1.0, absent), estimate_at(5.0, {})], 5.0)
    known = ~np.isnan(drawn.shares[:, 0])
    low, high = drawn.bands[known][..., 0], drawn.bands[known][..., 1]
    edges = drawn.shares[known][:, :2]
    assert (low <= edges + 1e-6).all()
    assert (edges <= high + 1e-6).all()
    assert np.isnan(drawn.bands[~known]).all()
    without_words = drawn.bands[np.flatnonzero(known)[2], 1]
    assert without_words == pytest.approx([1.0, 1.0])


def test_two_edges_that_coincide_are_drawn_once() -> None:
    bands = drawn_of([estimate_at(0.5, {"audio": Reason.SILENCE})], 0.5).bands[-1]
    assert np.isnan(bands[0]).all()
    assert np.ptp(bands[1]) > 0.0
