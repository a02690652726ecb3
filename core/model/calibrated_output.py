"""From the fusion's response to calibrated results. The one place that writes NaN for "nothing was present".

| symbol        | here                       | shape     | warrant |
|---------------|----------------------------|-----------|---------|
| ŷ_t           | `calibrated_probabilities` | (B, T, C) | softmax: abstract; temperature: Guo et al. (2017), ours |
| α_t and bands | `weights`, `weight_low`, … | (B, T, 3) | Fig. 2, Fig. 3; 0 where nothing was present: ours |
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from core.model.checkpoint import Calibration
from core.model.evidence import confidence
from core.model.network import Response
from core.model.uncertainty import WeightBands


@dataclass(frozen=True, slots=True, eq=False)
class CalibratedOutput:
    """T steps of B learners.

    probabilities            (B, T, C) calibrated, NaN where nothing was present
    weights                  (B, T, 3) MIE's weights, 0 where absent
    weight_low, weight_high  (B, T, 3) their 95 % bands, 0 where absent
    abstain                  (B, T) bool, confidence below the calibrated threshold, or nothing present
    """

    probabilities: Tensor
    weights: Tensor
    weight_low: Tensor
    weight_high: Tensor
    abstain: Tensor


def calibrated_probabilities(logits: Tensor, seen: Tensor, temperature: float) -> Tensor:
    """Softmax of logits (…, C) at a temperature; NaN where nothing was present, `seen` (…,) being False."""
    return _softmax(logits.float(), temperature).masked_fill(~seen[..., None], float("nan"))


def calibrated_output(response: Response, bands: WeightBands, calibration: Calibration) -> CalibratedOutput:
    """Applies temperature, weight bands and abstention threshold to the fusion's response."""
    seen, logits = response.seen, response.logits.float()
    sure = confidence(logits, _softmax(logits, calibration.temperature))
    low, high = bands.of(response.aligned, response.weights)
    weights, low, high = (values.float().masked_fill(~seen[..., None], 0.0) for values in (response.weights, low, high))
    return CalibratedOutput(
        calibrated_probabilities(logits, seen, calibration.temperature),
        weights,
        low,
        high,
        (sure < calibration.threshold) | ~seen,
    )


def _softmax(logits: Tensor, temperature: float) -> Tensor:
    return torch.softmax(logits / temperature, dim=-1)
