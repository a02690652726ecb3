"""Shared parts of the baselines: the interface of `Fusion`, a bounded past, and masked absent modalities.

They use the full model's Trans and attention, its width and its memory, so that they differ only in how the modalities
are combined. None of them has a feedback loop.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.model.config import NetworkConfig
from core.model.inputs import MODALITIES, Streams
from core.model.mie import UniformImportance
from core.model.network import Response
from core.model.trans import Memory, Trans, remember


@dataclass(frozen=True, slots=True, eq=False)
class BaselineState:
    """State of a baseline: {stage: the last inputs of each of its layers, (B, P, d)}, and presence (B, P, 3)."""

    stages: dict[str, Memory]
    present: Tensor


class Baseline(nn.Module, ABC):
    """A causal network from streams to logits with the same number of memory steps as the full model.

    `stages`: how many memories each stage has.
    """

    def __init__(self, config: NetworkConfig, stages: dict[str, int]) -> None:
        super().__init__()
        self.config, self._stages = config, stages

    def start(self, batch: int = 1) -> BaselineState:
        """Returns the state before the first step."""
        like = next(self.parameters())
        nothing = like.new_zeros(batch, 0, self.config.width)
        present = torch.zeros(batch, 0, len(MODALITIES), dtype=torch.bool, device=like.device)
        return BaselineState({name: (nothing,) * count for name, count in self._stages.items()}, present)

    @abstractmethod
    def forward(self, streams: Streams, past: BaselineState) -> tuple[Response, BaselineState]:
        """Runs T steps, (B, T, …) → logits and weights, and the past after them."""

    def _trans(self, inputs: int, layers: int) -> Trans:
        """Builds the full model's temporal encoder for `inputs` values per step."""
        config = self.config
        return Trans(inputs, config.width, config.heads, layers, config.memory_steps, config.dropout)

    def _head(self, inputs: int) -> nn.Sequential:
        """Builds the full model's head."""
        config = self.config
        return nn.Sequential(
            nn.Linear(inputs, config.width),
            nn.ReLU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.width, config.states),
        )

    def _answer(self, logits: Tensor, streams: Streams) -> Response:
        """Builds a response with equal weights for the present modalities."""
        return Response(logits, equal_shares(streams.present, logits), streams.present.any(-1))

    def _kept(self, stages: dict[str, Memory], present: Tensor) -> BaselineState:
        """The past after these steps; present (B, P + T, 3)."""
        return BaselineState(stages, present[:, max(present.shape[1] - self.config.memory_steps + 1, 0) :])

    def _grown(self, past: BaselineState, stage: str, new: Tensor) -> tuple[Tensor, Memory]:
        """Appends new steps to a stage's past, (B, P + T, d), and returns what of it is kept."""
        before = past.stages[stage][0]
        return torch.cat([before, new], dim=1), (remember(before, new, self.config.memory_steps),)


def zeroed(streams: Streams, name: str) -> Tensor:
    """A modality's vectors (B, T, d_m), set to 0 where it is absent."""
    place = MODALITIES.index(name)
    vectors: Tensor = getattr(streams, name)
    return vectors.masked_fill(~streams.present[..., place : place + 1], 0.0)


def equal_shares(present: Tensor, like: Tensor) -> Tensor:
    """Weights (B, T, 3) from presence alone."""
    weights: Tensor = UniformImportance(0, 0.0)({MODALITIES[0]: like}, present)
    return weights
