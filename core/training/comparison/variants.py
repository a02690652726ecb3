"""The variants to compare: the full model, baselines, and ablations of the full model.

Ablations and siblings are readings named by the network's own config; baselines are separate networks. A baseline has
no feedback loop and therefore no temporal loss: λ = 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

import torch

from core.errors import DataError
from core.model.config import NetworkConfig
from core.model.network import Fusion
from core.training.fusion.baselines import BASELINES, Fuser
from core.training.fusion.loss import LossSettings

Kind = Literal["full", "baseline", "ablation", "sibling", "sweep"]


@dataclass(frozen=True, slots=True)
class Variant:
    """One row of the table. `baseline` names a network of `BASELINES`, else `config` changes the full model's readings.

    `loss_changes` changes the full model's loss settings (`kl_weight` is λ). `one_seed`: enough for a sweep.
    """

    name: str
    title: str
    kind: Kind
    baseline: str = ""
    config: dict[str, Any] = field(default_factory=dict)
    loss_changes: dict[str, Any] = field(default_factory=dict)
    one_seed: bool = False

    @property
    def swept(self) -> bool:
        """Whether absences and noise are swept as well; not for variants that only change a detail."""
        return self.kind in ("full", "baseline", "ablation")

    def build(self, config: NetworkConfig, encoder_widths: dict[str, int], seed: int) -> Fuser:
        """Builds the untrained network; the same seed gives the same weights."""
        torch.manual_seed(seed)
        if self.baseline:
            return BASELINES[self.baseline](config, encoder_widths)
        return Fusion(replace(config, **self.config), encoder_widths)

    def loss(self, settings: LossSettings) -> LossSettings:
        """The full model's loss settings with this variant's changes."""
        return replace(settings, **self.loss_changes)


FULL = "full"
_NO_KL: dict[str, Any] = {"kl_weight": 0.0}
_SWEPT = (0.03, 0.1, 0.3, 1.0)
VARIANTS: dict[str, Variant] = {
    variant.name: variant
    for variant in (
        Variant(FULL, "Edu-EmotionNet (full)", "full"),
        Variant("early", "early concatenation", "baseline", baseline="early", loss_changes=_NO_KL),
        Variant("late", "late fusion (mean of unimodal)", "baseline", baseline="late", loss_changes=_NO_KL),
        Variant("static", "static learned weights", "baseline", config={"importance": "static"}),
        Variant("mult", "MulT-style crossmodal", "baseline", baseline="mult", loss_changes=_NO_KL),
        Variant("hybrid", "HybridFusion-style (adaptation)", "baseline", baseline="hybrid", loss_changes=_NO_KL),
        Variant("no-cmaa", "without CMAA", "ablation", config={"alignment": "none"}),
        Variant("no-mie", "without MIE (equal weights)", "ablation", config={"importance": "uniform"}),
        Variant("no-tfl", "without TFL (and λ = 0)", "ablation", config={"feedback": "none"}, loss_changes=_NO_KL),
        Variant("lambda-0", "λ = 0", "ablation", loss_changes=_NO_KL),
        Variant("no-distrust", "without the loss on noisy weights", "ablation", loss_changes={"distrust_weight": 0.0}),
        Variant("zero-fill", "zero-fill instead of masking", "ablation", config={"missing": "zero"}),
        Variant("gated", "gated feedback", "sibling", config={"feedback": "gated"}, one_seed=True),
        Variant("gru", "GRU feedback", "sibling", config={"feedback": "gru"}, one_seed=True),
        Variant("detached", "feedback without gradient", "sibling", config={"detach_feedback": True}, one_seed=True),
        Variant("attached", "feedback with gradient", "sibling", config={"detach_feedback": False}, one_seed=True),
        *(
            Variant(f"lambda-{weight:g}", f"λ = {weight:g}", "sweep", loss_changes={"kl_weight": weight}, one_seed=True)
            for weight in _SWEPT
        ),
    )
}


def chosen_variants(names: list[str], config: NetworkConfig, loss: LossSettings) -> list[Variant]:
    """The named variants, or all, without those that equal the full model. Raises `DataError`."""
    unknown = [name for name in names if name not in VARIANTS]
    if unknown:
        raise DataError(f"There is no variant '{unknown[0]}'. Use one of {', '.join(VARIANTS)}.")
    return [VARIANTS[name] for name in names or VARIANTS if not _is_full(VARIANTS[name], config, loss)]


def _is_full(variant: Variant, config: NetworkConfig, loss: LossSettings) -> bool:
    """Whether this variant equals the full model."""
    same = not variant.baseline and replace(config, **variant.config) == config and variant.loss(loss) == loss
    return variant.kind != "full" and same
