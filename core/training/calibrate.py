"""Temperature and abstention threshold, from sequences of validation identities.

Temperature scaling: Guo et al. 2017. The threshold is the one that leaves a stated share of the clear steps covered;
how many of the "none of these" steps fall below it is measured by `evaluate`.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from core.model.checkpoint import Calibration
from core.training.judge import Answers

_COVERAGE = 0.88
"""Share of clear steps that keep their label on validation identities."""


def calibrate(found: Answers) -> Calibration:
    """The temperature that fits the clear steps best, and the threshold for the stated coverage."""
    temperature = _best_temperature(found.logits[found.clear], found.state[found.clear])
    leading = probabilities(found.logits[found.clear], temperature).max(1)
    return Calibration(temperature, float(np.quantile(leading, 1.0 - _COVERAGE)))


def probabilities(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Softmax (n, C) at a temperature."""
    result: NDArray[np.float32] = torch.softmax(torch.from_numpy(logits) / temperature, dim=-1).numpy()
    return result


def _best_temperature(logits: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    grid = np.geomspace(0.4, 4.0, 200)
    scores, targets = torch.from_numpy(logits), torch.from_numpy(truth)
    losses = [float(F.cross_entropy(scores / temperature, targets)) for temperature in grid]
    return float(grid[int(np.argmin(losses))])
