"""95 % bands of the modality weights, from Monte Carlo dropout on MIE's confidence networks.

Gal & Ghahramani (2016, arXiv 1506.02142): a network trained with dropout and run many times with dropout shows how
strongly its output depends on single hidden units. Here the masks are drawn once, from a fixed seed, and all of them
run in one small matrix product. Without randomness at run time, live, headless and replay give the same bands.

| symbol        | here     | shape     | warrant |
|---------------|----------|-----------|---------|
| (error bars)  | bands    | (B, T, 3) | Fig. 3 shows 95 % confidence error bars; their method could not be read |
| (no symbol)   | `_masked`| (3, h, K) | ours: K fixed masks on the layer that dropout acted on in training |
| (no symbol)   | quantiles| 2.5, 97.5 | ours: of α over the masks, widened to include α itself |
| (no symbol)   | `scale`  | 1         | ours: stretches the band around α in logits, to cover other seeds' weights |

Dropout acts on MIE only: uncertainty of encoders, Trans and CMAA is not in these bands. The scale compensates for it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.model.attention import masked_softmax
from core.model.inputs import MODALITIES
from core.model.mie import ImportanceEstimator

MASKS = 64
LOW, HIGH = 0.025, 0.975
_SEED = 20_16
_EDGE = 1e-6
"""Weights are clipped to this distance from 0 and 1, so that their logits are finite."""


class WeightBands:
    """The bands of one MIE's weights. Holds the masks and the layers that they act on; has no state."""

    def __init__(self, importance: nn.Module, scale: float = 1.0) -> None:
        self._scale = scale
        self._has_bands = isinstance(importance, ImportanceEstimator) and importance.dropout > 0
        if isinstance(importance, ImportanceEstimator) and self._has_bands:
            self._draw_masks(importance)

    @torch.inference_mode()
    def _draw_masks(self, importance: ImportanceEstimator) -> None:
        first, last = _layers(importance)
        self._first = torch.stack([layer.weight.T for layer in first]).float()  # (3, d, h)
        self._first_bias = torch.stack([layer.bias for layer in first]).float()[:, None]  # (3, 1, h)
        self._last_bias = torch.stack([layer.bias for layer in last]).float()[:, None]  # (3, 1, 1)
        read = torch.stack([layer.weight[0] for layer in last]).float()  # (3, h)
        kept = 1.0 - importance.dropout
        drawn = torch.rand(*read.shape, MASKS, generator=torch.Generator().manual_seed(_SEED)) < kept
        self._masked = read[..., None] * drawn.to(read.device) / kept  # (3, h, K)

    @torch.inference_mode()
    def of(self, aligned: dict[str, Tensor], weights: Tensor) -> tuple[Tensor, Tensor]:
        """aligned {m: (B, T, d)} and the weights (B, T, 3) computed from them → low and high, (B, T, 3) each.

        low ≤ α ≤ high, both 0 where the weight is 0. Without dropout, or without an estimator, both equal α.
        """
        if not self._has_bands or not aligned:
            return weights, weights
        drawn = masked_softmax(self._scores(aligned), (weights > 0)[..., None, :])  # (B, T, K, 3)
        bounds = torch.quantile(drawn, drawn.new_tensor((LOW, HIGH)), dim=-2)  # (2, B, T, 3)
        low, high = torch.minimum(bounds[0], weights), torch.maximum(bounds[1], weights)
        return stretch(low, weights, self._scale), stretch(high, weights, self._scale)

    def _scores(self, aligned: dict[str, Tensor]) -> Tensor:
        """(B, T, K, 3): the confidences under each mask."""
        streams = torch.stack([aligned[name].flatten(0, 1) for name in MODALITIES]).float()  # (3, B * T, d)
        hidden = torch.relu(torch.baddbmm(self._first_bias, streams, self._first))
        scores = torch.baddbmm(self._last_bias, hidden, self._masked)  # (3, B * T, K)
        batch, steps = aligned[MODALITIES[0]].shape[:2]
        return scores.permute(1, 2, 0).reshape(batch, steps, MASKS, len(MODALITIES))


def _layers(importance: ImportanceEstimator) -> tuple[list[nn.Linear], list[nn.Linear]]:
    """First and last layers of the confidence networks, by modality."""
    found = [
        [part for part in network.children() if isinstance(part, nn.Linear)]
        for network in (importance.confidence[name] for name in MODALITIES)
    ]
    return [layers[0] for layers in found], [layers[-1] for layers in found]


def stretch(bound: Tensor, weights: Tensor, scale: float) -> Tensor:
    """Moves a bound to `scale` times its distance from the weight, in logits; weights of 0 and 1 stay."""
    if scale == 1.0:
        return bound
    moved = torch.sigmoid(logits(weights) + scale * (logits(bound) - logits(weights)))
    return torch.where((weights <= 0) | (weights >= 1), weights, moved)


def logits(shares: Tensor) -> Tensor:
    """log(α / (1 - α)), clipped to finite values."""
    return torch.logit(shares, eps=_EDGE)
