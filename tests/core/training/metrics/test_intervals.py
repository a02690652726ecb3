"""Intervals: centred on the values of `metrics`, with the width that the identities justify, without warnings."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.training.metrics.intervals import balanced_accuracy_of, bootstrap, by_source, confusions, scores
from core.training.metrics.metrics import accuracy, macro_f1


def guesses(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.integers(3, size=n)
    return truth, np.where(rng.random(n) < 0.7, truth, rng.integers(3, size=n))


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(1, 9), st.integers(0, 99))
def test_scores_equal_those_of_metrics(n: int, identities: int, seed: int) -> None:
    truth, guess = guesses(n, seed)
    found = scores(truth, guess, [str(place % identities) for place in range(n)], 4, draws=20)
    assert (found.samples, found.identities) == (n, min(n, identities))
    assert found.accuracy.value == pytest.approx(accuracy(truth, guess), nan_ok=True)
    assert found.macro_f1.value == pytest.approx(macro_f1(truth, guess, 4), nan_ok=True)
    if found.identities >= 5:
        assert 0 <= found.accuracy.low <= found.accuracy.high <= 1
        assert 0 <= found.macro_f1.low <= found.macro_f1.high <= 1
    else:
        assert math.isnan(found.accuracy.low), "too few identities say nothing of others"
    json.dumps(found.to_json())


def test_independent_samples_give_the_textbook_interval() -> None:
    truth, guess = guesses(900)
    found = scores(truth, guess, [str(place) for place in range(900)], 3).accuracy
    half = 1.96 * math.sqrt(found.value * (1 - found.value) / 900)
    assert found.high - found.low == pytest.approx(2 * half, rel=0.12)
    assert found.low < found.value < found.high


def test_repeated_samples_do_not_narrow_the_interval() -> None:
    truth, guess = guesses(60)
    once = scores(truth, guess, [str(place) for place in range(60)], 3).accuracy
    often = [np.repeat(values, 10) for values in (truth, guess)]
    same = scores(often[0], often[1], [str(place // 10) for place in range(600)], 3).accuracy
    assert same == once
    alone = scores(truth, guess, ["one"] * 60, 3).accuracy
    assert alone.value == once.value
    assert math.isnan(alone.low)
    assert math.isnan(alone.high)


def test_the_same_seed_draws_the_same_and_any_sum_may_be_the_statistic() -> None:
    groups, values = [str(place % 40) for place in range(200)], np.arange(200.0)[:, None]
    one, two = (bootstrap(groups, values, lambda sums: sums[:, 0] / 200, seed=3) for _ in range(2))
    assert one == two
    assert one.value == pytest.approx(values.mean())
    assert bootstrap(groups, values, lambda sums: sums[:, 0] / 200, seed=4) != one


def test_balanced_accuracy_does_not_reward_the_largest_class() -> None:
    truth, guess = np.array([0] * 9 + [1]), np.zeros(10, dtype=np.int64)
    found = bootstrap([str(place) for place in range(10)], confusions(truth, guess, 2), balanced_accuracy_of)
    assert found.value == 0.5


def test_sources_are_scored_separately() -> None:
    truth, guess = np.array([0, 1, 0, 1, 1]), np.array([0, 1, 1, 0, 0])
    found = by_source(truth, guess, list("aabbb"), ["good", "good", "bad", "bad", "bad"], 2)
    assert found["good"].accuracy.value == found["good"].macro_f1.value == 1.0
    assert found["bad"].accuracy.value == 0.0
    assert (found["bad"].samples, found["bad"].identities) == (3, 1)
