"""The weights' bands: what they include, when they are wide, and that they are deterministic."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.features.load_model import open_checkpoint
from core.model.checkpoint import Calibration, Checkpoint, load, save
from core.model.live import LiveModel
from core.model.network import Fusion, Response
from core.model.uncertainty import WeightBands, stretch
from core.settings import ModelSettings
from tests.core.model.small import random_streams, small_fusion
from tests.core.model.test_live import hop

TOLERANCE = 1e-6


def answered(fusion: Fusion, seed: int, absence: float = 0.3, steps: int = 12) -> Response:
    streams = random_streams(steps, seed, absence)
    with torch.inference_mode():
        return fusion(streams, fusion.start(len(streams.present)))[0]


def with_dropout(dropout: float, seed: int = 0) -> Fusion:
    """A small network whose confidence layers differ under dropout."""
    fusion = small_fusion(seed)
    fusion.weigh.dropout = dropout
    return fusion


def width(bands: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    return bands[1] - bands[0]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), absence=st.floats(0, 1), scale=st.floats(0.1, 8))
def test_bands_include_the_weight_and_are_zero_where_absent(seed: int, absence: float, scale: float) -> None:
    fusion = with_dropout(0.4, seed % 5)
    response = answered(fusion, seed, absence)
    low, high = WeightBands(fusion.weigh, scale).of(response.aligned, response.weights)
    absent = response.weights == 0
    assert bool((low <= response.weights + TOLERANCE).all())
    assert bool((high >= response.weights - TOLERANCE).all())
    assert not low[absent].any()
    assert not high[absent].any()
    assert bool(((low >= 0) & (high <= 1)).all())
    assert bool((low.sum(-1) <= 1 + 1e-4).all())
    assert bool((high.sum(-1) >= response.seen.float() - 1e-4).all())


def test_most_bands_include_the_weight_without_widening() -> None:
    """The quantiles nearly always include the weight by themselves, because masks keep the mean of what they scale."""
    fusion = with_dropout(0.4)
    response = answered(fusion, 3, absence=0.0, steps=60)
    low, high = WeightBands(fusion.weigh).of(response.aligned, response.weights)
    inside = (low < response.weights) & (response.weights < high)
    assert inside.float().mean() > 0.95


def test_more_dropout_makes_wider_bands_and_none_makes_none() -> None:
    fusions = [with_dropout(dropout) for dropout in (0.0, 0.1, 0.3, 0.6)]
    response = answered(fusions[0], 5, absence=0.0)
    widths = [float(width(WeightBands(one.weigh).of(response.aligned, response.weights)).mean()) for one in fusions]
    assert widths == sorted(widths)
    assert widths[0] == 0.0
    assert widths[1] > 0.0


def test_a_single_modality_has_a_band_of_no_width() -> None:
    fusion = with_dropout(0.4)
    streams = random_streams(5, 2, absence=0.0)
    alone = replace(streams, present=torch.tensor([True, False, False]).expand_as(streams.present))
    with torch.inference_mode():
        response, _ = fusion(alone, fusion.start(2))
    low, high = WeightBands(fusion.weigh, 3.0).of(response.aligned, response.weights)
    torch.testing.assert_close(low, response.weights)
    torch.testing.assert_close(high, response.weights)


def test_uniform_importance_has_no_band() -> None:
    fusion = small_fusion(importance="uniform")
    response = answered(fusion, 1)
    low, high = WeightBands(fusion.weigh).of(response.aligned, response.weights)
    assert torch.equal(low, response.weights)
    assert torch.equal(high, response.weights)


def test_bands_are_deterministic_and_equal_hop_by_hop() -> None:
    fusion = with_dropout(0.4)
    response = answered(fusion, 4)
    torch.manual_seed(1)
    once = WeightBands(fusion.weigh).of(response.aligned, response.weights)
    torch.manual_seed(2)
    bands = WeightBands(fusion.weigh)
    again = bands.of(response.aligned, response.weights)
    for one, other in zip(once, again, strict=True):
        assert torch.equal(one, other)
    steps = [
        bands.of({m: h[:, t : t + 1] for m, h in response.aligned.items()}, response.weights[:, t : t + 1])
        for t in range(response.weights.shape[1])
    ]
    for place, whole in enumerate(once):
        torch.testing.assert_close(torch.cat([step[place] for step in steps], 1), whole, atol=1e-5, rtol=0)


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_stretching_moves_a_bound_in_logits(scale: float) -> None:
    weight, bound = torch.tensor([0.4]), torch.tensor([0.6])
    moved = stretch(bound, weight, scale)
    expected = torch.logit(weight) + scale * (torch.logit(bound) - torch.logit(weight))
    torch.testing.assert_close(torch.logit(moved), expected, atol=1e-5, rtol=0)


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    return open_checkpoint(ModelSettings(random_weights=True), "cpu")


def test_live_output_has_bands_that_the_band_scale_widens(checkpoint: Checkpoint) -> None:
    wide = replace(checkpoint, calibration=Calibration(band_scale=3.0))
    one, other = LiveModel(checkpoint).step(hop(0, audio=False)), LiveModel(wide).step(hop(0, audio=False))
    assert one.weight_low[0] == one.weight_high[0] == 0.0
    assert (one.weight_low[1:] < one.weights[1:]).all()
    assert (one.weights[1:] < one.weight_high[1:]).all()
    assert (other.weight_high - other.weight_low)[1:].min() > (one.weight_high - one.weight_low)[1:].max()
    np.testing.assert_array_equal(one.weights, other.weights)


def test_with_nothing_present_the_bands_are_zero(checkpoint: Checkpoint) -> None:
    answer = LiveModel(checkpoint).step(hop(0, audio=False, visual=False, text=False))
    assert not answer.weight_low.any()
    assert not answer.weight_high.any()


def test_the_band_scale_is_stored_and_is_one_in_old_checkpoints(checkpoint: Checkpoint, tmp_path) -> None:
    kept = replace(checkpoint, calibration=Calibration(1.1, 0.2, 2.5))
    save(tmp_path / "new", kept, {})
    assert load(tmp_path / "new").calibration == kept.calibration
    assert Calibration(**{"temperature": 1.1, "threshold": 0.2}).band_scale == 1.0
