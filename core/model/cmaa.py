"""CMAA, Cross-Modality Attention Alignment: each stream asks the two others what they know, pair by pair.

| paper symbol | here                | shape             | warrant |
|--------------|---------------------|-------------------|---------|
| c^{m←n}      | `pairs["m_from_n"]` | (B, T, d)         | abstract ("pairwise"); six directed pairs: ours, as MulT |
| W_O          | `mix`               | d → d, one a pair | ours, as in MulT (arXiv 1906.00295) |
| H̃^m         | result[m]           | (B, T, d)         | reconstruction: H̃^m = LN(H^m + Σ_n c^{m←n} W_O) |
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

from torch import Tensor, nn

from core.model.attention import BoundedAttention
from core.model.inputs import MODALITIES

PAIRS: tuple[tuple[str, str], ...] = tuple(permutations(MODALITIES, 2))
"""(who asks, who is asked), six of them."""

Aligned = dict[str, Tensor]
"""H̃ by modality, each (B, T, d)."""


@dataclass(frozen=True, slots=True, eq=False)
class AlignedPair:
    """One pair's alignment: the attention's `weights` (B, heads, T_q, T_k), and what was `told`, c W_O (B, T_q, d)."""

    weights: Tensor
    told: Tensor


Listening = dict[tuple[str, str], AlignedPair]
"""What was heard, by pair: (who asks, who is asked)."""


class PairwiseAlignment(nn.Module):
    """The paper's alignment, read as crossmodal attention over the shared past."""

    def __init__(self, width: int, heads: int, memory_steps: int) -> None:
        super().__init__()
        self.pairs = nn.ModuleDict(
            {f"{asking}_from_{asked}": BoundedAttention(width, heads, memory_steps) for asking, asked in PAIRS}
        )
        self.mix = nn.ModuleDict({name: nn.Linear(width, width, bias=False) for name in self.pairs})
        self.norms = nn.ModuleDict({name: nn.LayerNorm(width) for name in MODALITIES})

    def forward(self, new: Aligned, everything: Aligned, present: Tensor) -> tuple[Aligned, Listening]:
        """new {m: (B, T, d)}, everything {m: (B, P + T, d)} with the past before it, present (B, P + T, 3)."""
        listening: Listening = {}
        shared = dict(new)
        for asking, asked in PAIRS:
            name = f"{asking}_from_{asked}"
            there = present[..., MODALITIES.index(asked)]
            learnt, weights = self.pairs[name](new[asking], everything[asked], there)
            heard = listening[asking, asked] = AlignedPair(weights, self.mix[name](learnt))
            shared[asking] = shared[asking] + heard.told
        return {name: self.norms[name](stream) for name, stream in shared.items()}, listening


class NoAlignment(nn.Module):
    """Ablation "w/o CMAA": H̃ = H."""

    def __init__(self, width: int, heads: int, memory_steps: int) -> None:
        super().__init__()

    def forward(self, new: Aligned, everything: Aligned, present: Tensor) -> tuple[Aligned, Listening]:
        """The streams as they came."""
        return new, {}


ALIGNMENTS: dict[str, type[PairwiseAlignment] | type[NoAlignment]] = {
    "pairwise": PairwiseAlignment,
    "none": NoAlignment,
}
