"""Properties of the fusion over many random networks, streams and absences."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model.cmaa import ALIGNMENTS
from core.model.inputs import MODALITIES, Streams
from core.model.mie import IMPORTANCES, fuse
from core.model.network import Fusion, Response
from core.model.tfl import FEEDBACKS
from core.types import MODALITIES as PROGRAM_MODALITIES
from tests.core.model.small import part, random_streams, small_fusion

TOLERANCE = 1e-5
LIPSCHITZ = 0.3
"""The largest ratio of output change to input change seen over the networks and draws of the test below."""
READINGS = [
    {"alignment": alignment, "importance": importance, "feedback": feedback}
    for alignment in ALIGNMENTS
    for importance in IMPORTANCES
    for feedback in FEEDBACKS
]


def unrolled(fusion: Fusion, streams: Streams) -> Response:
    with torch.inference_mode():
        return fusion(streams, fusion.start(len(streams.present)))[0]


def stepwise(fusion: Fusion, streams: Streams, stride: int = 1) -> Response:
    state, parts = fusion.start(len(streams.present)), []
    with torch.inference_mode():
        for first in range(0, streams.present.shape[1], stride):
            response, state = fusion(part(streams, first, first + stride), state)
            parts.append(response)
    return Response(
        *(torch.cat([getattr(one, name) for one in parts], dim=1) for name in ("logits", "weights", "seen"))
    )


def assert_same(one: Response, other: Response) -> None:
    torch.testing.assert_close(one.logits, other.logits, atol=TOLERANCE, rtol=0)
    torch.testing.assert_close(one.weights, other.weights, atol=TOLERANCE, rtol=0)
    assert torch.equal(one.seen, other.seen)


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: "-".join(reading.values()))
def test_stepwise_equals_unrolled_in_every_reading(reading: dict[str, str]) -> None:
    fusion, streams = small_fusion(**reading), random_streams(23, seed=1)
    assert_same(unrolled(fusion, streams), stepwise(fusion, streams))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), steps=st.integers(1, 20), stride=st.integers(1, 7), absence=st.floats(0, 1))
def test_any_stride_gives_the_same(seed: int, steps: int, stride: int, absence: float) -> None:
    fusion, streams = small_fusion(seed % 7, trans_layers=2), random_streams(steps, seed, absence)
    assert_same(unrolled(fusion, streams), stepwise(fusion, streams, stride))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), cut=st.integers(1, 11))
def test_the_future_changes_nothing_in_the_past(seed: int, cut: int) -> None:
    fusion, streams, other = small_fusion(), random_streams(12, seed), random_streams(12, seed + 1)
    spliced = Streams(
        *(
            torch.cat([getattr(streams, name)[:, :cut], getattr(other, name)[:, cut:]], dim=1)
            for name in Streams.__slots__
        )
    )
    one, two = unrolled(fusion, streams), unrolled(fusion, spliced)
    torch.testing.assert_close(one.logits[:, :cut], two.logits[:, :cut], atol=TOLERANCE, rtol=0)
    torch.testing.assert_close(one.weights[:, :cut], two.weights[:, :cut], atol=TOLERANCE, rtol=0)


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    absence=st.floats(0.1, 1),
    missing=st.sampled_from(["mask", "zero"]),
    fill=st.sampled_from([1e3, float("inf"), float("nan")]),
)
def test_the_content_of_an_absent_modality_changes_nothing(
    seed: int, absence: float, missing: str, fill: float
) -> None:
    fusion, streams = small_fusion(missing=missing), random_streams(10, seed, absence)
    there = {name: streams.present[..., place : place + 1] for place, name in enumerate(MODALITIES)}
    refilled = replace(
        streams, **{name: torch.where(there[name], getattr(streams, name), torch.tensor(fill)) for name in MODALITIES}
    )
    one, two = unrolled(fusion, streams), unrolled(fusion, refilled)
    assert torch.equal(one.logits, two.logits)
    assert torch.equal(one.weights, two.weights)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), absence=st.floats(0, 1))
def test_weights_are_zero_where_absent_and_share_one_elsewhere(seed: int, absence: float) -> None:
    streams = random_streams(9, seed, absence)
    response = unrolled(small_fusion(), streams)
    assert bool((response.weights[~streams.present] == 0).all())
    sums = response.weights.sum(-1)
    torch.testing.assert_close(sums, streams.present.any(-1).float(), atol=TOLERANCE, rtol=0)
    assert torch.equal(response.seen, streams.present.any(-1))


def test_a_step_without_input_resets_feedback_to_uniform() -> None:
    fusion = small_fusion()
    streams = random_streams(6, seed=3, absence=0.0)
    blind = replace(streams, present=torch.zeros_like(streams.present))
    with torch.inference_mode():
        _, state = fusion(streams, fusion.start(2))
        assert not torch.allclose(state.feedback, torch.full_like(state.feedback, 0.25), atol=1e-3)
        _, state = fusion(part(blind, 0, 1), state)
    torch.testing.assert_close(state.feedback, torch.full_like(state.feedback, 0.25))


def test_feedback_matters_in_the_readings_that_have_it() -> None:
    streams = random_streams(1, seed=5, absence=0.0)
    sure = torch.tensor([[0.97, 0.01, 0.01, 0.01]]).repeat(2, 1)
    for name in FEEDBACKS:
        fusion = small_fusion(feedback=name)
        with torch.inference_mode():
            calm, _ = fusion(streams, fusion.start(2))
            pushed, _ = fusion(streams, replace(fusion.start(2), feedback=sure))
        assert torch.equal(calm.logits, pushed.logits) == (name == "none")


def test_leaving_one_modality_out_follows_the_weights() -> None:
    """With the other h̃ fixed: z - z(-m) = α^m (h̃^m - z(-m)), the identity behind Lemma 1."""
    torch.manual_seed(0)
    aligned = {name: torch.randn(4, 3, 16) for name in MODALITIES}
    weights = torch.softmax(torch.randn(4, 3, 3), dim=-1)
    for place, name in enumerate(MODALITIES):
        rest = weights.clone()
        rest[..., place] = 0
        without = fuse(aligned, rest / rest.sum(-1, keepdim=True))
        expected = weights[..., place, None] * (aligned[name] - without)
        torch.testing.assert_close(fuse(aligned, weights) - without, expected, atol=TOLERANCE, rtol=0)


@pytest.mark.parametrize("modality", MODALITIES)
@pytest.mark.parametrize("size", [1e-3, 1e-1, 1.0])
def test_the_output_is_lipschitz_in_one_modality(modality: str, size: float) -> None:
    """Lemma 1 in numbers: over many networks and draws the output changes by at most a measured constant times the
    change of the input (`LIPSCHITZ`), and it does change.
    """
    ratios = []
    for seed in range(30):
        fusion, streams = small_fusion(seed), random_streams(6, seed, absence=0.0)
        vectors = getattr(streams, modality)
        nudge = size * torch.randn(vectors.shape, generator=torch.Generator().manual_seed(seed + 1000))
        moved = unrolled(fusion, replace(streams, **{modality: vectors + nudge})).logits
        ratios.append(float((moved - unrolled(fusion, streams).logits).norm() / nudge.norm()))

    assert 0.01 < max(ratios) < 2 * LIPSCHITZ


def test_model_and_program_use_the_same_order_of_modalities() -> None:
    assert MODALITIES == PROGRAM_MODALITIES
