"""An encoder with its auxiliary heads, and the losses that the three encoder tasks share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import torch
import torch.nn.functional as F
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor, nn

from core.model.heads import AuxiliaryHeads
from core.training.pack.labels import CLASSES

IGNORE = -100
"""Target of a sample without a label for a head (PyTorch's default ignore_index)."""


EncoderT_co = TypeVar("EncoderT_co", bound=nn.Module, covariant=True)


class EncoderWithHeads(nn.Module, Generic[EncoderT_co]):
    """Encoder and heads: inputs → named logits."""

    def __init__(self, encoder: EncoderT_co, heads: AuxiliaryHeads) -> None:
        super().__init__()
        self.encoder = encoder
        self.heads = heads

    def forward(self, *inputs: Tensor) -> dict[str, Tensor]:
        """The encoder's inputs → logits (B, size) for each head, in float32."""
        return self.logits(*inputs)

    def logits(self, *inputs: Tensor) -> dict[str, Tensor]:
        """Calls `forward` with a precise return type."""
        logits: dict[str, Tensor] = self.heads(self.encoder(*inputs))
        return {name: value.float() for name, value in logits.items()}


def class_target(label: str | None) -> int:
    """Index into `CLASSES`, or `IGNORE`."""
    return IGNORE if label is None else CLASSES.index(label)


def class_weights(targets: Sequence[int]) -> Tensor:
    """Weights (5,) by inverse square root of frequency, so that rare classes count more without dominating."""
    counts = np.bincount([target for target in targets if target >= 0], minlength=len(CLASSES)).clip(1)
    weights = counts**-0.5
    return torch.tensor(weights / weights.mean(), dtype=torch.float32)


def cross_entropy(logits: Tensor, target: Tensor, weight: Tensor | None = None, smoothing: float = 0.0) -> Tensor:
    """Cross-entropy over the samples that have a target; zero if none has."""
    if bool((target == IGNORE).all()):
        return logits.sum() * 0.0
    weight = None if weight is None else weight.to(logits.device)
    return F.cross_entropy(logits, target, weight=weight, label_smoothing=smoothing)


def exclusion_loss(logits: Tensor, excluded: Tensor) -> Tensor:
    """-log(1 - p(excluded class)) over the samples (B,) known not to show a class; zero if there are none."""
    known = excluded != IGNORE
    if not bool(known.any()):
        return logits.sum() * 0.0
    shares = torch.softmax(logits[known], dim=-1).gather(1, excluded[known, None])
    return -torch.log1p(-shares.clamp(max=1 - 1e-4)).mean()


MixedTargets = tuple[tuple[Tensor, ...], tuple[Tensor, ...], float]
"""A sample's targets, its partner's, and the share of the sample."""


@dataclass(frozen=True, slots=True, eq=False)
class Mixup:
    """Mixup (Zhang et al. 2018): every sample and its loss are blended with those of a partner in the batch.

    partner (B,); `share` is the weight of the sample itself. Applied while a batch is made, so that a batch can be
    divided among processes afterwards.
    """

    partner: Tensor
    share: float

    def inputs(self, values: Tensor) -> Tensor:
        """(B, …) → (B, …)."""
        return values if self.share == 1.0 else self.share * values + (1.0 - self.share) * values[self.partner]

    def targets(self, own: tuple[Tensor, ...]) -> MixedTargets:
        """A sample's targets, its partner's, and the share."""
        return own, tuple(target[self.partner] for target in own), self.share


def mixed_loss(loss: Callable[[tuple[Tensor, ...]], Tensor], wanted: MixedTargets) -> Tensor:
    """The weighted loss against a sample's targets and its partner's."""
    own, partners, share = wanted
    return loss(own) if share == 1.0 else share * loss(own) + (1.0 - share) * loss(partners)


def unmixed(size: int) -> Mixup:
    """Leaves every sample unchanged."""
    return Mixup(torch.arange(size), 1.0)


def mixed(size: int, strength: float, rng: Generator) -> Mixup:
    """Draws partners, and a share from Beta(strength, strength), for every second batch; strength 0 mixes none."""
    if strength == 0.0 or rng.random() < 0.5:
        return unmixed(size)
    share = float(rng.beta(strength, strength))
    return Mixup(torch.from_numpy(rng.permutation(size)), max(share, 1.0 - share))


def shuffled(places: NDArray[np.int64], size: int, rng: Generator) -> Iterator[NDArray[np.int64]]:
    """Yields whole batches of shuffled indices; an incomplete last batch is dropped."""
    order = rng.permutation(places)
    for start in range(0, len(order) - size + 1, size):
        yield order[start : start + size]


def in_pieces(places: NDArray[np.int64], size: int) -> Iterator[NDArray[np.int64]]:
    """Yields all indices in order, `size` at a time."""
    for start in range(0, len(places), size):
        yield places[start : start + size]
