"""Auxiliary heads for training each encoder by itself, before fusion. Not part of the paper's network.

They are stored with the checkpoint so that `evaluate` can measure each encoder alone.
"""

from __future__ import annotations

from torch import Tensor, nn


class AuxiliaryHeads(nn.Module):
    """Named linear heads on one encoder's vector. Warrant: ours, because unimodal labels are all that is public."""

    def __init__(self, width: int, sizes: dict[str, int], dropout: float = 0.2) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleDict({name: nn.Linear(width, size) for name, size in sizes.items()})

    def forward(self, vector: Tensor) -> dict[str, Tensor]:
        """(B, width) → logits (B, size) for each head."""
        dropped = self.dropout(vector)
        return {name: head(dropped) for name, head in self.heads.items()}
