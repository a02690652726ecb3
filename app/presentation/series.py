"""Estimates as arrays for the plots: pure, no Qt. Time is seconds before now; a skipped hop leaves a hole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.appearance import MODALITY_ORDER
from core.types import MODALITIES, STATES, Estimate, Presence, Reason

Array = NDArray[np.float64]
GOOD = 0.5
"""Quality from which on a lane's bar is drawn full; below, it is pale."""
HOLE_HOPS = 1.6
"""Two steps further apart than this many hops are not joined by a line."""


@dataclass(frozen=True, slots=True)
class MarkedSpan:
    """A stretch of time, in seconds before now (negative), and why it is marked; `quality` 1 is present and good."""

    start: float
    end: float
    reason: Reason | None
    quality: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """`x` (N,), `probabilities` (N, 4), `shares` (N, 3) cumulated from the bottom up in screen order; NaN = hole.

    `bands` (N, 2, 2): low and high of the two borders between the shares. The lower border moves with the lowest
    modality's weight; the upper one is what the highest leaves of 1. The one between moves with both.
    """

    x: Array
    probabilities: Array
    shares: Array
    bands: Array
    abstained: tuple[MarkedSpan, ...]


EMPTY = Series(np.zeros(0), np.zeros((0, len(STATES))), np.zeros((0, 3)), np.zeros((0, 2, 2)), ())


def series(estimates: Sequence[Estimate], now_s: float, hop_s: float) -> Series:
    """The arrays for estimates in the order of time."""
    if not estimates:
        return EMPTY
    times = np.array([e.t_s for e in estimates], dtype=np.float64)
    probabilities = np.stack([e.probabilities for e in estimates]).astype(np.float64)
    order = [MODALITIES.index(m) for m in MODALITY_ORDER]
    weights = np.stack([e.weights for e in estimates]).astype(np.float64)[:, order]
    shares = np.where(weights.sum(axis=1, keepdims=True) > 0, weights.cumsum(axis=1), np.nan)
    bands = _bands(estimates, order)
    x = times - now_s
    holes = np.flatnonzero(np.diff(times) > HOLE_HOPS * hop_s) + 1
    firsts = np.concatenate(([0], holes))
    # A step stands for the hop that ends with it, so a stretch begins a hop before its first step; a lone step shows.
    places = np.concatenate((holes, firsts))
    return Series(
        np.insert(x, places, x[places] - hop_s),
        np.insert(probabilities, places, _with_holes(probabilities, holes, firsts), axis=0),
        np.insert(shares, places, _with_holes(shares, holes, firsts), axis=0),
        np.insert(bands, places, _with_holes(bands, holes, firsts), axis=0),
        tuple(_spans([(e.t_s - now_s, e.abstains is not None, None, 0.0) for e in estimates], hop_s)),
    )


def _with_holes(rows: Array, holes: NDArray[np.intp], firsts: NDArray[np.intp]) -> Array:
    return np.concatenate((np.full((holes.size, *rows.shape[1:]), np.nan), rows[firsts]))


def _bands(estimates: Sequence[Estimate], order: Sequence[int]) -> Array:
    """Bands of the borders, (N, 2, 2). A border at the bottom or the top has none, nor one that falls on another."""
    low = np.stack([e.weight_low for e in estimates]).astype(np.float64)[:, order]
    high = np.stack([e.weight_high for e in estimates]).astype(np.float64)[:, order]
    alone = low[:, 1] + high[:, 1] == 0  # nothing between the two borders: they are one, drawn once
    low[alone, 0], high[alone, 0] = 1 - high[alone, -1], 1 - high[alone, -1]
    lower = np.stack((low[:, 0], high[:, 0]), axis=1)
    upper = np.stack((1 - high[:, -1], 1 - low[:, -1]), axis=1)
    return np.stack((lower, upper), axis=1)


def presence_spans(estimates: Sequence[Estimate], now_s: float, hop_s: float) -> dict[str, tuple[MarkedSpan, ...]]:
    """For each modality the stretches of equal presence, oldest first; `reason` None where it took part."""
    result: dict[str, tuple[MarkedSpan, ...]] = {}
    for modality in MODALITY_ORDER:
        marks = [(e.t_s - now_s, True, *_look(e.presence[modality])) for e in estimates]
        result[modality] = tuple(_spans(marks, hop_s))
    return result


def _look(presence: Presence) -> tuple[Reason | None, float]:
    if not presence.present:
        return presence.reason or Reason.NOTHING_PRESENT, 0.0
    return None, 1.0 if presence.quality >= GOOD else 0.0


def _spans(marks: Sequence[tuple[float, bool, Reason | None, float]], hop_s: float) -> list[MarkedSpan]:
    """Neighbouring marks that say the same, joined; each mark covers the hop that ends at its time."""
    spans: list[MarkedSpan] = []
    for end, marked, reason, quality in marks:
        if not marked:
            continue
        last = spans[-1] if spans else None
        joins = last is not None and end - last.end <= HOLE_HOPS * hop_s
        if last is not None and joins and (last.reason, last.quality) == (reason, quality):
            spans[-1] = MarkedSpan(last.start, end, reason, quality)
        else:
            spans.append(MarkedSpan(last.end if last is not None and joins else end - hop_s, end, reason, quality))
    return spans
