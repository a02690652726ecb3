"""Teaches the fusion (Trans, CMAA, MIE, TFL, head) on sequences composed from encoder vectors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from core.model.inputs import Streams
from core.model.network import Fusion
from core.training.bank import Bank
from core.training.compose import ComposeSettings, batch, compose
from core.training.judge import Judgement, judge
from core.training.loop import Schedule
from core.training.loss import LossSettings, temporal_loss

SCHEDULE = Schedule(epochs=4, batch=32, peak_rate=5e-4, decay=0.1)
STEPS_AN_EPOCH = 120
_JUDGED = 160


class FusionTask:
    """Composed sequences, as a task for the training loop. Only the fusion learns; the encoders are done."""

    name = "fusion"

    def __init__(
        self,
        fusion: Fusion,
        learning: Bank,
        judging: Bank,
        settings: ComposeSettings,
        schedule: Schedule,
        loss: LossSettings,
        steps: int = STEPS_AN_EPOCH,
    ) -> None:
        self.module, self._steps, self._loss = fusion, steps, loss
        self._bank, self._settings, self._schedule = learning, settings, schedule
        rng = np.random.default_rng((schedule.seed, 10_000))
        self._judged = [compose(judging, settings, rng) for _ in range(_JUDGED)]

    def steps(self) -> int:
        """Batches an epoch."""
        return self._steps

    def batches(self, epoch: int) -> Iterator[tuple[Streams, Tensor]]:
        """Freshly composed sequences."""
        rng = np.random.default_rng((self._schedule.seed, epoch))
        for _ in range(self._steps):
            yield batch([compose(self._bank, self._settings, rng) for _ in range(self._schedule.batch)])

    def loss(self, batch: tuple[Streams, Tensor]) -> Tensor:
        """The paper's loss, in full precision: the network is small and probabilities near 0 matter."""
        streams, targets = batch
        with torch.autocast("cpu", enabled=False):
            response, _ = self.module(streams, self.module.start(len(targets)))
            return temporal_loss(response, targets, self._loss)

    def score(self) -> dict[str, float]:
        """Figures on validation identities."""
        judged: Judgement = judge(self.module, self._judged)
        return {"accuracy": judged.accuracy, "macro_f1": judged.macro_f1, "transition_accuracy": judged.at_transitions}
