"""Networks to compare with, which are not the paper's: each has the face of `core.model.network.Fusion`."""

from core.model.network import Fusion
from core.training.baselines.early import EarlyConcatenation
from core.training.baselines.hybrid import HybridFusion
from core.training.baselines.late import LateFusion
from core.training.baselines.mult import CrossmodalTransformers
from core.training.baselines.parts import Baseline

BASELINES: dict[str, type[Baseline]] = {
    "early": EarlyConcatenation,
    "late": LateFusion,
    "mult": CrossmodalTransformers,
    "hybrid": HybridFusion,
}

Fuser = Fusion | Baseline
"""Whatever fuses streams with the face of `Fusion`."""

__all__ = ["BASELINES", "Baseline", "Fuser"]
