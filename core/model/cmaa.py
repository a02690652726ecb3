"""CMAA, Cross-Modality Attention Alignment: each modality attends to each of the two others, pair by pair.

| paper symbol | here                | shape             | warrant |
|--------------|---------------------|-------------------|---------|
| c^{m←n}      | `pairs["m_from_n"]` | (B, T, d)         | abstract ("pairwise"); six directed pairs: ours, as MulT |
| W_O          | `mix`               | d → d, per pair   | ours, as in MulT (arXiv 1906.00295) |
| H̃^m         | result[m]           | (B, T, d)         | reconstruction: H̃^m = LN(H^m + Σ_n c^{m←n} W_O) |
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

from torch import Tensor, nn

from core.model.attention import BoundedAttention
from core.model.inputs import MODALITIES

PAIRS: tuple[tuple[str, str], ...] = tuple(permutations(MODALITIES, 2))
"""(target modality, which attends; source modality, which is attended to), six of them."""

Aligned = dict[str, Tensor]
"""H̃ by modality, each (B, T, d)."""


@dataclass(frozen=True, slots=True, eq=False)
class AlignedPair:
    """One pair: attention `weights` (B, heads, T_q, T_k), and its `contribution` to the target, c W_O (B, T_q, d)."""

    weights: Tensor
    contribution: Tensor


AlignedPairs = dict[tuple[str, str], AlignedPair]
"""By (target, source)."""


class PairwiseAlignment(nn.Module):
    """The paper's alignment, read as crossmodal attention over the present and the bounded past."""

    def __init__(self, width: int, heads: int, memory_steps: int) -> None:
        super().__init__()
        self.pairs = nn.ModuleDict(
            {f"{target}_from_{source}": BoundedAttention(width, heads, memory_steps) for target, source in PAIRS}
        )
        self.mix = nn.ModuleDict({name: nn.Linear(width, width, bias=False) for name in self.pairs})
        self.norms = nn.ModuleDict({name: nn.LayerNorm(width) for name in MODALITIES})

    def forward(self, new: Aligned, everything: Aligned, present: Tensor) -> tuple[Aligned, AlignedPairs]:
        """new {m: (B, T, d)}, everything {m: (B, P + T, d)} with P past steps first, present (B, P + T, 3)."""
        pairs: AlignedPairs = {}
        summed = dict(new)
        for target, source in PAIRS:
            name = f"{target}_from_{source}"
            source_present = present[..., MODALITIES.index(source)]
            context, weights = self.pairs[name](new[target], everything[source], source_present)
            pair = pairs[target, source] = AlignedPair(weights, self.mix[name](context))
            summed[target] = summed[target] + pair.contribution
        return {name: self.norms[name](stream) for name, stream in summed.items()}, pairs


class NoAlignment(nn.Module):
    """Ablation "w/o CMAA": H̃ = H."""

    def __init__(self, width: int, heads: int, memory_steps: int) -> None:
        super().__init__()

    def forward(self, new: Aligned, everything: Aligned, present: Tensor) -> tuple[Aligned, AlignedPairs]:
        """Returns the streams unchanged."""
        return new, {}


ALIGNMENTS: dict[str, type[PairwiseAlignment] | type[NoAlignment]] = {
    "pairwise": PairwiseAlignment,
    "none": NoAlignment,
}
