"""Early concatenation: the three vectors and their presence are concatenated, then one temporal encoder.

The oldest kind of fusion. As deep as the parameter count of the full model allows; absent vectors are zeros.
"""

from __future__ import annotations

import torch
from torch import nn

from core.model.config import NetworkConfig
from core.model.inputs import MODALITIES, Streams
from core.model.network import Response
from core.training.fusion.baselines.shared import Baseline, BaselineState, zeroed

_DEPTH = 6
"""Layers per layer of the full model, to match the parameters of its three encoders and its alignment."""


class EarlyConcatenation(Baseline):
    """[audio; visual; text; presence] → Trans → head."""

    def __init__(self, config: NetworkConfig, encoder_widths: dict[str, int]) -> None:
        layers = _DEPTH * config.trans_layers
        super().__init__(config, {"joint": layers})
        self.norms = nn.ModuleDict({name: nn.LayerNorm(encoder_widths[name]) for name in MODALITIES})
        self.joint = self._trans(sum(encoder_widths.values()) + len(MODALITIES), layers)
        self.head = self._head(config.width)

    def forward(self, streams: Streams, past: BaselineState) -> tuple[Response, BaselineState]:
        """Runs T steps, (B, T, …) → logits and weights, and the past after them."""
        present = torch.cat([past.present, streams.present], dim=1)  # (B, P + T, 3)
        parts = [self.norms[name](zeroed(streams, name)) for name in MODALITIES]
        there = streams.present.to(parts[0].dtype)
        hidden, memory = self.joint(torch.cat([*parts, there], dim=-1), past.stages["joint"], present.any(-1))
        return self._answer(self.head(hidden), streams), self._kept({"joint": memory}, present)
