"""Metrics on cases small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from core.training.comparison.episodes import weight_falls
from core.training.comparison.report.excerpt import AFTER, weights_around_episodes
from core.training.comparison.report.tables import spread
from core.training.fusion.evaluation import GroundTruth, UnrolledOutput
from core.training.fusion.transitions import after_change, changes, lags
from core.training.metrics.metrics import (
    confusions,
    expected_calibration_error,
    macro_f1,
    macro_f1_of,
    paired_bootstrap,
    reliability,
)

CLEAR = np.ones(24, dtype=bool)


def states(*stays: tuple[int, int]) -> np.ndarray:
    return np.concatenate([np.full(length, state) for state, length in stays])


def test_lag_counts_the_steps_until_the_first_correct_prediction() -> None:
    state = states((0, 8), (1, 8), (2, 8))
    guess = states((0, 11), (1, 7), (2, 6))
    assert lags(state, CLEAR, guess) == [(3, True), (2, True)]
    assert lags(state, CLEAR, state) == [(0, True), (0, True)]


def test_a_state_that_is_never_predicted_counts_with_its_duration() -> None:
    state = states((0, 8), (1, 9), (2, 7))
    found = changes(state[None], CLEAR[None], states((0, 24))[None])
    assert found.lag_mean == 8.0
    assert found.never == 1.0
    assert found.flips_a_minute == 0.0


def test_short_unclear_and_none_states_have_no_lag() -> None:
    guess = states((0, 24))
    assert lags(states((0, 20), (1, 4)), CLEAR, guess) == []
    assert lags(states((0, 12), (4, 12)), CLEAR, guess) == []
    unclear = CLEAR.copy()
    unclear[14] = False
    assert lags(states((0, 12), (1, 12)), unclear, guess) == []


def test_a_step_without_input_is_neither_correct_nor_a_flip() -> None:
    state = states((0, 12), (1, 12))
    guess = states((0, 12), (1, 12))
    guess[12:15] = -1
    found = changes(state[None], CLEAR[None], guess[None])
    assert (found.lag_mean, found.never, found.flips_a_minute) == (3.0, 0.0, 0.0)
    guess = states((0, 12), (1, 12))
    guess[3] = 2
    found = changes(state[None], CLEAR[None], guess[None])
    assert found.flips_a_minute == pytest.approx(3 / 23 * 120)
    assert found.true_a_minute == pytest.approx(1 / 23 * 120)


def test_two_seconds_after_a_change_count_as_transition() -> None:
    assert after_change(states((0, 5), (1, 7))[None])[0].tolist() == [False] * 5 + [True] * 4 + [False] * 3


def test_calibration_error_of_a_case_counted_by_hand() -> None:
    shares = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4]], dtype=np.float32)
    truth = np.array([0, 1, 0, 0])
    assert expected_calibration_error(shares, truth, bins=10) == pytest.approx(0.5 * 0.4 + 0.5 * 0.4)
    bins = reliability(shares, truth, bins=10)
    np.testing.assert_allclose(bins.right, [1.0, 0.5])
    np.testing.assert_allclose(bins.share, [0.5, 0.5])


def test_macro_f1_of_confusions_equals_that_of_the_predictions() -> None:
    rng = np.random.default_rng(0)
    truth, guess = rng.integers(4, size=(6, 30)), rng.integers(4, size=(6, 30))
    counted = rng.random((6, 30)) < 0.7
    found = confusions(truth, guess, counted, 4)
    assert found.sum() == counted.sum()
    assert float(macro_f1_of(found.sum(0))) == pytest.approx(macro_f1(truth[counted], guess[counted], 4))


def test_the_bootstrap_separates_a_better_network_from_an_equal_one() -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(4, size=(60, 30))
    good = np.where(rng.random(truth.shape) < 0.9, truth, rng.integers(4, size=truth.shape))
    poor = np.where(rng.random(truth.shape) < 0.5, truth, rng.integers(4, size=truth.shape))
    one, other = (confusions(truth, guess, truth >= 0, 4)[None] for guess in (good, poor))
    better = paired_bootstrap(one, other, np.random.default_rng(2), draws=200)
    assert 0 < better.low < better.mean < better.high
    same = paired_bootstrap(one, one, np.random.default_rng(2), draws=200)
    assert (same.low, same.mean, same.high) == (0.0, 0.0, 0.0)


def unrolled(weights: np.ndarray, noisy: slice, present: np.ndarray | None = None) -> UnrolledOutput:
    """One sequence with a noisy voice; its weight is given, the face has the rest."""
    steps = len(weights)
    there = np.ones((1, steps, 3), dtype=bool) if present is None else present
    bad = np.zeros((1, steps, 3), dtype=bool)
    bad[0, noisy, 0] = True
    every = np.stack([weights, 1 - weights, np.zeros(steps)], axis=-1)[None].astype(np.float32)
    state = np.zeros((1, steps), dtype=np.int64)
    return UnrolledOutput(
        GroundTruth(state, state == 0, state != 0, there, bad), np.zeros((1, steps, 4), dtype=np.float32), every
    )


def test_a_weight_that_falls_in_its_episode() -> None:
    weights = np.full(24, 0.5)
    weights[10:16] = 0.2
    found = weight_falls(unrolled(weights, slice(10, 16)))
    assert found["audio"].episodes == 1
    assert found["audio"].against_before == found["audio"].against_clean == 1.0
    assert found["audio"].within == pytest.approx(0.2)
    assert found["visual"].episodes == 0
    steady = weight_falls(unrolled(np.full(24, 0.5), slice(10, 16)))
    assert steady["audio"].against_before == steady["audio"].against_clean == 0.0


def test_an_episode_without_the_modality_before_it_does_not_count() -> None:
    present = np.ones((1, 24, 3), dtype=bool)
    present[0, :10, 0] = False
    assert weight_falls(unrolled(np.full(24, 0.5), slice(10, 16), present))["audio"].episodes == 0


def test_a_single_modality_does_not_count() -> None:
    present = np.zeros((1, 24, 3), dtype=bool)
    present[..., 0] = True
    assert weight_falls(unrolled(np.ones(24), slice(10, 16), present))["audio"].episodes == 0


def test_episodes_are_aligned_at_their_start() -> None:
    weights = np.full(24, 0.5)
    weights[10:16] = 0.2
    one = unrolled(weights, slice(10, 16))
    many = UnrolledOutput(
        GroundTruth(
            *(np.repeat(getattr(one.truth, name), 9, axis=0) for name in ("state", "clear", "none", "present", "noisy"))
        ),
        np.repeat(one.logits, 9, axis=0),
        np.repeat(one.weights, 9, axis=0),
    )
    bands = weights_around_episodes(many)
    start = len(bands.mean) - AFTER
    np.testing.assert_allclose(bands.mean[start - 3 : start + 3, 0], [0.5, 0.5, 0.5, 0.2, 0.2, 0.2], atol=1e-6)
    assert np.isnan(bands.mean[start + 6, 0]), "an episode ends"
    assert bands.count[start, 0] == 9


def test_spread_omits_unknown_deviations() -> None:
    assert spread(np.array([0.5, 0.6, 0.7])) == "0.600 ± 0.100"
    assert spread(np.array([0.5])) == "0.500"
    assert spread(np.array([np.nan])) == "–"
