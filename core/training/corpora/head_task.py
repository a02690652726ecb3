"""Trains the fusion on recorded clips of a corpus; the encoders are frozen, their vectors are read from disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from core.errors import DataError
from core.model.inputs import Streams
from core.model.network import Fusion
from core.training.corpora.figures import unrolled
from core.training.corpora.steps import LabelledHops, batch_of
from core.training.encoders.encoder_tasks import shuffled
from core.training.fusion.loss import LossSettings, temporal_loss
from core.training.training_loop import TrainingSchedule

SCHEDULE = TrainingSchedule(epochs=20, batch=32, peak_rate=5e-4, decay=0.1)
_DROPPED = 0.15
"""How often a modality is removed from a clip: without this MIE cannot learn to handle a missing one."""

Batch = tuple[Streams, Tensor]


class HeadTask:
    """Training task on recorded clips."""

    name = "head"

    def __init__(
        self,
        fusion: Fusion,
        training: Sequence[LabelledHops],
        validation: Sequence[LabelledHops],
        schedule: TrainingSchedule,
    ):
        self.module, self._schedule = fusion, schedule
        self._training, self._validation = list(training), list(validation)
        self._loss = LossSettings()

    def steps(self) -> int:
        """Batches per epoch."""
        return len(self._training) // self._schedule.batch

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Yields shuffled clips, some of them without one of their modalities."""
        rng = np.random.default_rng((self._schedule.seed, epoch))
        for places in shuffled(np.arange(len(self._training)), self._schedule.batch, rng):
            streams, targets = batch_of([self._training[place] for place in places])
            yield dropped(streams, rng), targets

    def loss(self, batch: Batch) -> Tensor:
        """Computes the paper's loss in float32: the network is small and probabilities near 0 matter."""
        streams, targets = batch
        with torch.autocast(targets.device.type, enabled=False):
            response, _ = self.module(streams, self.module.start(len(targets)))
            return temporal_loss(response, targets, self._loss)

    def score(self) -> dict[str, float]:
        """Computes metrics on the validation people."""
        predictions = unrolled(self.module, self._validation)
        return {"accuracy": predictions.accuracy, "macro_f1": predictions.macro_f1}


def fitting(schedule: TrainingSchedule, clips: int) -> TrainingSchedule:
    """Adapts the schedule's batch size to a small corpus. Raises `DataError` if there is no clip."""
    if clips == 0:
        raise DataError("No clip of the training part could be read. Complete the copy of the corpus.")
    return replace(schedule, batch=min(schedule.batch, max(clips // 2, 1)))


def dropped(streams: Streams, rng: np.random.Generator) -> Streams:
    """Removes some of the clips' modalities, never all of them."""
    kept = rng.random((len(streams.present), 1, 3)) >= _DROPPED
    kept |= ~kept.any(-1, keepdims=True)
    bare = ~(streams.present & torch.from_numpy(kept)).any(-1, keepdim=True)  # no kept modality is present at this hop
    return streams.restricted_to(torch.from_numpy(kept) | bare)
