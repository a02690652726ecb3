"""The live model: its output when modalities are missing, and that its savings do not change the output."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.features.load_model import open_checkpoint
from core.model.checkpoint import Calibration, Checkpoint
from core.model.inputs import ModelInputs
from core.model.live import LiveModel
from core.settings import ModelSettings
from core.training.padded_hops import pad_hops


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    return open_checkpoint(ModelSettings(random_weights=True), "cpu")


def hop(seed: int, audio: bool = True, visual: bool = True, text: bool = True) -> ModelInputs:
    generator = torch.Generator().manual_seed(seed)
    return ModelInputs(
        waveform=torch.randn(1, 32_000, generator=generator),
        crops=torch.randn(1, 2, 1, 96, 96, generator=generator),
        crop_mask=torch.ones(1, 2, dtype=torch.bool),
        tokens=torch.randint(5, 12_000, (1, 6), generator=generator),
        token_mask=torch.ones(1, 6, dtype=torch.bool),
        token_age_s=torch.rand(1, 6, generator=generator),
        since_word_s=torch.rand(1, generator=generator),
        present=torch.tensor([[audio, visual, text]]),
    )


def test_a_step_gives_probabilities_and_weights(checkpoint: Checkpoint) -> None:
    answer = LiveModel(checkpoint).step(hop(0, audio=False))
    assert answer.probabilities.sum() == pytest.approx(1.0, abs=1e-5)
    assert answer.weights[0] == 0.0
    assert answer.weights.sum() == pytest.approx(1.0, abs=1e-5)


def test_with_nothing_present_there_is_no_label(checkpoint: Checkpoint) -> None:
    answer = LiveModel(checkpoint).step(hop(0, audio=False, visual=False, text=False))
    assert np.isnan(answer.probabilities).all()
    assert not answer.weights.any()
    assert answer.abstain


def test_reset_clears_the_state(checkpoint: Checkpoint) -> None:
    model = LiveModel(checkpoint)
    fresh = model.step(hop(1))
    later = model.step(hop(1))
    model.reset()
    again = model.step(hop(1))
    np.testing.assert_array_equal(fresh.probabilities, again.probabilities)
    assert not np.array_equal(fresh.probabilities, later.probabilities)


def test_the_text_cache_does_not_change_the_output(checkpoint: Checkpoint) -> None:
    """A step with cached text has the same text vector as one that encodes the text."""
    words = hop(7)
    again = replace(hop(1), tokens=words.tokens, token_mask=words.token_mask)
    model = LiveModel(checkpoint)
    assert model.cached_text(again) is None
    model.step(words)
    with torch.inference_mode():
        encoded = checkpoint.network.encode(again.over_time()).text[0]
    cached = model.cached_text(again)
    assert cached is not None
    assert torch.equal(cached, encoded)
    np.testing.assert_array_equal(model.step(again).features["text"], encoded[0].half().numpy())


def test_hop_by_hop_equals_unrolled_and_absent_content_does_not_matter(checkpoint: Checkpoint) -> None:
    """The live steps, encoders included, against one call of the whole network over all hops."""
    shows = [(True, True, True), (False, True, True), (False, False, True), (False, False, False), (True, True, False)]
    hops = [hop(seed, *show) for seed, show in enumerate(shows)]
    junk = [
        replace(one, waveform=one.waveform + 1) if not show[0] else one for one, show in zip(hops, shows, strict=True)
    ]
    model = LiveModel(checkpoint)
    with torch.inference_mode():
        _, whole, _ = checkpoint.network(pad_hops([hops]), checkpoint.network.fusion.start())
    logits = whole.logits[0] / checkpoint.calibration.temperature
    for step, one in enumerate(junk):
        answer = model.step(one)
        np.testing.assert_allclose(answer.weights, whole.weights[0, step].numpy(), atol=1e-5)
        if any(shows[step]):
            np.testing.assert_allclose(answer.probabilities, torch.softmax(logits[step], -1).numpy(), atol=1e-5)


def test_below_the_threshold_it_abstains(checkpoint: Checkpoint) -> None:
    never, always = Calibration(1.0, 0.0), Calibration(1.0, 1.0)
    assert not LiveModel(replace(checkpoint, calibration=never)).step(hop(0)).abstain
    assert LiveModel(replace(checkpoint, calibration=always)).step(hop(0)).abstain


def test_a_higher_temperature_softens_the_probabilities(checkpoint: Checkpoint) -> None:
    sharp = LiveModel(replace(checkpoint, calibration=Calibration(0.2, 0.0))).step(hop(0)).probabilities
    soft = LiveModel(replace(checkpoint, calibration=Calibration(5.0, 0.0))).step(hop(0)).probabilities
    assert sharp.max() > soft.max()
    assert sharp.argmax() == soft.argmax()


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
def test_cuda_and_cpu_agree(checkpoint: Checkpoint) -> None:
    on_cpu, on_cuda = LiveModel(checkpoint), LiveModel(checkpoint, "cuda")
    for seed in range(3):
        one, two = on_cpu.step(hop(seed)), on_cuda.step(hop(seed))
        np.testing.assert_allclose(one.probabilities, two.probabilities, atol=1e-3)
