"""A stored session's steps as columns of pixels: pure, no Qt. However far it is zoomed out, nothing is hidden.

Where more than one step falls into a column, its lowest and highest value are kept beside the mean, and a lane says
that a modality was there only in part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.presentation.series import GOOD, HOLE_HOPS, Array
from core.appearance import MODALITY_ORDER
from core.store.stored_session import NO_REASON, StoredSteps
from core.types import MODALITIES

NOTHING, PRESENT, PALE, PARTLY, ABSENT = -1, 0, 1, 2, 3
"""What a lane says of a column; from `ABSENT` on, what is above it is the reason's index."""
FINE_STEPS = 2
"""Up to so many steps a column, each step is drawn by itself."""
ORDER = [MODALITIES.index(m) for m in MODALITY_ORDER]


@dataclass(frozen=True, slots=True, eq=False)
class TimelineColumns:
    """Steps with their running sums, from which any column is read at once. Modalities in the order of the screen."""

    t_s: Array  # (N,)
    hop_s: float
    probabilities: Array  # (N, 4)
    shares: Array  # (N, 3) weights cumulated from the bottom up, NaN where nothing was present
    bands: Array  # (N, 2, 2) low and high of the two borders
    reasons: NDArray[np.int8]  # (N, 3)
    sums: Array  # (N + 1, 16): known, 4 probabilities, 3 present, 3 good, abstained, weighted, 3 shares


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Points to be joined; NaN rows are holes. `low` and `high` are those of the steps behind a point."""

    x_s: Array
    middle: Array
    low: Array
    high: Array


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Cumulated weights (M, 3) and their borders' bands (M, 2, 2), the widest of the steps behind a point.

    `fine`: each step has a point of its own.
    """

    x_s: Array
    shares: Array
    bands: Array
    fine: bool


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring columns that say the same: first, one past the last, what they say."""

    first: int
    last: int
    code: int


def track(steps: StoredSteps, hop_s: float) -> TimelineColumns:
    """The track of `steps`; may take some milliseconds for a long session."""
    probabilities = steps.probabilities.astype(np.float64)
    known = ~np.isnan(probabilities[:, 0])
    weights = steps.weights[:, ORDER].astype(np.float64)
    present = steps.present[:, ORDER]
    good = present & (steps.quality[:, ORDER] >= GOOD)
    weighted = weights.sum(axis=1) > 0
    shares = np.where(weighted[:, None], weights.cumsum(axis=1), np.nan)
    abstains = steps.abstains != NO_REASON
    columns = (known, np.nan_to_num(probabilities), present, good, abstains, weighted, np.nan_to_num(shares))
    sums = np.zeros((len(steps) + 1, 16))
    np.cumsum(np.column_stack(columns), axis=0, dtype=np.float64, out=sums[1:])
    return TimelineColumns(
        steps.t_s.astype(np.float64),
        hop_s,
        probabilities,
        shares,
        _bands(steps),
        steps.reasons[:, ORDER],
        sums,
    )


def _bands(steps: StoredSteps) -> Array:
    low = steps.weight_low[:, ORDER].astype(np.float64)
    high = steps.weight_high[:, ORDER].astype(np.float64)
    lower = np.stack((low[:, 0], high[:, 0]), axis=1)
    upper = np.stack((1 - high[:, 2], 1 - low[:, 2]), axis=1)
    bands = np.stack((lower, upper), axis=1)
    bands[~steps.present.any(axis=1)] = np.nan
    bands[~steps.present[:, ORDER[1]], 0] = np.nan  # nothing between the two borders: they are one, drawn once
    return bands


def is_fine(track: TimelineColumns, start_s: float, end_s: float, columns: int) -> bool:
    """Whether every step of the range gets a point of its own."""
    first, last = np.searchsorted(track.t_s, (start_s, end_s))
    return int(last - first) <= FINE_STEPS * columns


def curves(track: TimelineColumns, start_s: float, end_s: float, columns: int) -> Lines:
    """The four probabilities over a range."""
    if is_fine(track, start_s, end_s, columns):
        x, values = _points(track, track.probabilities, start_s, end_s)
        return Lines(x, values, values, values)
    first, last, x = ends(track, start_s, end_s, columns)
    sums = track.sums[last] - track.sums[first]
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = sums[:, 1:5] / sums[:, :1]
    return Lines(x, middle, *_extremes(track.probabilities, first, last))


def stack(track: TimelineColumns, start_s: float, end_s: float, columns: int) -> Stack:
    """The weights over a range."""
    if is_fine(track, start_s, end_s, columns):
        x, shares = _points(track, track.shares, start_s, end_s)
        return Stack(x, shares, _points(track, track.bands, start_s, end_s)[1], True)
    first, last, x = ends(track, start_s, end_s, columns)
    sums = track.sums[last] - track.sums[first]
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = sums[:, 13:16] / sums[:, 12:13]
    bands_low, _ = _extremes(track.bands[:, :, 0], first, last)
    _, bands_high = _extremes(track.bands[:, :, 1], first, last)
    return Stack(x, middle, np.stack((bands_low, bands_high), axis=2), False)


def lanes(track: TimelineColumns, start_s: float, end_s: float, columns: int) -> list[list[Run]]:
    """For picture, voice and words what the columns of pixels say of their presence."""
    first, last, _ = ends(track, start_s, end_s, columns)
    sums = track.sums[last] - track.sums[first]
    count = last - first
    result = []
    for lane in range(3):
        present, good = sums[:, 5 + lane], sums[:, 8 + lane]
        reasons = track.reasons[np.minimum(first, max(0, len(track.t_s) - 1)), lane] if len(track.t_s) else first
        codes = np.select(
            [count == 0, good == count, present == count, present > 0],
            [NOTHING, PRESENT, PALE, PARTLY],
            ABSENT + np.maximum(reasons, 0).astype(np.int64),
        )
        result.append(runs(codes))
    return result


def abstained(track: TimelineColumns, start_s: float, end_s: float, columns: int) -> list[Run]:
    """Runs of columns with abstention: code 2 where at least half of the steps abstain, 1 where fewer do."""
    first, last, _ = ends(track, start_s, end_s, columns)
    some = (track.sums[last] - track.sums[first])[:, 11]
    codes = np.select([some == 0, 2 * some >= last - first], [0, 2], 1)
    return [run for run in runs(codes) if run.code]


def nearest(track: TimelineColumns, t_s: float) -> int | None:
    """Index of the step whose hop holds `t_s`, or the nearest one; None without steps."""
    if not len(track.t_s):
        return None
    after = int(np.searchsorted(track.t_s, t_s))
    candidates = [i for i in (after - 1, after) if 0 <= i < len(track.t_s)]
    return min(candidates, key=lambda i: abs(track.t_s[i] - track.hop_s / 2 - t_s))


def ends(
    track: TimelineColumns, start_s: float, end_s: float, columns: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], Array]:
    """First step and one past the last of those that overlap each column, and the columns' middles in seconds."""
    edges = np.linspace(start_s, end_s, columns + 1)
    first = np.searchsorted(track.t_s, edges[:-1], side="right")
    last = np.searchsorted(track.t_s - track.hop_s, edges[1:], side="left")
    return first, np.maximum(first, last), (edges[:-1] + edges[1:]) / 2


