"""Confidence that any of the states is shown at all, used for abstention.

Softmax only compares the states with each other: "two states equally likely" and "none of the states" can look the
same. The overall level of the logits, which softmax ignores, is trained to tell them apart.

| symbol | here         | shape    | warrant |
|--------|--------------|----------|---------|
| E      | `evidence`   | (…,)     | ours: σ(logsumexp of the logits), as energy-based detection (Liu et al. 2020) |
| c      | `confidence` | (…,)     | ours: E · √max ŷ; of four powers this one separated "none" best (validation) |
"""

from __future__ import annotations

import torch
from torch import Tensor


def evidence(logits: Tensor) -> Tensor:
    """Probability that any of the C states is shown, (…,) in [0, 1], from logits (…, C)."""
    return torch.sigmoid(torch.logsumexp(logits, dim=-1))


def confidence(logits: Tensor, probabilities: Tensor) -> Tensor:
    """The value compared with the abstention threshold, (…,), from logits and calibrated probabilities (…, C)."""
    return evidence(logits) * probabilities.amax(-1).sqrt()
