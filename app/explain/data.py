"""What the Explain page draws, made from estimates: pure, no Qt. Time is seconds before now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.presentation.series import HOLE_HOPS, Array
from app.presentation.text import short_reason
from core.appearance import MODALITY_ORDER
from core.types import MODALITIES, Estimate, Modality, model_says

SMOOTH_STEPS = 4
"""Who tells whom is averaged over so many steps, for the eye."""
PLACES = [MODALITIES.index(m) for m in MODALITY_ORDER]
"""Where the modalities of the screen's order stand on a modality axis."""
_UNKNOWN = np.full((3, 4), np.nan, dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class PlotLines:
    """`x` (N,) and any number of lines over it, (N, lines); a NaN row breaks the lines where hops were skipped."""

    x: Array
    lines: Array


def tracks(estimates: Sequence[Estimate], rows: Array, hop_s: float) -> PlotLines:
    """`rows` (N, lines), one an estimate, over time."""
    times = np.array([e.t_s for e in estimates], dtype=np.float64)
    if not times.size:
        return PlotLines(times, rows)
    holes = np.flatnonzero(np.diff(times) > HOLE_HOPS * hop_s) + 1
    return PlotLines(
        np.insert(times - times[-1], holes, times[holes - 1] - times[-1]), np.insert(rows, holes, np.nan, 0)
    )


def weight_tracks(estimates: Sequence[Estimate], hop_s: float) -> PlotLines:
    """Lines 0 to 2 weight, 3 to 5 low and 6 to 8 high ends of the bands, each in screen order; NaN where absent."""
    rows = _rows([values for e in estimates for values in (e.weights, e.weight_low, e.weight_high)], 3, 3)
    rows[np.broadcast_to(rows[:, :1] == 0, rows.shape)] = np.nan  # exactly 0 is the weight of what is absent
    return tracks(estimates, rows[:, :, PLACES].reshape(-1, 9), hop_s)


def without_tracks(estimates: Sequence[Estimate], state: int, hop_s: float) -> PlotLines:
    """Probability of one state: as it is, then without each modality in screen order; NaN where not explained."""
    said = _rows([model_says(e) for e in estimates], 4)[:, state]
    without = _rows([e.explanation.without if e.explanation else _UNKNOWN for e in estimates], 3, 4)[:, PLACES, state]
    return tracks(estimates, np.column_stack((said, without)), hop_s)


def push_tracks(estimates: Sequence[Estimate], hop_s: float) -> PlotLines:
    """How much feedback moved each step; NaN where not explained."""
    said = _rows([model_says(e) for e in estimates], 4)
    evidence = _rows([e.explanation.evidence if e.explanation else _UNKNOWN[0] for e in estimates], 4)
    return tracks(estimates, np.abs(said - evidence).sum(axis=1, keepdims=True) / 2, hop_s)


def _rows(arrays: Sequence[NDArray[np.float32]], *shape: int) -> Array:
    """All of them as one array, (N, *shape); several times as fast as stacking, which counts at every step."""
    joined = np.concatenate(arrays) if arrays else np.zeros(0)
    return joined.reshape(-1, *shape).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class AttentionSummary:
    """The map: `told` (3, 3) and `heard` (3, 3, K) as in `Explanation`, averaged; why each modality is away, or ""."""

    told: Array
    heard: Array
    away: dict[Modality, str]
    hop_s: float


def listening(estimates: Sequence[Estimate], hop_s: float) -> AttentionSummary | None:
    """The map now; None while nothing is explained."""
    last = [e.explanation for e in estimates[-SMOOTH_STEPS:] if e.explanation is not None]
    if not last or estimates[-1].explanation is None:
        return None
    away = {m: "" if p.present else short_reason(p) for m, p in estimates[-1].presence.items()}
    here = np.array([not away[m] for m in MODALITIES])
    return AttentionSummary(
        _mean_of_asking([why.told for why in last]) * here[:, None],
        _mean_of_asking([why.heard for why in last]) * here[:, None, None],
        away,
        hop_s,
    )


def _mean_of_asking(steps: Sequence[Array]) -> Array:
    """Mean over the steps in which a row (one who asks) said anything."""
    stacked = np.stack(steps).astype(np.float64)
    asking = stacked.reshape(*stacked.shape[:2], -1).sum(axis=2) > 0  # (steps, 3)
    return np.asarray(stacked.sum(axis=0) / np.maximum(asking.sum(axis=0), 1).reshape(3, *[1] * (stacked.ndim - 2)))
