"""The baselines are causal, can run stepwise, and ignore the content of absent modalities."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from core.model.config import compact
from core.model.inputs import MODALITIES, Streams
from core.model.network import Fusion, Response
from core.training.comparison.influence import PERMUTATIONS, permuted
from core.training.comparison.runner import parameters
from core.training.comparison.variants import VARIANTS, chosen_variants
from core.training.fusion.baselines import BASELINES, Baseline
from core.training.fusion.loss import LossSettings
from tests.core.model.small import WIDTHS, part, random_streams, small_config, small_fusion

TOLERANCE = 1e-5
every_baseline = pytest.mark.parametrize("name", BASELINES)


def small_baseline(name: str, seed: int = 0) -> Baseline:
    torch.manual_seed(seed)
    baseline = BASELINES[name](small_config(), WIDTHS).eval()
    for parameter in baseline.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    return baseline


def unrolled(network: Baseline | Fusion, streams: Streams) -> Response:
    with torch.inference_mode():
        return network(streams, network.start(len(streams.present)))[0]


def stepwise(network: Baseline, streams: Streams, stride: int) -> Response:
    past, parts = network.start(len(streams.present)), []
    with torch.inference_mode():
        for first in range(0, streams.present.shape[1], stride):
            response, past = network(part(streams, first, first + stride), past)
            parts.append(response)
    return Response(
        *(torch.cat([getattr(one, field) for one in parts], dim=1) for field in ("logits", "weights", "seen"))
    )


@every_baseline
@pytest.mark.parametrize("stride", [1, 3])
def test_stepwise_equals_unrolled(name: str, stride: int) -> None:
    network, streams = small_baseline(name), random_streams(23, seed=1)
    one, other = unrolled(network, streams), stepwise(network, streams, stride)
    torch.testing.assert_close(one.logits, other.logits, atol=TOLERANCE, rtol=0)
    torch.testing.assert_close(one.weights, other.weights, atol=TOLERANCE, rtol=0)
    assert torch.equal(one.seen, other.seen)


@every_baseline
def test_the_future_changes_nothing_in_the_past(name: str) -> None:
    network, streams, other = small_baseline(name), random_streams(12, seed=2), random_streams(12, seed=3)
    for cut in (1, 5, 11):
        spliced = Streams(
            *(
                torch.cat([getattr(streams, field)[:, :cut], getattr(other, field)[:, cut:]], dim=1)
                for field in Streams.__slots__
            )
        )
        one, two = unrolled(network, streams), unrolled(network, spliced)
        torch.testing.assert_close(one.logits[:, :cut], two.logits[:, :cut], atol=TOLERANCE, rtol=0)


@every_baseline
@pytest.mark.parametrize("fill", [1e3, float("nan")])
def test_the_content_of_an_absent_modality_changes_nothing(name: str, fill: float) -> None:
    network, streams = small_baseline(name), random_streams(10, seed=4, absence=0.5)
    there = {field: streams.present[..., place : place + 1] for place, field in enumerate(MODALITIES)}
    changed = {field: torch.where(there[field], getattr(streams, field), torch.tensor(fill)) for field in MODALITIES}
    refilled = replace(streams, **changed)
    assert torch.equal(unrolled(network, streams).logits, unrolled(network, refilled).logits)


@every_baseline
def test_every_modality_and_the_past_affect_the_output(name: str) -> None:
    network, streams = small_baseline(name), random_streams(6, seed=5, absence=0.0)
    before = unrolled(network, streams).logits
    for field in MODALITIES:
        moved = getattr(streams, field).clone()
        moved[:, 2] += torch.randn(moved[:, 2].shape, generator=torch.Generator().manual_seed(9))
        after = unrolled(network, replace(streams, **{field: moved})).logits
        assert not torch.allclose(before[:, 2], after[:, 2], atol=1e-4)
        assert not torch.allclose(before[:, 4], after[:, 4], atol=1e-6)


def test_all_have_about_as_many_parameters_as_the_full_model() -> None:
    widths = {"audio": 192, "visual": 240, "text": 384}
    full = parameters(Fusion(compact(), widths))
    for baseline in BASELINES.values():
        assert 0.9 < parameters(baseline(compact(), widths)) / full < 1.1


@pytest.mark.parametrize("how", PERMUTATIONS)
def test_permuting_equal_weights_changes_nothing(how: str) -> None:
    streams = random_streams(9, seed=6)
    even = small_fusion(importance="uniform")
    assert torch.equal(unrolled(even, streams).logits, unrolled(permuted(even, how), streams).logits)


@pytest.mark.parametrize("how", PERMUTATIONS)
def test_permuted_weights_stay_with_the_present_and_matter(how: str) -> None:
    streams, fusion = random_streams(9, seed=7, batch=4), small_fusion()
    whole, control = unrolled(fusion, streams), unrolled(permuted(fusion, how), streams)
    assert bool((control.weights[~streams.present] == 0).all())
    torch.testing.assert_close(control.weights.sum(-1), streams.present.any(-1).float())
    assert not torch.allclose(whole.logits, control.logits)
    if how == "shuffled":
        torch.testing.assert_close(control.weights.sort(-1).values, whole.weights.sort(-1).values)


def test_static_weights_are_the_same_at_every_step_with_the_same_modalities() -> None:
    weights = unrolled(small_fusion(importance="static"), random_streams(7, seed=8, absence=0.0)).weights
    torch.testing.assert_close(weights, weights[:1, :1].expand_as(weights))


def test_a_variant_equal_to_the_full_model_is_not_trained() -> None:
    names = {one.name for one in chosen_variants([], compact(), LossSettings(kl_weight=0.1))}
    assert "full" in names
    assert "lambda-0.1" not in names
    assert ("detached" in names) != ("attached" in names)
    assert names < set(VARIANTS)
