"""Causal attention over a bounded past: the one kind of attention that Trans and CMAA both use.

A query at step t sees keys of the same or another stream at steps t - K + 1 … t, and of those only the steps at
which that stream was present. Where nothing may be seen the answer is exactly 0.

| symbol        | here       | shape         | warrant |
|---------------|------------|---------------|---------|
| W_Q, W_K, W_V | `query` …  | d → d         | reconstruction of CMAA |
| M             | `allowed`  | (B, T_q, T_k) | causal and present: reconstruction; bounded by K: ours |
| (no symbol)   | `distance` | (heads, K)    | ours: a live stream has no end, so no absolute positions |
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


def masked_softmax(scores: Tensor, allowed: Tensor) -> Tensor:
    """Softmax over the last axis where `allowed`; rows with nothing allowed are 0, not NaN."""
    lowest = torch.finfo(scores.dtype).min
    return torch.softmax(scores.masked_fill(~allowed, lowest), dim=-1) * allowed


def distances(queries: int, keys: int, device: torch.device) -> Tensor:
    """How many steps key k lies before query q, (T_q, T_k), when both end at the same step; negative in the future."""
    last = torch.arange(keys - queries, keys, device=device)  # a query's own place among the keys
    return last[:, None] - torch.arange(keys, device=device)[None, :]


class BoundedAttention(nn.Module):
    """Multi-head dot-product attention of queries over the last `memory_steps` keys."""

    def __init__(self, width: int, heads: int, memory_steps: int) -> None:
        super().__init__()
        self.heads, self.memory_steps = heads, memory_steps
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.distance = nn.Parameter(torch.zeros(heads, memory_steps))

    def forward(self, asking: Tensor, asked: Tensor, asked_present: Tensor) -> tuple[Tensor, Tensor]:
        """asking (B, T_q, d), asked (B, T_k, d), asked_present (B, T_k); both end at the same step.

        Returns what was learnt (B, T_q, d) and who was listened to (B, heads, T_q, T_k).
        """
        apart = distances(asking.shape[1], asked.shape[1], asking.device)  # (T_q, T_k)
        in_reach = (apart >= 0) & (apart < self.memory_steps)
        allowed = in_reach[None, None] & asked_present[:, None, None, :]  # (B, 1, T_q, T_k)
        q, k, v = self._split(self.query(asking)), self._split(self.key(asked)), self._split(self.value(asked))
        scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5  # (B, heads, T_q, T_k)
        scores = scores + self.distance[:, apart.clamp(0, self.memory_steps - 1)]
        weights = masked_softmax(scores, allowed)
        return (weights @ v).transpose(1, 2).flatten(2), weights

    def _split(self, values: Tensor) -> Tensor:
        batch, steps, width = values.shape
        return values.view(batch, steps, self.heads, width // self.heads).transpose(1, 2)  # (B, heads, T, d / heads)
