"""Fits the width of the weights' bands: they must cover 95 % of the weights of networks with other seeds.

Dropout masks on MIE alone capture little of the variation between training runs. The fitted scale is stored in the
checkpoint (`Calibration.band_scale`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.errors import ModelError
from core.model.inputs import Streams
from core.model.network import Fusion, Response
from core.model.uncertainty import WeightBands, logits
from core.training.fusion import sequence_composer

COVERED = 0.95
_SLACK = 1e-5
"""Weights closer than this, in logits, count as equal, so that bands of zero width cover them."""


def coverage(
    fusion: Fusion, others: Iterable[Fusion], sequences: Sequence[sequence_composer.ComposedSequence], scale: float
) -> float:
    """Share of the other fusions' weights that lie in the bands of `fusion`, stretched by `scale`.

    Over the present modalities of all steps at which more than one is present; NaN if there is no such step.
    """
    needed = _needed(fusion, others, sequences)
    return float((needed <= scale).mean()) if needed.size else float("nan")


def fit_scale(
    fusion: Fusion,
    others: Iterable[Fusion],
    sequences: Sequence[sequence_composer.ComposedSequence],
    covered: float = COVERED,
) -> float:
    """The smallest scale that covers this share of the other fusions' weights, on these sequences.

    Raises `ModelError` if no scale does: there is nothing to compare, or the bands have zero width.
    """
    needed = _needed(fusion, others, sequences)
    scale = float(np.quantile(needed, covered, method="higher")) if needed.size else float("inf")
    if not np.isfinite(scale):
        raise ModelError(
            "The bands of the weights cannot be scaled: this network has none, or no step shows two modalities. "
            "Train it with dropout and on sequences of several modalities."
        )
    return scale


def _needed(
    fusion: Fusion, others: Iterable[Fusion], sequences: Sequence[sequence_composer.ComposedSequence]
) -> NDArray[np.float32]:
    """For every other weight, the scale at which the band just reaches it."""
    streams, _ = sequence_composer.batch(list(sequences))
    mine = _respond(fusion, streams)
    low, high = WeightBands(fusion.weigh).of(mine.aligned, mine.weights)
    counted = streams.present & (streams.present.sum(-1, keepdim=True) > 1)
    needed = [_reach(mine.weights, low, high, _respond(other, streams).weights)[counted] for other in others]
    return torch.cat(needed).numpy() if needed else np.zeros(0, dtype=np.float32)


def _reach(weights: Tensor, low: Tensor, high: Tensor, other: Tensor) -> Tensor:
    """Distance to the other weight over the band's width on that side, in logits."""
    apart = logits(other) - logits(weights)
    bound = torch.where(apart > 0, high, low)
    reach = (logits(bound) - logits(weights)).abs()
    return torch.where(apart.abs() <= _SLACK, 0.0, apart.abs() / reach)


@torch.inference_mode()
def _respond(fusion: Fusion, streams: Streams) -> Response:
    response: Response = fusion.eval()(streams, fusion.start(len(streams.present)))[0]
    return response
