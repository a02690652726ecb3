"""What the Explain page draws, made from the recent steps: pure, no Qt. Time is seconds before now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.presentation.series import Array, plot_points
from app.presentation.text import absence_text
from core.appearance import SCREEN_ORDER
from core.step_columns import RecentSteps, StepColumns
from core.types import MODALITIES, Modality

SMOOTH_STEPS = 4
"""The attention between modalities is averaged over so many steps, so that it does not flicker."""


@dataclass(frozen=True, slots=True, eq=False)
class PlotLines:
    """`x` (M,) and any number of lines over it, (M, lines); a NaN row breaks the lines where hops were skipped."""

    x: Array
    lines: Array


def _lines(steps: StepColumns, rows: Array, hop_s: float) -> PlotLines:
    """`rows` (N, lines), one a step, over time."""
    points = plot_points(steps.t_s, hop_s, _now_s(steps))
    return PlotLines(points.x_s, points.of(rows))


def _now_s(steps: StepColumns) -> float:
    return float(steps.t_s[-1]) if len(steps) else 0.0


def weight_lines(steps: StepColumns, hop_s: float) -> PlotLines:
    """Lines 0 to 2 weight, 3 to 5 low and 6 to 8 high ends of the bands, each in screen order; NaN where absent."""
    rows = np.stack((steps.weights, steps.weight_low, steps.weight_high), axis=1)  # (N, 3, 3)
    rows = np.where(steps.present[:, None], rows, np.nan)[:, :, SCREEN_ORDER]
    return _lines(steps, rows.reshape(-1, 9), hop_s)


def leave_one_out_lines(steps: StepColumns, state: int, hop_s: float) -> PlotLines:
    """Probability of one state: as it is, then without each modality in screen order; NaN where not explained."""
    rows = np.column_stack((steps.plain[:, state], steps.without[:, SCREEN_ORDER, state]))
    return _lines(steps, rows, hop_s)


def feedback_lines(steps: StepColumns, hop_s: float) -> PlotLines:
    """Share of the probability that feedback moved at each step; NaN where not explained."""
    moved = np.abs(steps.plain - steps.evidence).sum(axis=1, keepdims=True) / 2
    return _lines(steps, moved, hop_s)


@dataclass(frozen=True, slots=True, eq=False)
class AttentionSummary:
    """The attention between modalities, averaged over the last steps; axes as in `Explanation`.

    `shares` (3, 3): `Explanation.told`. `attention` (3, 3, K): `Explanation.heard`. `absence`: why each modality is
    absent, or "".
    """

    shares: Array
    attention: Array
    absence: dict[Modality, str]
    hop_s: float


def summarize_attention(recent: RecentSteps, hop_s: float) -> AttentionSummary | None:
    """The attention of the last steps; None while the newest is not explained."""
    newest = recent.newest
    if newest is None or newest.explanation is None:
        return None
    last = [e.explanation for e in recent.estimates[-SMOOTH_STEPS:] if e.explanation is not None]
    absence = {m: absence_text(presence) for m, presence in newest.presence.items()}
    here = np.array([not absence[m] for m in MODALITIES])
    return AttentionSummary(
        _mean_of_attending([why.told for why in last]) * here[:, None],
        _mean_of_attending([why.heard for why in last]) * here[:, None, None],
        absence,
        hop_s,
    )


def _mean_of_attending(steps: Sequence[NDArray[np.float32]]) -> Array:
    """Mean over the steps in which a row (the modality that attends) has any attention."""
    stacked = np.stack(steps).astype(np.float64)
    attends = stacked.reshape(*stacked.shape[:2], -1).sum(axis=2) > 0  # (steps, 3)
    return np.asarray(stacked.sum(axis=0) / np.maximum(attends.sum(axis=0), 1).reshape(3, *[1] * (stacked.ndim - 2)))
