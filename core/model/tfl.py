"""TFL, Temporal Feedback Loop: the previous soft prediction is an input of this step. Sibling classes, one signature.

| paper symbol | here       | shape  | warrant |
|--------------|------------|--------|---------|
| z_t          | `fused`    | (B, d) | abstract, Fig. 2 |
| ŷ_{t-1}      | `feedback` | (B, C) | abstract ("previous soft prediction"); ŷ_0 uniform: ours, no prediction yet |
| z̃_t         | result     | (B, d) | its form could not be read: siblings, `ResidualFeedback` is the default |
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class ResidualFeedback(nn.Module):
    """z̃ = LN(z + W_2 ReLU(W_1 [z ; ŷ])): feedback adds to the fused feature. Ours, paper.md's default."""

    def __init__(self, width: int, states: int) -> None:
        super().__init__()
        self.push = nn.Sequential(nn.Linear(width + states, width), nn.ReLU(), nn.Linear(width, width))
        self.norm = nn.LayerNorm(width)

    def forward(self, fused: Tensor, feedback: Tensor) -> Tensor:
        """(B, d), (B, C) → (B, d)."""
        pushed: Tensor = self.norm(fused + self.push(torch.cat([fused, feedback], dim=-1)))
        return pushed


class GatedFeedback(nn.Module):
    """z̃ = LN(z + g ⊙ W ŷ), g = σ(W_g [z ; ŷ]): a gate controls how much feedback enters. Open reading."""

    def __init__(self, width: int, states: int) -> None:
        super().__init__()
        self.gate = nn.Linear(width + states, width)
        self.recall = nn.Linear(states, width)
        self.norm = nn.LayerNorm(width)

    def forward(self, fused: Tensor, feedback: Tensor) -> Tensor:
        """(B, d), (B, C) → (B, d)."""
        gate = torch.sigmoid(self.gate(torch.cat([fused, feedback], dim=-1)))
        gated: Tensor = self.norm(fused + gate * self.recall(feedback))
        return gated


class GruFeedback(nn.Module):
    """z̃ = LN(GRU(z, W ŷ)): the soft prediction is the hidden state. Open reading."""

    def __init__(self, width: int, states: int) -> None:
        super().__init__()
        self.recall = nn.Linear(states, width)
        self.cell = nn.GRUCell(width, width)
        self.norm = nn.LayerNorm(width)

    def forward(self, fused: Tensor, feedback: Tensor) -> Tensor:
        """(B, d), (B, C) → (B, d)."""
        carried: Tensor = self.norm(self.cell(fused, self.recall(feedback)))
        return carried


class NoFeedback(nn.Module):
    """Ablation "w/o TFL": z̃ = z."""

    def __init__(self, width: int, states: int) -> None:
        super().__init__()

    def forward(self, fused: Tensor, feedback: Tensor) -> Tensor:
        """Returns z unchanged."""
        return fused


FEEDBACKS: dict[str, type[ResidualFeedback] | type[GatedFeedback] | type[GruFeedback] | type[NoFeedback]] = {
    "residual": ResidualFeedback,
    "gated": GatedFeedback,
    "gru": GruFeedback,
    "none": NoFeedback,
}
