"""MulT-style: each modality attends to the two others through crossmodal attention, then all are concatenated.

After MulT (arXiv 1906.00295): projection, six directed crossmodal attentions, a temporal encoder for each modality over
their results, concatenation. Adapted: causal with a bounded past, and one crossmodal layer without its own
feed-forward part, to have about as many parameters as the full model.
"""

from __future__ import annotations

import torch
from torch import nn

from core.model.attention import BoundedAttention
from core.model.cmaa import PAIRS
from core.model.config import NetworkConfig
from core.model.inputs import MODALITIES, Streams
from core.model.network import Response
from core.model.trans import Memory
from core.training.fusion.baselines.shared import Baseline, BaselineState, zeroed


class CrossmodalTransformers(Baseline):
    """Projection → crossmodal attention by pair → Trans by modality → head over all three."""

    def __init__(self, config: NetworkConfig, encoder_widths: dict[str, int]) -> None:
        after = {_after(name): config.trans_layers for name in MODALITIES}
        super().__init__(config, dict.fromkeys(MODALITIES, 1) | after)
        width = config.width
        self.project = nn.ModuleDict({name: self._trans(encoder_widths[name], 0) for name in MODALITIES})
        self.pairs = nn.ModuleDict(
            {_pair(*pair): BoundedAttention(width, config.heads, config.memory_steps) for pair in PAIRS}
        )
        self.mix = nn.ModuleDict({name: nn.Linear(width, width) for name in self.pairs})
        self.after = nn.ModuleDict({name: self._trans(2 * width, config.trans_layers) for name in MODALITIES})
        self.head = self._head(len(MODALITIES) * width)

    def forward(self, streams: Streams, past: BaselineState) -> tuple[Response, BaselineState]:
        """Runs T steps, (B, T, …) → logits and weights, and the past after them."""
        present = torch.cat([past.present, streams.present], dim=1)  # (B, P + T, 3)
        new, everything, results = {}, {}, []
        stages: dict[str, Memory] = {}
        for place, name in enumerate(MODALITIES):
            new[name], _ = self.project[name](zeroed(streams, name), (), present[..., place])
            everything[name], stages[name] = self._grown(past, name, new[name])
        for target in MODALITIES:
            attended = []
            for source in (name for name in MODALITIES if name != target):
                pair, there = _pair(target, source), present[..., MODALITIES.index(source)]
                context, _ = self.pairs[pair](new[target], everything[source], there)
                attended.append(new[target] + self.mix[pair](context))
            stage = _after(target)
            result, stages[stage] = self.after[target](torch.cat(attended, dim=-1), past.stages[stage], present.any(-1))
            results.append(result)
        return self._answer(self.head(torch.cat(results, dim=-1)), streams), self._kept(stages, present)


def _pair(target: str, source: str) -> str:
    return f"{target}_from_{source}"


def _after(name: str) -> str:
    return f"after_{name}"
