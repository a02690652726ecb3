"""Trains the fusion (Trans, CMAA, MIE, TFL, head) on sequences composed from encoder vectors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor

from core.model.inputs import MODALITIES, Streams
from core.training.fusion.baselines import Fuser
from core.training.fusion.embedding_bank import GOOD_TAKES, EmbeddingBank, ModalityEmbeddings
from core.training.fusion.evaluation import FusionMetrics, evaluate_fusion
from core.training.fusion.loss import LossSettings, distrust_loss, temporal_loss
from core.training.fusion.sequence_composer import (
    ComposedSequence,
    ComposeSettings,
    compose,
    picks,
    presence,
    soft_targets,
    word_ages,
)
from core.training.training_loop import TrainingSchedule

Batch = tuple[Streams, Tensor, Tensor]
"""Streams, soft targets (B, T, 4), and where a modality's take is a bad one (B, T, 3)."""

SCHEDULE = TrainingSchedule(epochs=3, batch=32, peak_rate=5e-4, decay=0.1)
_VALIDATION_SEQUENCES = 160


def run_name(seed: int) -> str:
    """Name of the fusion with this seed in a run folder."""
    return "fusion" if seed == SCHEDULE.seed else f"fusion-{seed}"


@dataclass(frozen=True, slots=True)
class FusionAugmentation:
    """Augmentation against overfitting to a few hundred samples.

    `twin_share`: each sample is blended with another of its class, up to this share of the other one.
    `missing_rate`: modalities are removed at random steps, for some sequences up to this rate.
    """

    twin_share: float = 0.5
    missing_rate: float = 0.6


@dataclass(frozen=True, slots=True)
class FusionData:
    """Training data of the fusion: composition, augmentation, loss, and batches per epoch."""

    compose: ComposeSettings = field(default_factory=ComposeSettings)
    roughness: FusionAugmentation = field(default_factory=FusionAugmentation)
    loss: LossSettings = field(default_factory=LossSettings)
    steps: int = 100


class FusionTask:
    """Training task on composed sequences. Only the fusion is trained; the encoders are fixed."""

    def __init__(
        self,
        fusion: Fuser,
        training: EmbeddingBank,
        validation: EmbeddingBank,
        lessons: FusionData,
        schedule: TrainingSchedule,
        name: str = "fusion",
    ) -> None:
        self.name, self.module = name, fusion
        self._bank, self._lessons, self._schedule = training, lessons, schedule
        rng = np.random.default_rng((schedule.seed, 10_000))
        self._validation_sequences = [compose(validation, lessons.compose, rng) for _ in range(_VALIDATION_SEQUENCES)]

    def steps(self) -> int:
        """Batches per epoch."""
        return self._lessons.steps

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Yields freshly composed sequences."""
        rng = np.random.default_rng((self._schedule.seed, epoch))
        for _ in range(self._lessons.steps):
            sequences = [compose(self._bank, self._lessons.compose, rng) for _ in range(self._schedule.batch)]
            yield augmented_batch(sequences, self._lessons.roughness, rng)

    def loss(self, batch: Batch) -> Tensor:
        """Computes the paper's loss and ours in float32: the network is small and probabilities near 0 matter."""
        streams, targets, bad = batch
        settings = self._lessons.loss
        with torch.autocast(targets.device.type, enabled=False):
            response, _ = self.module(streams, self.module.start(len(targets)))
            distrust = settings.distrust_weight * distrust_loss(response.weights, bad)
            return temporal_loss(response, targets, settings) + distrust

    def score(self) -> dict[str, float]:
        """Computes metrics on validation identities."""
        metrics: FusionMetrics = evaluate_fusion(self.module, self._validation_sequences)
        return {
            "accuracy": metrics.accuracy,
            "macro_f1": metrics.macro_f1,
            "transition_accuracy": metrics.at_transitions,
        }


def augmented_batch(sequences: list[ComposedSequence], roughness: FusionAugmentation, rng: Generator) -> Batch:
    """Batches sequences with augmentation: samples blended within their class, modalities removed."""
    bank = sequences[0].bank
    vectors, bad = {}, []
    for name in MODALITIES:
        embeddings, (sample, take) = getattr(bank, name), picks(sequences, name)
        bad.append(take >= GOOD_TAKES)
        kept = 1.0 - roughness.twin_share * rng.random((len(sequences), 1, 1), dtype=np.float32)
        own, other = embeddings.vectors[sample, take], embeddings.vectors[_partners(embeddings, rng)[sample], take]
        vectors[name] = torch.from_numpy(kept * own + (1.0 - kept) * other)
    whole = Streams(**vectors, present=presence(sequences), since_word_s=word_ages(sequences))
    rates = roughness.missing_rate * rng.uniform(-1.0, 1.0, (len(sequences), 1, 1)).clip(0.0)  # half lose nothing
    streams = whole.restricted_to(torch.from_numpy(rng.random(whole.present.shape) >= rates))
    return streams, soft_targets(sequences), torch.from_numpy(np.stack(bad, -1)) & streams.present


def _partners(embeddings: ModalityEmbeddings, rng: Generator) -> NDArray[np.int64]:
    """For every sample another one of its class, (n,)."""
    partners = np.empty(len(embeddings.classes), dtype=np.int64)
    for places in embeddings.by_class:
        partners[places] = rng.permutation(places)
    return partners
