"""Stacks prepared hops of different sizes into one batch for the network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from torch import Tensor

from core.model.inputs import ModelInputs


def pad_hops(sequences: Sequence[Sequence[ModelInputs]]) -> ModelInputs:
    """Stacks B sequences of up to T single hops (B = 1 each) into (B, T, …), padded with zeros.

    Nothing is present in the padding, so that it affects neither outputs nor losses.
    """
    names = [field.name for field in fields(ModelInputs)]
    return ModelInputs(*(_padded([[getattr(hop, name)[0] for hop in hops] for hops in sequences]) for name in names))


def _padded(sequences: list[list[Tensor]]) -> Tensor:
    every = [tensor for hops in sequences for tensor in hops]
    sizes = [max(tensor.shape[axis] for tensor in every) for axis in range(every[0].dim())]
    stacked = every[0].new_zeros(len(sequences), max(map(len, sequences)), *sizes)
    for row, hops in enumerate(sequences):
        for step, tensor in enumerate(hops):
            stacked[row, step][tuple(slice(size) for size in tensor.shape)] = tensor
    return stacked
