"""Explanations match real runs: "without a modality" equals a run that lacks the modality."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.features.load_model import open_checkpoint
from core.model.checkpoint import Checkpoint
from core.model.inputs import MODALITIES, ModelInputs
from core.model.live import LiveModel, LiveOutput
from core.settings import ModelSettings
from tests.core.model.test_live import hop

AWAY = {2: (True, False, True), 3: (True, False, True), 6: (False, True, False), 8: (True, True, False)}
"""Hops at which some modality is absent."""
STEPS = 30
"""More steps than attention reaches back."""


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    return open_checkpoint(ModelSettings(), "cpu")


@pytest.fixture(scope="module")
def hops() -> list[ModelInputs]:
    everything = (True, True, True)
    return [replace(hop(step), present=torch.tensor([AWAY.get(step % 10, everything)])) for step in range(STEPS)]


def lived(checkpoint: Checkpoint, hops: list[ModelInputs], explaining: bool = True) -> list[LiveOutput]:
    model = LiveModel(checkpoint)
    model.explain(explaining)
    return [model.step(one) for one in hops]


def lacking(one: ModelInputs, place: int) -> ModelInputs:
    present = one.present.clone()
    present[:, place] = False
    return replace(one, present=present)


@pytest.fixture(scope="module")
def explained(checkpoint: Checkpoint, hops: list[ModelInputs]) -> list[LiveOutput]:
    return lived(checkpoint, hops)


def test_explaining_does_not_change_the_output(checkpoint, hops, explained) -> None:
    for plain, told in zip(lived(checkpoint, hops, explaining=False), explained, strict=True):
        assert plain.explanation is None
        np.testing.assert_array_equal(plain.probabilities, told.probabilities)
        np.testing.assert_array_equal(plain.weights, told.weights)


@pytest.mark.parametrize("place", range(3))
def test_without_equals_a_run_that_lacks_the_modality(checkpoint, hops, explained, place: int) -> None:
    deprived = lived(checkpoint, [lacking(one, place) for one in hops], explaining=False)
    for said, lived_without in zip(explained, deprived, strict=True):
        np.testing.assert_allclose(said.explanation["without"][place], lived_without.probabilities, atol=1e-5)


def test_evidence_equals_a_run_without_feedback(checkpoint, hops, explained) -> None:
    open_loop = LiveModel(checkpoint)
    open_loop.feed_back(False)
    apart = 0.0
    for one, said in zip(hops, explained, strict=True):
        np.testing.assert_allclose(said.explanation["evidence"], open_loop.step(one).probabilities, atol=1e-5)
        apart = max(apart, float(np.abs(said.explanation["evidence"] - said.probabilities).max()))
    assert apart > 1e-3  # feedback has an effect


def test_feedback_is_the_estimate_before_and_uniform_after_a_reset(checkpoint, hops) -> None:
    model = LiveModel(checkpoint)
    model.explain(True)
    assert model.step(hops[0]).explanation["feedback"] == pytest.approx([0.25] * 4)
    assert model.step(hops[1]).explanation["feedback"] != pytest.approx([0.25] * 4, abs=1e-3)
    model.reset_feedback()
    again = model.step(hops[2])
    assert again.explanation["feedback"] == pytest.approx([0.25] * 4)
    np.testing.assert_allclose(again.explanation["evidence"], again.probabilities, atol=1e-5)


def test_explaining_from_the_middle_starts_with_the_current_feedback(checkpoint, hops) -> None:
    model = LiveModel(checkpoint)
    for one in hops[:10]:
        model.step(one)
    model.explain(True)
    late = model.step(hops[10]).explanation
    assert late["feedback"] != pytest.approx([0.25] * 4, abs=1e-3)
    assert np.isfinite(late["without"]).all()


def test_contributions_and_attention_are_shares(hops, explained) -> None:
    for step, (one, answer) in enumerate(zip(hops, explained, strict=True)):
        told, heard = answer.explanation["told"], answer.explanation["heard"]
        there = one.present[0].numpy()
        assert told.sum(-1) == pytest.approx(there.astype(float), abs=1e-5)
        assert (told >= 0).all()
        assert not heard[:, :, : max(heard.shape[-1] - step - 1, 0)].any()  # nothing before the first step
        assert not heard[np.eye(3, dtype=bool)].any()
        assert heard[~there].sum() == 0
        sums = heard[there].sum(-1)
        assert np.all((np.abs(sums - 1) < 1e-5) | (sums == 0))
        for asked in range(3):
            absent = [at for at in range(heard.shape[-1]) if not was_there(hops, step, at, asked, heard.shape[-1])]
            assert not heard[:, asked, absent].any()


def was_there(hops: list[ModelInputs], step: int, place: int, asked: int, reach: int) -> bool:
    past = step - (reach - 1 - place)
    return past >= 0 and bool(hops[past].present[0, asked])


def test_without_the_only_modality_there_is_no_estimate(checkpoint) -> None:
    only_voice = hop(0, audio=True, visual=False, text=False)
    said = lived(checkpoint, [only_voice])[0].explanation["without"]
    assert np.isnan(said[MODALITIES.index("audio")]).all()
    assert np.isfinite(said[1:]).all()


def test_a_step_without_input_has_an_empty_explanation(checkpoint) -> None:
    said = lived(checkpoint, [hop(0, audio=False, visual=False, text=False)])[0].explanation
    assert np.isnan(said["evidence"]).all()
    assert np.isnan(said["without"]).all()
    assert not said["told"].any()


def test_features_of_present_modalities_are_returned(checkpoint) -> None:
    kept = LiveModel(checkpoint).step(hop(0, text=False)).features
    assert {name: (v.dtype, v.shape) for name, v in kept.items()} == {
        "audio": (np.float16, (192,)),
        "visual": (np.float16, (240,)),
    }
