"""Fits temperature, bias and baseline to self-reports, regularised towards no correction where reports are few.

| symbol | here          | shape      | warrant |
|--------|---------------|------------|---------|
| x      | `logs`        | (N, 4)     | ln of plain probabilities, minus their mean |
| m      | `baseline`    | (4,)       | ours: mean x of n "None" reports, times n / (n + 10) |
| a, b   | `1 / T`, bias | (1,), (4,) | vector scaling with one scale (Guo et al. 2017), regularised to the identity |

Minimises Σ −ln softmax(a (x − m) + b) at the reported states, plus 4 (a − 1)² + ‖b‖².
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.self_report.personal_calibration import NO_BIAS
from core.types import STATES

SHARPNESS_PULL = 8.0
BIAS_PULL = 2.0
"""Regularisation of a towards 1 and b towards 0, as the curvature of that many reports: neighbouring reports are
correlated, so a dozen of them is less than a dozen times the evidence."""
BASELINE_HALF = 10
""""None" reports at which half of the baseline is applied."""
SHARPNESS_RANGE = (0.1, 5.0)

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FittedCalibration:
    """The fit; `penalty` is the minimum of the objective, regularisation included."""

    temperature: float
    bias: tuple[float, ...]
    baseline: tuple[float, ...]
    penalty: float


def fit(logs: Floats, truth: Indices, neutral: Floats) -> FittedCalibration:
    """Fit to state reports, `logs` (N, 4) and `truth` (N,), and to `neutral` (M, 4), the logs of "None" reports.

    The baseline is used only where it lowers the objective on the state reports.
    """
    without = _fit(logs, truth, NO_BIAS)
    if not len(neutral):
        return without
    centred = neutral - neutral.mean(1, keepdims=True)
    baseline = centred.mean(0) * len(neutral) / (len(neutral) + BASELINE_HALF)
    return min(without, _fit(logs, truth, tuple(baseline.tolist())), key=lambda found: found.penalty)


def _fit(logs: Floats, truth: Indices, baseline: tuple[float, ...]) -> FittedCalibration:
    from scipy.optimize import minimize

    x = logs - logs.mean(1, keepdims=True) - np.asarray(baseline)
    target = np.eye(len(STATES))[truth]
    free = [(None, None)] * len(STATES)
    found = minimize(
        _penalty, np.array([1.0, *NO_BIAS]), (x, target), method="L-BFGS-B", jac=True, bounds=[SHARPNESS_RANGE, *free]
    )
    bias = found.x[1:] - found.x[1:].mean()
    return FittedCalibration(1.0 / float(found.x[0]), tuple(bias.tolist()), baseline, float(found.fun))


def _penalty(parameters: Floats, x: Floats, target: Floats) -> tuple[float, Floats]:
    """The convex objective and its gradient (5,)."""
    sharpness, bias = parameters[0], parameters[1:]
    logits = sharpness * x + bias
    logits -= logits.max(1, keepdims=True)
    total = np.exp(logits).sum(1, keepdims=True)
    loss = float((np.log(total[:, 0]) - (logits * target).sum(1)).sum())
    error = np.exp(logits) / total - target
    pull = 0.5 * (SHARPNESS_PULL * (sharpness - 1.0) ** 2 + BIAS_PULL * float(bias @ bias))
    slope = [float((error * x).sum()) + SHARPNESS_PULL * (sharpness - 1.0), *(error.sum(0) + BIAS_PULL * bias)]
    return loss + pull, np.array(slope)
