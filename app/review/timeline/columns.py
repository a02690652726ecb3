"""Reduces a stored session's steps to columns of pixels, so that a plot draws a few points however long the session is.

Where several steps share a column, it keeps their lowest and highest values beside their mean, and a lane shows that a
modality was present in only some of them: no step disappears at any zoom. No Qt.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.presentation.series import GOOD, Array, plot_points, weight_bands, weight_shares
from core.appearance import SCREEN_ORDER
from core.step_columns import NO_REASON, StepColumns

Indices = NDArray[np.intp]
NOTHING, PRESENT, PALE, PARTLY, ABSENT = -1, 0, 1, 2, 3
"""Codes of a column in a presence lane: `PALE` is present in low quality, `ABSENT` + i is absent for reason i."""
FINE_STEPS = 2
"""With up to so many steps a column, each step is a point of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class TimelineColumns:
    """Steps with their running sums, from which any column is computed at once. Modalities in screen order."""

    t_s: Array  # (N,)
    hop_s: float
    probabilities: Array  # (N, 4)
    shares: Array  # (N, 3) weights cumulated from the bottom up, NaN where nothing was present
    bands: Array  # (N, 2, 2) low and high of the two borders
    reasons: NDArray[np.int8]  # (N, 3)
    sums: Array  # (N + 1, 16): known, 4 probabilities, 3 present, 3 good, abstained, weighted, 3 shares


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Points of the four curves; NaN rows are gaps. `low` and `high` are the extremes of the steps behind a point."""

    x_s: Array
    middle: Array
    low: Array
    high: Array


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Cumulated weights (M, 3) and the bands of their borders (M, 2, 2), the widest of the steps behind a point.

    `fine`: each step is a point of its own.
    """

    x_s: Array
    shares: Array
    bands: Array
    fine: bool


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring columns with one code: the first, one past the last, the code."""

    first: int
    last: int
    code: int


def timeline_columns(steps: StepColumns, hop_s: float) -> TimelineColumns:
    """Prepares `steps`; takes some milliseconds for a long session."""
    probabilities = steps.probabilities.astype(np.float64)
    known = ~np.isnan(probabilities[:, 0])
    present = steps.present[:, SCREEN_ORDER]
    good = present & (steps.quality[:, SCREEN_ORDER] >= GOOD)
    shares = weight_shares(steps)
    weighted = ~np.isnan(shares[:, 0])
    abstains = steps.abstains != NO_REASON
    columns = (known, np.nan_to_num(probabilities), present, good, abstains, weighted, np.nan_to_num(shares))
    sums = np.zeros((len(steps) + 1, 16))
    np.cumsum(np.column_stack(columns), axis=0, dtype=np.float64, out=sums[1:])
    return TimelineColumns(
        steps.t_s.astype(np.float64),
        hop_s,
        probabilities,
        shares,
        weight_bands(steps),
        steps.reasons[:, SCREEN_ORDER],
        sums,
    )


def is_fine(columns: TimelineColumns, start_s: float, end_s: float, count: int) -> bool:
    """Whether every step of the range is a point of its own in `count` columns."""
    first, last = np.searchsorted(columns.t_s, (start_s, end_s))
    return int(last - first) <= FINE_STEPS * count


def curves(columns: TimelineColumns, start_s: float, end_s: float, count: int) -> Lines:
    """The four probabilities over a range, in `count` columns."""
    if is_fine(columns, start_s, end_s, count):
        x, values = _points(columns, columns.probabilities, start_s, end_s)
        return Lines(x, values, values, values)
    first, last, x = column_steps(columns, start_s, end_s, count)
    sums = columns.sums[last] - columns.sums[first]
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = sums[:, 1:5] / sums[:, :1]
    return Lines(*_widened(x, middle, *_extremes(columns.probabilities, first, last)))


def stack(columns: TimelineColumns, start_s: float, end_s: float, count: int) -> Stack:
    """The weights over a range, in `count` columns."""
    if is_fine(columns, start_s, end_s, count):
        x, shares = _points(columns, columns.shares, start_s, end_s)
        return Stack(x, shares, _points(columns, columns.bands, start_s, end_s)[1], True)
    first, last, x = column_steps(columns, start_s, end_s, count)
    sums = columns.sums[last] - columns.sums[first]
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = sums[:, 13:16] / sums[:, 12:13]
    low, _ = _extremes(columns.bands[:, :, 0], first, last)
    _, high = _extremes(columns.bands[:, :, 1], first, last)
    times, shares, bands = _widened(x, middle, np.stack((low, high), axis=2))
    return Stack(times, shares, bands, False)


def lanes(columns: TimelineColumns, start_s: float, end_s: float, count: int) -> list[list[Run]]:
    """For each modality in screen order the runs of its presence, in `count` columns."""
    first, last, _ = column_steps(columns, start_s, end_s, count)
    sums = columns.sums[last] - columns.sums[first]
    steps = last - first
    result = []
    for lane in range(3):
        present, good = sums[:, 5 + lane], sums[:, 8 + lane]
        reasons = columns.reasons[np.minimum(first, max(0, len(columns.t_s) - 1)), lane] if len(columns.t_s) else first
        codes = np.select(
            [steps == 0, good == steps, present == steps, present > 0],
            [NOTHING, PRESENT, PALE, PARTLY],
            ABSENT + np.maximum(reasons, 0).astype(np.int64),
        )
        result.append(runs(codes))
    return result


def abstained(columns: TimelineColumns, start_s: float, end_s: float, count: int) -> tuple[Array, Array]:
    """Spans (K, 2) in seconds of the columns in which at least half of the steps abstain, and in which fewer do."""
    first, last, _ = column_steps(columns, start_s, end_s, count)
    some = (columns.sums[last] - columns.sums[first])[:, 11]
    found = runs(np.select([some == 0, 2 * some >= last - first], [0, 2], 1))
    edges = np.linspace(start_s, end_s, count + 1)
    most, few = (
        np.array([(edges[run.first], edges[run.last]) for run in found if run.code == code]).reshape(-1, 2)
        for code in (2, 1)
    )
    return most, few


def nearest(columns: TimelineColumns, t_s: float) -> int | None:
    """Index of the step whose hop contains `t_s`, or of the nearest one; None without steps."""
    if not len(columns.t_s):
        return None
    after = int(np.searchsorted(columns.t_s, t_s))
    candidates = [i for i in (after - 1, after) if 0 <= i < len(columns.t_s)]
    return min(candidates, key=lambda i: abs(columns.t_s[i] - columns.hop_s / 2 - t_s))


def column_steps(columns: TimelineColumns, start_s: float, end_s: float, count: int) -> tuple[Indices, Indices, Array]:
    """First and one past the last of the steps that overlap each of `count` columns, and the columns' middles (s)."""
    edges = np.linspace(start_s, end_s, count + 1)
    first = np.searchsorted(columns.t_s, edges[:-1], side="right")
    last = np.searchsorted(columns.t_s - columns.hop_s, edges[1:], side="left")
    return first, np.maximum(first, last), (edges[:-1] + edges[1:]) / 2


