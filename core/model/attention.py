"""Causal attention over a bounded past: the one kind of attention that Trans and CMAA both use.

A query at step t attends to keys of the same or another stream at steps t - K + 1 … t at which that stream was
present. Without any such key the result is exactly 0.

| symbol        | here       | shape         | warrant |
|---------------|------------|---------------|---------|
| W_Q, W_K, W_V | `query` …  | d → d         | reconstruction of CMAA |
| M             | `allowed`  | (B, T_q, T_k) | causal and present: reconstruction; bounded by K: ours |
| (no symbol)   | `distance` | (heads, K)    | ours: a live stream is unbounded, so no absolute positions |
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


def masked_softmax(scores: Tensor, allowed: Tensor) -> Tensor:
    """Softmax over the last axis where `allowed`; rows with nothing allowed are 0, not NaN."""
    lowest = torch.finfo(scores.dtype).min
    return torch.softmax(scores.masked_fill(~allowed, lowest), dim=-1) * allowed


def distances(queries: int, keys: int, device: torch.device) -> Tensor:
    """Steps from key k to query q, (T_q, T_k), when both sequences end at the same step; negative for future keys."""
    positions = torch.arange(keys - queries, keys, device=device)  # of the queries, counted as keys
    return positions[:, None] - torch.arange(keys, device=device)[None, :]


class BoundedAttention(nn.Module):
    """Multi-head dot-product attention of queries over the last `memory_steps` keys."""

    def __init__(self, width: int, heads: int, memory_steps: int) -> None:
        super().__init__()
        self.heads, self.memory_steps = heads, memory_steps
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.distance = nn.Parameter(torch.zeros(heads, memory_steps))

    def forward(self, target: Tensor, source: Tensor, source_present: Tensor) -> tuple[Tensor, Tensor]:
        """Queries from target (B, T_q, d), keys from source (B, T_k, d), source_present (B, T_k).

        Both end at the same step. Returns the context (B, T_q, d) and the attention weights (B, heads, T_q, T_k).
        """
        steps_back = distances(target.shape[1], source.shape[1], target.device)  # (T_q, T_k)
        in_reach = (steps_back >= 0) & (steps_back < self.memory_steps)
        allowed = in_reach[None, None] & source_present[:, None, None, :]  # (B, 1, T_q, T_k)
        q, k, v = self._split(self.query(target)), self._split(self.key(source)), self._split(self.value(source))
        scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5  # (B, heads, T_q, T_k)
        scores = scores + self.distance[:, steps_back.clamp(0, self.memory_steps - 1)]
        weights = masked_softmax(scores, allowed)
        return (weights @ v).transpose(1, 2).flatten(2), weights

    def _split(self, values: Tensor) -> Tensor:
        batch, steps, width = values.shape
        return values.view(batch, steps, self.heads, width // self.heads).transpose(1, 2)  # (B, heads, T, d / heads)
