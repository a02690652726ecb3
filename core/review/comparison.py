"""Two readings of one session beside each other: how often they name the same state, and where they part.

Compared is what the checkpoints say: before a personal calibration, which belongs to a person and to one of them alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.review.state_stretches import UNDECIDED, Names, names, parts, state_of
from core.review.summary import seconds_by_state
from core.store.stored_session import StoredSteps

STRETCHES = 12
"""How many stretches are told at most."""


@dataclass(frozen=True, slots=True)
class DifferingStretch:
    """A stretch in which the names differ at every step; `one` and `other` are the ones said most, None undecided.

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
    """Of the `steps` that both readings have. `seconds_*` by state, undecided time left out.

    `same_share`: steps with the same name, undecided being one. `distance`: mean total variation between the
    probabilities, 0 to 1. Both are NaN where there is nothing to compare. `differences`: the longest and widest ones,
    in the order of time.
    """

    steps: int
    same_share: float
    distance: float
    differences: tuple[DifferingStretch, ...]
    seconds_one: Mapping[str, float]
    seconds_other: Mapping[str, float]


def compare(one: StoredSteps, other: StoredSteps, hop_s: float = 0.5) -> Comparison:
    """Compare two readings step by step, matched by their times."""
    one, other = _plainly(one), _plainly(other)
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


def _plainly(steps: StoredSteps) -> StoredSteps:
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
            one=_usual(one[run]),
            other=_usual(other[run]),
            distance=float(np.nan_to_num(apart[run]).mean()),
        )
        for run in np.split(differ, cuts)
    ]


def _usual(named: Names) -> str | None:
    return state_of(int(np.bincount(named - UNDECIDED).argmax()) + UNDECIDED)
