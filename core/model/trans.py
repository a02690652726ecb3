"""Trans_A, Trans_V, Trans_T: each modality's own temporal encoder.

| paper symbol | here      | shape     | warrant |
|--------------|-----------|-----------|---------|
| W_m          | `project` | d_m → d   | reconstruction; LayerNorm before it: ours, encoders differ in scale |
| Trans_m      | `layers`  | (B, T, d) | Fig. 2; causal: ours, because the program runs live |
| H^m          | result    | (B, T, d) | reconstruction; final LayerNorm: ours, Lemma 1 needs a bounded domain |
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.model.attention import BoundedAttention

Memory = tuple[Tensor, ...]
"""Memory of a stream: the last inputs of each layer, (B, ≤ K - 1, d)."""


def remember(memory: Tensor, new: Tensor, memory_steps: int) -> Tensor:
    """The last K - 1 steps of memory and new, (B, ≤ K - 1, …): all that the next step may attend to."""
    keep = memory_steps - 1
    both = torch.cat([memory, new], dim=1)
    return both[:, max(both.shape[1] - keep, 0) :]


class TransLayer(nn.Module):
    """Pre-norm transformer layer that attends to the same stream's past."""

    def __init__(self, width: int, heads: int, memory_steps: int, dropout: float) -> None:
        super().__init__()
        self.before_attention = nn.LayerNorm(width)
        self.attention = BoundedAttention(width, heads, memory_steps)
        self.mix = nn.Linear(width, width)
        self.feed = nn.Sequential(
            nn.LayerNorm(width),
            nn.Linear(width, 2 * width),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(2 * width, width),
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, new: Tensor, past: Tensor, present: Tensor) -> Tensor:
        """new (B, T, d), past (B, P, d), present (B, P + T) → (B, T, d)."""
        everything = self.before_attention(torch.cat([past, new], dim=1))  # (B, P + T, d)
        context, _ = self.attention(everything[:, past.shape[1] :], everything, present)
        mixed = new + self.dropout(self.mix(context))
        fed: Tensor = mixed + self.dropout(self.feed(mixed))
        return fed


class Trans(nn.Module):
    """Temporal encoder of one modality: encoder vectors → stream H^m."""

    def __init__(
        self, encoder_width: int, width: int, heads: int, layers: int, memory_steps: int, dropout: float
    ) -> None:
        super().__init__()
        self.memory_steps = memory_steps
        self.project = nn.Sequential(nn.LayerNorm(encoder_width), nn.Dropout(dropout), nn.Linear(encoder_width, width))
        self.layers = nn.ModuleList(TransLayer(width, heads, memory_steps, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, vectors: Tensor, memory: Memory, present: Tensor) -> tuple[Tensor, Memory]:
        """vectors (B, T, d_m), present (B, P + T) with P remembered steps → H^m (B, T, d) and the new memory."""
        hidden = self.project(vectors)
        kept = []
        for layer, past in zip(self.layers, memory, strict=True):
            kept.append(remember(past, hidden, self.memory_steps))
            hidden = layer(hidden, past, present)
        return self.norm(hidden), tuple(kept)