def _extremes(values: Array, first: NDArray[np.intp], last: NDArray[np.intp]) -> tuple[Array, Array]:
    """Lowest and highest row of each stretch of `values`; NaN where it is empty or nothing is known."""
    padded = np.concatenate((values, np.full((1, *values.shape[1:]), np.nan)))
    pairs = np.stack((first, last), axis=1).ravel()
    empty = first == last
    found = [reduce.reduceat(padded, pairs, axis=0)[::2] for reduce in (np.fmin, np.fmax)]
    for rows in found:
        rows[empty] = np.nan
    return found[0], found[1]


def _points(track: TimelineColumns, values: Array, start_s: float, end_s: float) -> tuple[Array, Array]:
    """The steps of a range and one beyond each end; a point a hop earlier opens each stretch, a hole ends it."""
    first, last = np.searchsorted(track.t_s, (start_s, end_s))
    part = slice(max(0, int(first) - 1), int(last) + 1)
    times, rows = track.t_s[part], values[part]
    if not len(times):
        return times, rows
    holes = np.flatnonzero(np.diff(times) > HOLE_HOPS * track.hop_s) + 1
    firsts = np.concatenate(([0], holes))
    places = np.concatenate((holes, firsts))
    filling = np.concatenate((np.full((len(holes), *rows.shape[1:]), np.nan), rows[firsts]))
    return np.insert(times, places, times[places] - track.hop_s), np.insert(rows, places, filling, axis=0)


def runs(codes: NDArray[np.int64]) -> list[Run]:
    """Neighbouring columns of the same code."""
    changes = np.flatnonzero(np.diff(codes)) + 1
    starts, ends = [0, *changes.tolist()], [*changes.tolist(), len(codes)]
    return [Run(a, b, int(codes[a])) for a, b in zip(starts, ends, strict=True)]
