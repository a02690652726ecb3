"""Baseline networks, not the paper's: each has the interface of `core.model.network.Fusion`."""

from core.model.network import Fusion
from core.training.fusion.baselines.early import EarlyConcatenation
from core.training.fusion.baselines.hybrid import HybridFusion
from core.training.fusion.baselines.late import LateFusion
from core.training.fusion.baselines.mult import CrossmodalTransformers
from core.training.fusion.baselines.shared import Baseline

BASELINES: dict[str, type[Baseline]] = {
    "early": EarlyConcatenation,
    "late": LateFusion,
    "mult": CrossmodalTransformers,
    "hybrid": HybridFusion,
}

Fuser = Fusion | Baseline
"""Any network with the interface of `Fusion`."""

__all__ = ["BASELINES", "Baseline", "Fuser"]
