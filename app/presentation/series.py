"""Geometry of the plots over time, from columns of steps: pure, no Qt. Shared by Live, Explain and Review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.appearance import MODALITY_ORDER, SCREEN_ORDER
from core.step_columns import NO_REASON, REASONS, StepColumns
from core.types import STATES, Modality, Reason

Array = NDArray[np.floating[Any]]
GOOD = 0.5
"""Quality from which on a modality's bar is drawn full; below, it is pale."""
HOLE_HOPS = 1.6
"""Two steps further apart than this many hops are not joined by a line."""


@dataclass(frozen=True, slots=True, eq=False)
class PlotPoints:
    """Points of a curve over N steps: `x_s` (M,) and `rows` (M,), the step that each point shows, or -1 for a hole.

    A step stands for the hop that ends with it. Each uninterrupted stretch therefore begins with an extra point one hop
    before its first step, so that a lone step is visible, and a hole ends it.
    """

    x_s: Array
    rows: NDArray[np.intp]

    def of(self, values: Array) -> Array:
        """`values` (N, ...) of the steps as values (M, ...) of the points; NaN in holes."""
        taken = np.asarray(values, dtype=np.float64)[self.rows] if len(values) else np.zeros((0, *values.shape[1:]))
        taken[self.rows < 0] = np.nan
        return taken


def plot_points(t_s: Array, hop_s: float, now_s: float = 0.0) -> PlotPoints:
    """The points of a curve over steps at `t_s` (N,), in seconds after `now_s`."""
    times = np.asarray(t_s, dtype=np.float64) - now_s
    if not times.size:
        return PlotPoints(times, np.zeros(0, np.intp))
    holes = np.flatnonzero(np.diff(times) > HOLE_HOPS * hop_s) + 1
    firsts = np.concatenate(([0], holes))
    places = np.concatenate((holes, firsts))
    rows = np.insert(np.arange(times.size), places, np.concatenate((np.full(holes.size, -1), firsts)))
    return PlotPoints(np.insert(times, places, times[places] - hop_s), rows)


def weight_shares(steps: StepColumns) -> Array:
    """(N, 3): the upper edges of the stacked weights, from the bottom up in screen order; NaN where all are absent."""
    weights = steps.weights[:, SCREEN_ORDER].astype(np.float64)
    return np.where(weights.sum(axis=1, keepdims=True) > 0, weights.cumsum(axis=1), np.nan)


def weight_bands(steps: StepColumns) -> Array:
    """(N, 2, 2): low and high ends of the 95 % bands of the two edges between the three stacked weights.

    The lower edge moves with the weight of the modality at the bottom; the upper one is what the weight at the top
    leaves of 1. NaN where there is no edge: where all modalities are absent, and for the lower edge where the modality
    in the middle is absent, because both edges are then one.
    """
    low, high = (band[:, SCREEN_ORDER].astype(np.float64) for band in (steps.weight_low, steps.weight_high))
    lower = np.stack((low[:, 0], high[:, 0]), axis=1)
    upper = np.stack((1 - high[:, 2], 1 - low[:, 2]), axis=1)
    bands = np.stack((lower, upper), axis=1)
    bands[~steps.present.any(axis=1)] = np.nan
    bands[~steps.present[:, SCREEN_ORDER[1]], 0] = np.nan
    return bands


@dataclass(frozen=True, slots=True)
class MarkedSpan:
    """A stretch of time in seconds before now (negative), and why it is marked; `quality` 1 is present and good."""

    start: float
    end: float
    reason: Reason | None
    quality: float = 0.0


_UNMARKED, _GOOD, _PALE = -3, -2, NO_REASON
"""Codes of a step in `_spans`; from 0 on they are indices into `REASONS`."""


def abstention_spans(steps: StepColumns, now_s: float, hop_s: float) -> tuple[MarkedSpan, ...]:
    """The stretches of time in which the estimate abstains, for whatever reason, oldest first."""
    return _spans(steps.t_s - now_s, np.where(steps.abstains == NO_REASON, _UNMARKED, _PALE), hop_s)


def presence_spans(steps: StepColumns, now_s: float, hop_s: float) -> dict[Modality, tuple[MarkedSpan, ...]]:
    """For each modality the stretches of equal presence, oldest first; `reason` is None where it is present."""
    absent = np.where(steps.reasons == NO_REASON, REASONS.index(Reason.NOTHING_PRESENT), steps.reasons)
    codes = np.where(steps.present, np.where(steps.quality >= GOOD, _GOOD, _PALE), absent)[:, SCREEN_ORDER]
    times = steps.t_s - now_s
    return {modality: _spans(times, codes[:, k], hop_s) for k, modality in enumerate(MODALITY_ORDER)}


def _spans(times: Array, codes: NDArray[np.signedinteger[Any]], hop_s: float) -> tuple[MarkedSpan, ...]:
    """Neighbouring steps of one code, joined; a step covers the hop that ends with it."""
    if not times.size:
        return ()
    gaps = np.diff(times) > HOLE_HOPS * hop_s
    firsts = np.concatenate(([0], np.flatnonzero(gaps | (np.diff(codes) != 0)) + 1))
    lasts = np.append(firsts[1:], times.size) - 1
    after_gap = np.concatenate(([True], gaps))[firsts]
    starts = np.where(after_gap, times[firsts] - hop_s, times[firsts - 1])
    return tuple(
        MarkedSpan(start, end, REASONS[code] if code >= 0 else None, 1.0 if code == _GOOD else 0.0)
        for start, end, code in zip(starts.tolist(), times[lasts].tolist(), codes[firsts].tolist(), strict=True)
        if code != _UNMARKED
    )


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """What the plots of the Live page draw, M points over time.

    `x` (M,) in seconds before now, `probabilities` (M, 4), `shares` (M, 3) as in `weight_shares`, `bands` (M, 2, 2) as
    in `weight_bands`; NaN rows are holes.
    """

    x: Array
    probabilities: Array
    shares: Array
    bands: Array
    abstained: tuple[MarkedSpan, ...]


EMPTY = Series(np.zeros(0), np.zeros((0, len(STATES))), np.zeros((0, 3)), np.zeros((0, 2, 2)), ())


def series(steps: StepColumns, now_s: float, hop_s: float) -> Series:
    """The series of `steps`."""
    if not len(steps):
        return EMPTY
    points = plot_points(steps.t_s, hop_s, now_s)
    return Series(
        points.x_s,
        points.of(steps.probabilities),
        points.of(weight_shares(steps)),
        points.of(weight_bands(steps)),
        abstention_spans(steps, now_s, hop_s),
    )
