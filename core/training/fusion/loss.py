"""The paper's loss: cross-entropy + λ · KL(ŷ_{t-1} ‖ ŷ_t), in this direction (abstract, Fig. 2).

Ours in addition: the level of the logits learns whether any state is shown at all (`core.model.evidence`; softmax
ignores that level), and MIE learns to distrust a sensor where the composed sequence marks it as bad. Without the latter
a weight hardly falls under noise: a noisy input resembles no evidence, and no evidence does not raise the loss.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from core.model.network import Response


@dataclass(frozen=True, slots=True)
class LossSettings:
    """`kl_weight` is λ. `detach_kl_target` stops the KL term's gradient into the earlier step (ours)."""

    kl_weight: float = 0.3
    detach_kl_target: bool = True
    evidence_weight: float = 0.3
    distrust_weight: float = 0.15


def temporal_loss(response: Response, targets: Tensor, settings: LossSettings) -> Tensor:
    """Scalar from logits (B, T, C) and soft targets (B, T, C). Steps at which nothing was present do not count.

    A uniform target means "none of these".
    """
    log_now = torch.log_softmax(response.logits, dim=-1)
    seen = response.seen.to(log_now.dtype)  # (B, T)
    entropy = -(targets * log_now).sum(-1)  # (B, T)
    before = log_now[:, :-1].detach() if settings.detach_kl_target else log_now[:, :-1]
    drift = (before.exp() * (before - log_now[:, 1:])).sum(-1)  # (B, T - 1)
    both = seen[:, :-1] * seen[:, 1:]
    paper = _mean(entropy, seen) + settings.kl_weight * _mean(drift, both)
    shown = (targets.amax(-1) > 1.5 / targets.shape[-1]).to(log_now.dtype)  # (B, T)
    level = torch.logsumexp(response.logits, dim=-1)
    doubt = F.binary_cross_entropy_with_logits(level, shown, reduction="none")
    return paper + settings.evidence_weight * _mean(doubt, seen)


def distrust_loss(weights: Tensor, bad: Tensor) -> Tensor:
    """-log(1 - α) over bad sensors: weights (B, T, 3), bad (B, T, 3) bool. Single modalities do not count."""
    shared = bad & ((weights > 0).sum(-1, keepdim=True) > 1)
    return _mean(-torch.log1p(-weights.clamp(max=1 - 1e-4)), shared.to(weights.dtype))


def _mean(values: Tensor, weights: Tensor) -> Tensor:
    return (values * weights).sum() / weights.sum().clamp_min(1.0)
