"""Networks to compare with, which are not the paper's: each has the face of `core.model.network.Fusion`."""

from core.model.network import Fusion
from core.training.fusing.baselines.early import EarlyConcatenation
from core.training.fusing.baselines.hybrid import HybridFusion
from core.training.fusing.baselines.late import LateFusion
from core.training.fusing.baselines.mult import CrossmodalTransformers
from core.training.fusing.baselines.parts import Baseline

BASELINES: dict[str, type[Baseline]] = {
    "early": EarlyConcatenation,
    "late": LateFusion,
    "mult": CrossmodalTransformers,
    "hybrid": HybridFusion,
}

Fuser = Fusion | Baseline
"""Whatever fuses streams with the face of `Fusion`."""

__all__ = ["BASELINES", "Baseline", "Fuser"]
