"""Stacks prepared hops of different sizes into one batch for the network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from math import nan

from torch import Tensor

from core.model.inputs import ModelInputs

_PADDING = {"token_age_s": nan, "since_word_s": nan}
"""What a field is padded with where that is not 0."""


def pad_hops(sequences: Sequence[Sequence[ModelInputs]]) -> ModelInputs:
    """Stacks B sequences of up to T single hops (B = 1 each) into (B, T, …), padded with zeros, ages with NaN.

    Nothing is present in the padding, so that it affects neither outputs nor losses.
    """
    names = [field.name for field in fields(ModelInputs)]
    values = {name: [[getattr(hop, name)[0] for hop in hops] for hops in sequences] for name in names}
    return ModelInputs(**{name: _padded(tensors, _PADDING.get(name, 0)) for name, tensors in values.items()})


def _padded(sequences: list[list[Tensor]], padding: float) -> Tensor:
    every = [tensor for hops in sequences for tensor in hops]
    sizes = [max(tensor.shape[axis] for tensor in every) for axis in range(every[0].dim())]
    stacked = every[0].new_full((len(sequences), max(map(len, sequences)), *sizes), padding)
    for row, hops in enumerate(sequences):
        for step, tensor in enumerate(hops):
            stacked[row, step][tuple(slice(size) for size in tensor.shape)] = tensor
    return stacked
