"""Late fusion: three separate classifiers; the estimate is the mean over the present modalities.

Trained jointly through that mean, which favours it over separate training. The level of the logits (confidence that any
state is shown at all, `core.model.evidence`) is averaged as well.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.model.config import NetworkConfig
from core.model.inputs import MODALITIES, Streams
from core.model.network import Response
from core.model.trans import Memory
from core.training.fusion.baselines.shared import Baseline, BaselineState, equal_shares, zeroed

_DEPTH = 2
"""Layers per layer of the full model, to match the parameters of its alignment."""
_LEAST = 1e-6
"""Lower bound of probabilities before the logarithm; where nothing is present all are equal."""


class LateFusion(Baseline):
    """ŷ = mean over the present m of softmax(head_m(Trans_m)); the logits are its logarithm, at the mean level."""

    def __init__(self, config: NetworkConfig, encoder_widths: dict[str, int]) -> None:
        layers = _DEPTH * config.trans_layers
        super().__init__(config, dict.fromkeys(MODALITIES, layers))
        self.trans = nn.ModuleDict({name: self._trans(encoder_widths[name], layers) for name in MODALITIES})
        self.heads = nn.ModuleDict({name: self._head(config.width) for name in MODALITIES})

    def forward(self, streams: Streams, past: BaselineState) -> tuple[Response, BaselineState]:
        """Runs T steps, (B, T, …) → logits and weights, and the past after them."""
        present = torch.cat([past.present, streams.present], dim=1)  # (B, P + T, 3)
        opinions: list[Tensor] = []
        levels: list[Tensor] = []
        stages: dict[str, Memory] = {}
        for place, name in enumerate(MODALITIES):
            hidden, stages[name] = self.trans[name](zeroed(streams, name), past.stages[name], present[..., place])
            logits = self.heads[name](hidden)
            opinions.append(torch.softmax(logits, dim=-1))
            levels.append(torch.logsumexp(logits, dim=-1))
        together = torch.stack(opinions, dim=-2)  # (B, T, 3, C)
        weights = equal_shares(streams.present, together)
        mean = (weights.unsqueeze(-1) * together).sum(-2).clamp_min(_LEAST).log()  # (B, T, C)
        level = (weights * torch.stack(levels, dim=-1)).sum(-1, keepdim=True)  # (B, T, 1)
        return self._answer(mean + level, streams), self._kept(stages, present)
