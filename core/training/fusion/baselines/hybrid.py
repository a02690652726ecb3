"""HybridFusion-style: every modality attends to the joint past of all three, then one temporal encoder.

An adaptation: the baseline that the paper calls HybridFusion (hybrid multi-attention fusion) was not released and could
not be read. It follows that family of models: attention within each modality, joint cross-attention of each over
[audio; visual; text], attention over the joined result. Causal, with the full model's width and memory.
"""

from __future__ import annotations

import torch
from torch import nn

from core.model.attention import BoundedAttention
from core.model.config import NetworkConfig
from core.model.inputs import MODALITIES, Streams
from core.model.network import Response
from core.model.trans import Memory
from core.training.fusion.baselines.shared import Baseline, BaselineState, zeroed


class HybridFusion(Baseline):
    """Trans by modality → joint cross-attention → Trans over the joined → head."""

    def __init__(self, config: NetworkConfig, encoder_widths: dict[str, int]) -> None:
        layers = config.trans_layers
        super().__init__(config, dict.fromkeys(MODALITIES, layers) | {"joint": 1, "after": layers})
        width = config.width
        self.trans = nn.ModuleDict({name: self._trans(encoder_widths[name], layers) for name in MODALITIES})
        self.join = nn.Linear(len(MODALITIES) * width, width)
        self.ask = nn.ModuleDict(
            {name: BoundedAttention(width, config.heads, config.memory_steps) for name in MODALITIES}
        )
        self.mix = nn.ModuleDict({name: nn.Linear(width, width) for name in MODALITIES})
        self.after = self._trans(len(MODALITIES) * width, layers)
        self.head = self._head(width)

    def forward(self, streams: Streams, past: BaselineState) -> tuple[Response, BaselineState]:
        """Runs T steps, (B, T, …) → logits and weights, and the past after them."""
        present = torch.cat([past.present, streams.present], dim=1)  # (B, P + T, 3)
        seen, own = present.any(-1), []
        stages: dict[str, Memory] = {}
        for place, name in enumerate(MODALITIES):
            stream, stages[name] = self.trans[name](zeroed(streams, name), past.stages[name], present[..., place])
            own.append(stream.masked_fill(~streams.present[..., place : place + 1], 0.0))
        everything, stages["joint"] = self._grown(past, "joint", self.join(torch.cat(own, dim=-1)))
        source = [
            stream + self.mix[name](self.ask[name](stream, everything, seen)[0])
            for name, stream in zip(MODALITIES, own, strict=True)
        ]
        hidden, stages["after"] = self.after(torch.cat(source, dim=-1), past.stages["after"], seen)
        return self._answer(self.head(hidden), streams), self._kept(stages, present)
