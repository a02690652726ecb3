"""Temperature and abstention threshold, from sequences of validation identities.

Temperature scaling: Guo et al. 2017. The threshold comes from the risk-coverage curve (El-Yaniv and Wiener 2010): the
most selective point that still covers a stated share of the clear steps.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from core.model.checkpoint import Calibration
from core.model.evidence import confidence
from core.training.fusion.evaluation import PresentSteps
from core.training.metrics.metrics import expected_calibration_error, mean_or_nan

LEAST_COVERAGE = 0.855
"""Share of clear steps that keep their label on validation identities, slightly above the 0.85 that is documented."""


def calibrate(found: PresentSteps) -> Calibration:
    """Fits the temperature to the clear steps, and the threshold to the stated coverage."""
    temperature = _best_temperature(found.logits[found.clear], found.state[found.clear])
    confident = confidences(found.logits[found.clear], temperature)
    return Calibration(temperature, float(np.quantile(confident, 1.0 - LEAST_COVERAGE)))


def probabilities(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Softmax (n, C) at a temperature."""
    result: NDArray[np.float32] = torch.softmax(torch.from_numpy(logits) / temperature, dim=-1).numpy()
    return result


def confidences(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """The confidence that is compared with the threshold, (n,), as live computes it."""
    shares = torch.from_numpy(probabilities(logits, temperature))
    confident: NDArray[np.float32] = confidence(torch.from_numpy(logits), shares).numpy()
    return confident


def calibration_metrics(steps: PresentSteps, calibration: Calibration) -> dict[str, float]:
    """Calibration error, coverage of the clear steps, their accuracy, and abstention on "none of these"."""
    calibrated = probabilities(steps.logits, calibration.temperature)
    covered = confidences(steps.logits, calibration.temperature) >= calibration.threshold
    correct, clear = calibrated.argmax(1) == steps.state, steps.clear
    return {
        "temperature": calibration.temperature,
        "threshold": calibration.threshold,
        "ece": expected_calibration_error(calibrated[clear], steps.state[clear]) if clear.any() else float("nan"),
        "coverage_of_clear_steps": mean_or_nan(covered[clear]),
        "accuracy_of_covered_steps": mean_or_nan(correct[clear & covered]),
        "abstention_on_none_of_these": mean_or_nan(~covered[steps.none]),
    }


def risk_coverage(confident: NDArray[np.float32], right: NDArray[np.bool_]) -> tuple[NDArray[np.float64], ...]:
    """Coverage and risk (share of wrong predictions among those covered), both (n,), most confident step first."""
    order = np.argsort(-confident, kind="stable")
    given = np.arange(1, len(order) + 1)
    return given / len(order), np.cumsum(~right[order]) / given


def _best_temperature(logits: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    grid = np.geomspace(0.4, 4.0, 200)
    scores, targets = torch.from_numpy(logits), torch.from_numpy(truth)
    losses = [float(F.cross_entropy(scores / temperature, targets)) for temperature in grid]
    return float(grid[int(np.argmin(losses))])
