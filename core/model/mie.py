"""MIE, Modality Importance Estimator: the weight of each modality at each step.

| paper symbol | here         | shape     | warrant |
|--------------|--------------|-----------|---------|
| s^m_t        | `confidence` | (B, T)    | abstract ("confidence-based"); its two layers: reconstruction |
| α_t          | weights      | (B, T, 3) | Fig. 2; softmax over present modalities: ours, absent ones must be 0 |
| z_t          | fused        | (B, T, d) | Fig. 2: z_t = Σ_m α^m_t h̃^m_t |
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.model.attention import masked_softmax
from core.model.inputs import MODALITIES


def fuse(aligned: dict[str, Tensor], weights: Tensor) -> Tensor:
    """z (B, T, d) = Σ_m α^m h̃^m. Streams are stacked in the order of `MODALITIES`."""
    stacked = torch.stack([aligned[name] for name in MODALITIES], dim=-2)  # (B, T, 3, d)
    return (weights.unsqueeze(-1) * stacked).sum(-2)


class ImportanceEstimator(nn.Module):
    """The paper's weights: a confidence from each stream, softmax over the present modalities."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.dropout = dropout
        self.confidence = nn.ModuleDict(
            {
                name: nn.Sequential(
                    nn.Linear(width, width // 2), nn.ReLU(), nn.Dropout(dropout), nn.Linear(width // 2, 1)
                )
                for name in MODALITIES
            }
        )

    def forward(self, aligned: dict[str, Tensor], present: Tensor) -> Tensor:
        """aligned {m: (B, T, d)}, present (B, T, 3) → weights (B, T, 3)."""
        scores = torch.cat([self.confidence[name](aligned[name]) for name in MODALITIES], dim=-1)
        return masked_softmax(scores, present)


class UniformImportance(nn.Module):
    """Ablation "w/o MIE": equal weights for the present modalities."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()

    def forward(self, aligned: dict[str, Tensor], present: Tensor) -> Tensor:
        """Weights (B, T, 3) from presence alone."""
        counted = present.to(aligned[MODALITIES[0]].dtype)
        return counted / counted.sum(-1, keepdim=True).clamp_min(1.0)


class StaticImportance(nn.Module):
    """Baseline "static learned weights": one confidence for each modality, the same at every step."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.confidence = nn.Parameter(torch.zeros(len(MODALITIES)))

    def forward(self, aligned: dict[str, Tensor], present: Tensor) -> Tensor:
        """Weights (B, T, 3) from presence and the learned confidences alone."""
        return masked_softmax(self.confidence.expand(present.shape), present)


IMPORTANCES: dict[str, type[ImportanceEstimator] | type[UniformImportance] | type[StaticImportance]] = {
    "estimator": ImportanceEstimator,
    "static": StaticImportance,
    "uniform": UniformImportance,
}
