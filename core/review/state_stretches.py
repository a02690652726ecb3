"""The state that each step names, and the stretches for which a state held, by the headline's rule, on whole columns.

A new state holds when two consecutive steps name it (as `app.presentation.smoothing` shows it). A pause ends a stretch;
one or two skipped hops do not, but they are not counted as time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.step_columns import NO_REASON, StepColumns
from core.types import STATES

UNDECIDED = -1
AGREEING_STEPS = 2
PAUSE_S = 2.0
"""Steps further apart than this belong to different stretches."""

Names = NDArray[np.int8]
"""(N,) index into `STATES`, or `UNDECIDED`."""


@dataclass(frozen=True, slots=True)
class StateStretch:
    """A time for which one state held; None is undecided. `seconds` counts steps, not the gaps between them.

    `first` and `last` are the indices of its first and last step.
    """

    state: str | None
    start_s: float
    end_s: float
    seconds: float
    first: int
    last: int


def names(steps: StepColumns) -> Names:
    """The state that each step names, or `UNDECIDED` where it abstains or nothing was present."""
    seen = ~np.isnan(steps.probabilities[:, 0])
    leading = np.where(seen[:, None], steps.probabilities, 0.0).argmax(axis=1)
    return np.where(seen & (steps.abstains == NO_REASON), leading, UNDECIDED).astype(np.int8)


def state_of(name: int) -> str | None:
    """The state's name; None for undecided."""
    return None if name == UNDECIDED else STATES[name]


def parts(t_s: NDArray[np.float64], hop_s: float) -> NDArray[np.intp]:
    """(N,) the uninterrupted part of the session, 0, 1, …, that each step belongs to."""
    return np.asarray(np.concatenate([[0], np.cumsum(np.diff(t_s) > max(PAUSE_S, 3 * hop_s))])[: len(t_s)], np.intp)


def stretches(steps: StepColumns, hop_s: float) -> list[StateStretch]:
    """The whole session, in the order of time, as stretches for which one state held."""
    if len(steps) == 0:
        return []
    part, named = parts(steps.t_s, hop_s), names(steps)
    firsts = np.flatnonzero(np.concatenate([[True], (np.diff(named) != 0) | (np.diff(part) != 0)]))
    lasts = np.append(firsts[1:], len(steps)) - 1
    made: list[StateStretch] = []
    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        continues = bool(made) and part[made[-1].last] == part[first]
        state = state_of(int(named[first]))
        if continues and (last - first + 1 < AGREEING_STEPS or state == made[-1].state):
            before = made.pop()
            made.append(_stretch(before.state, steps.t_s, before.first, last, hop_s))
        else:
            made.append(_stretch(state, steps.t_s, first, last, hop_s))
    return made


def _stretch(state: str | None, t_s: NDArray[np.float64], first: int, last: int, hop_s: float) -> StateStretch:
    start_s = max(0.0, float(t_s[first]) - hop_s)
    return StateStretch(state, start_s, float(t_s[last]), (last - first + 1) * hop_s, first, last)
