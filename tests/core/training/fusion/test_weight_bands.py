"""The scale of the weights' bands: it covers the stated share, and grows with the difference of other networks."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

from core.errors import ModelError
from core.model.network import Fusion
from core.training.fusion.embedding_bank import BAD_TAKES, GOOD_TAKES, EmbeddingBank, ModalityEmbeddings
from core.training.fusion.sequence_composer import ComposedSequence, ComposeSettings, compose
from core.training.fusion.weight_bands import COVERED, coverage, fit_scale
from core.training.pack.labels import CLASSES
from tests.core.model.small import WIDTHS, small_fusion


def embeddings(width: int, seed: int) -> ModalityEmbeddings:
    labels = np.repeat(np.arange(len(CLASSES)), 4)
    vectors = np.random.default_rng(seed).normal(size=(labels.size, GOOD_TAKES + BAD_TAKES, width))
    return ModalityEmbeddings(vectors.astype(np.float16), labels, np.arange(labels.size))


@pytest.fixture(scope="module")
def sequences() -> list[ComposedSequence]:
    bank = EmbeddingBank(*(embeddings(width, seed) for seed, width in enumerate(WIDTHS.values())))
    rng = np.random.default_rng(0)
    return [compose(bank, ComposeSettings(), rng) for _ in range(12)]


def unsure() -> Fusion:
    fusion = small_fusion()
    fusion.weigh.dropout = 0.4
    return fusion


def relative(fusion: Fusion, by: float, seed: int) -> Fusion:
    """The same network with slightly different confidence layers."""
    other = copy.deepcopy(fusion)
    torch.manual_seed(seed)
    for parameter in other.weigh.parameters():
        parameter.data += by * torch.randn_like(parameter)
    return other


def test_the_fitted_scale_covers_what_it_should_and_no_more_than_needed(sequences) -> None:
    fusion = unsure()
    others = [relative(fusion, 0.3, seed) for seed in range(3)]
    scale = fit_scale(fusion, others, sequences)
    assert coverage(fusion, others, sequences, scale) == pytest.approx(COVERED, abs=0.01)
    assert coverage(fusion, others, sequences, 0.5 * scale) < COVERED
    assert fit_scale(fusion, others, sequences, 0.5) < scale


def test_networks_that_differ_more_need_wider_bands(sequences) -> None:
    fusion = unsure()
    near, far = (fit_scale(fusion, [relative(fusion, by, 1)], sequences) for by in (0.05, 0.5))
    assert near < far


def test_a_network_covers_its_own_weights(sequences) -> None:
    assert fit_scale(unsure(), [unsure()], sequences) == 0.0
    assert coverage(small_fusion(), [small_fusion()], sequences, 0.0) == 1.0


def test_no_scale_stretches_bands_of_no_width(sequences) -> None:
    sure = small_fusion()
    with pytest.raises(ModelError, match="dropout"):
        fit_scale(sure, [relative(sure, 0.3, 1)], sequences)
    with pytest.raises(ModelError, match="cannot be scaled"):
        fit_scale(unsure(), [], sequences)