def runs(codes: NDArray[np.int64]) -> list[Run]:
    """Neighbouring columns of the same code."""
    changes = np.flatnonzero(np.diff(codes)) + 1
    starts, ends = [0, *changes.tolist()], [*changes.tolist(), len(codes)]
    return [Run(a, b, int(codes[a])) for a, b in zip(starts, ends, strict=True)]


def _extremes(values: Array, first: Indices, last: Indices) -> tuple[Array, Array]:
    """Lowest and highest row of each stretch of `values`; NaN where it is empty or nothing is known."""
    padded = np.concatenate((values, np.full((1, *values.shape[1:]), np.nan)))
    pairs = np.stack((first, last), axis=1).ravel()
    empty = first == last
    found = [reduce.reduceat(padded, pairs, axis=0)[::2] for reduce in (np.fmin, np.fmax)]
    for rows in found:
        rows[empty] = np.nan
    return found[0], found[1]


def _widened(x: Array, middle: Array, *others: Array) -> tuple[Array, ...]:
    """Points a column apart; a known one between two gaps is doubled across its column, for one alone has no width."""
    unknown = np.concatenate(([True], np.isnan(middle[:, 0]), [True]))
    alone = np.flatnonzero(~unknown[1:-1] & unknown[:-2] & unknown[2:])
    half_s = (x[1] - x[0]) / 2 if len(x) > 1 else 0.0
    times = x.copy()
    times[alone] -= half_s
    return np.insert(times, alone + 1, x[alone] + half_s), *(
        np.insert(rows, alone + 1, rows[alone], axis=0) for rows in (middle, *others)
    )


def _points(columns: TimelineColumns, values: Array, start_s: float, end_s: float) -> tuple[Array, Array]:
    """The steps of a range and one beyond each end; a point a hop earlier opens each stretch, NaN separates them."""
    first, last = np.searchsorted(columns.t_s, (start_s, end_s))
    part = slice(max(0, int(first) - 1), int(last) + 1)
    times, rows = columns.t_s[part], values[part]
    points = plot_points(times, columns.hop_s)
    return points.x_s, points.of(rows)
