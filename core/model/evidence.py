"""How sure the network is that any of its states is shown at all: what abstention looks at.

Softmax tells how the states share what there is, not how much there is: it looks the same for "torn between two" and
for "nothing of the kind". The logits hold one number more than softmax uses, their level, and it is taught to say this.

| symbol | here         | shape    | warrant |
|--------|--------------|----------|---------|
| E      | `evidence`   | (…,)     | ours: σ(logsumexp of the logits), as energy-based detection (Liu et al. 2020) |
| c      | `confidence` | (…,)     | ours: E · √max ŷ; of four powers this one told "none" best apart (validation) |
"""

from __future__ import annotations

import torch
from torch import Tensor


def evidence(logits: Tensor) -> Tensor:
    """Logits (…, C) → how likely any of the C states is shown, (…,) in [0, 1]."""
    return torch.sigmoid(torch.logsumexp(logits, dim=-1))


def confidence(logits: Tensor, probabilities: Tensor) -> Tensor:
    """Logits and calibrated probabilities (…, C) → what is compared with the threshold for abstention, (…,)."""
    return evidence(logits) * probabilities.amax(-1).sqrt()
