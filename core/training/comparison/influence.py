"""A weight is not influence: the effect of permuted weights, and of leaving a modality out.

`PermutedImportance` is a control at evaluation: the trained network unchanged, except that its weights are shuffled
among the present modalities, or taken from another sequence. A network whose weights matter gets worse.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.model.inputs import MODALITIES
from core.model.network import Fusion
from core.training.fusion.baselines import Fuser
from core.training.fusion.evaluation import UnrolledOutput, unroll, without
from core.training.fusion.sequence_composer import ComposedSequence

Permutation = Literal["shuffled", "borrowed"]
PERMUTATIONS: tuple[Permutation, ...] = ("shuffled", "borrowed")


class PermutedImportance(nn.Module):
    """Another module's weights, shuffled among each step's present modalities, or computed from the next sequence."""

    def __init__(self, inner: nn.Module, how: Permutation, seed: int) -> None:
        super().__init__()
        self.inner, self._how = inner, how
        self._chance = torch.Generator().manual_seed(seed)

    def forward(self, aligned: dict[str, Tensor], present: Tensor) -> Tensor:
        """aligned {m: (B, T, d)}, present (B, T, 3) → weights (B, T, 3)."""
        if self._how == "borrowed":
            borrowed: Tensor = self.inner({name: stream.roll(1, 0) for name, stream in aligned.items()}, present)
            return borrowed
        weights: Tensor = self.inner(aligned, present)
        absent = (~present).to(weights.dtype)
        in_order = torch.argsort(absent, dim=-1, stable=True)  # the present first, in their order
        drawn = torch.rand(weights.shape, generator=self._chance).to(weights.device)
        dealt = torch.argsort(drawn + absent, dim=-1)  # the present first, in any order
        return torch.zeros_like(weights).scatter(-1, in_order, weights.gather(-1, dealt))


def permuted(fusion: Fusion, how: Permutation, seed: int = 0) -> Fusion:
    """Returns a copy of a trained fusion whose weights are permuted."""
    control = deepcopy(fusion)
    control.register_module("weigh", PermutedImportance(fusion.weigh, how, seed))
    return control


def influence(fusion: Fuser, sequences: list[ComposedSequence], whole: UnrolledOutput) -> dict[str, dict[str, float]]:
    """For each modality its mean weight, and the change of the estimate when it is left out of the sequences.

    The change is the total variation between the two estimates, 0 to 1. Over the steps at which the modality and at
    least one other are present. `together` is the rank correlation of the two over these steps.
    """
    rows = {}
    shares = _softmax(whole.logits)
    for place, name in enumerate(MODALITIES):
        present = whole.truth.present
        both = present[..., place] & (present.sum(-1) > 1)
        left = _softmax(unroll(fusion, [without(one, name) for one in sequences]).logits)
        change = 0.5 * np.abs(shares - left).sum(-1)[both]
        weight = whole.weights[..., place][both]
        rows[name] = {
            "weight": float(weight.mean()) if weight.size else float("nan"),
            "change": float(change.mean()) if change.size else float("nan"),
            "together": _rank_correlation(weight, change),
        }
    return rows


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shares: NDArray[np.float32] = torch.softmax(torch.from_numpy(logits), dim=-1).numpy()
    return shares


def _rank_correlation(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    if one.size < 2 or one.std() == 0 or other.std() == 0:
        return float("nan")
    ranks = [np.argsort(np.argsort(values)) for values in (one, other)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])
