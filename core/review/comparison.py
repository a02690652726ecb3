"""Compares two sets of estimates of one session: how often they name the same state, and where they differ.

It compares plain probabilities, before a personal calibration, which applies to one checkpoint only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.review.state_stretches import UNDECIDED, Names, names, parts, state_of
from core.review.summary import seconds_by_state
from core.step_columns import StepColumns

STRETCHES = 12
"""Maximum number of stretches in a comparison."""


@dataclass(frozen=True, slots=True)
class DifferingStretch:
    """A stretch in which the states differ at every step; `one` and `other` are the most frequent, None is undecided.

    `distance`: mean total variation between the probabilities, 0 to 1.
    """

    start_s: float
    end_s: float
    seconds: float
    one: str | None
    other: str | None
    distance: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Comparison of the `steps` that both have. `seconds_*` by state, without undecided time.

    `same_share`: share of steps with the same state, undecided included. `distance`: mean total variation between the
    probabilities, 0 to 1. Both are NaN without a common step. `differences`: the longest and largest ones, in the
    order of time.
    """

    steps: int
    same_share: float
    distance: float
    differences: tuple[DifferingStretch, ...]
    seconds_one: Mapping[str, float]
    seconds_other: Mapping[str, float]


def compare(one: StepColumns, other: StepColumns, hop_s: float = 0.5) -> Comparison:
    """Compare two sets of steps of one session, matched by their times."""
    one, other = _uncalibrated(one), _uncalibrated(other)
    shared_s, of_one, of_other = np.intersect1d(one.t_s, other.t_s, assume_unique=True, return_indices=True)
    named_one, named_other = names(one)[of_one], names(other)[of_other]
    apart = _total_variation(one.probabilities[of_one], other.probabilities[of_other])
    differences = _differences(shared_s, named_one, named_other, apart, hop_s)
    found = sorted(differences, key=lambda stretch: (-stretch.distance * stretch.seconds, stretch.start_s))
    return Comparison(
        steps=len(shared_s),
        same_share=float((named_one == named_other).mean()) if len(shared_s) else float("nan"),
        distance=float(np.nanmean(apart)) if not np.isnan(apart).all() else float("nan"),
        differences=tuple(sorted(found[:STRETCHES], key=lambda stretch: stretch.start_s)),
        seconds_one=seconds_by_state(named_one, hop_s),
        seconds_other=seconds_by_state(named_other, hop_s),
    )


def _uncalibrated(steps: StepColumns) -> StepColumns:
    return replace(steps, probabilities=steps.plain)


def _total_variation(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float64]:
    """(N,) half the sum of absolute differences; NaN where nothing was present."""
    return np.asarray(0.5 * np.abs(one.astype(np.float64) - other).sum(axis=1))


def _differences(
    t_s: NDArray[np.float64], one: Names, other: Names, apart: NDArray[np.float64], hop_s: float
) -> list[DifferingStretch]:
    differ = np.flatnonzero(one != other)
    if not len(differ):
        return []
    part = parts(t_s, hop_s)[differ]
    cuts = np.flatnonzero((np.diff(differ) > 1) | (np.diff(part) != 0)) + 1
    return [
        DifferingStretch(
            start_s=max(0.0, float(t_s[run[0]]) - hop_s),
            end_s=float(t_s[run[-1]]),
            seconds=len(run) * hop_s,
            one=_most_frequent(one[run]),
            other=_most_frequent(other[run]),
            distance=float(np.nan_to_num(apart[run]).mean()),
        )
        for run in np.split(differ, cuts)
    ]


def _most_frequent(named: Names) -> str | None:
    return state_of(int(np.bincount(named - UNDECIDED).argmax()) + UNDECIDED)
