"""How a fusion follows changes of state: the lag, and how often the predicted state flips."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.types import STATES

_AFTER_CHANGE = 4
"""Steps after a change of state that count as transition (2 s)."""
_STAYS = 6
"""Steps that a new state must last, clearly, for its lag to be counted (3 s, the composer's minimum dwell time)."""
_STEPS_A_MINUTE = 120

Grid = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TransitionLag:
    """Lag in steps from a change of state to the first correct prediction: mean and median over `counted` changes.

    A state that was never predicted counts with its duration, so the true lag is longer; `never` is the share of those.
    `flips_a_minute`: how often the predicted state changes between neighbouring steps, `true_a_minute`: how often the
    true state does.
    """

    lag_mean: float
    lag_median: float
    never: float
    counted: int
    flips_a_minute: float
    true_a_minute: float


def after_change(state: Grid) -> Mask:
    """The steps (N, T) within 2 s of a change of state (N, T)."""
    changed = np.zeros(state.shape, dtype=bool)
    changed[:, 1:] = state[:, 1:] != state[:, :-1]
    recent = changed.copy()
    for step in range(1, _AFTER_CHANGE):
        recent[:, step:] |= changed[:, :-step]
    return recent


def changes(state: Grid, clear: Mask, guess: Grid) -> TransitionLag:
    """Takes states and predictions (N, T), -1 where nothing was present (such a step is neither correct nor a flip)."""
    found = [lag for one in zip(state, clear, guess, strict=True) for lag in lags(*one)]
    steps = np.array([steps for steps, _ in found], dtype=np.float64)
    reached = np.array([right for _, right in found], dtype=bool)
    both = (guess[:, 1:] >= 0) & (guess[:, :-1] >= 0)
    flips, turns = (guess[:, 1:] != guess[:, :-1]) & both, (state[:, 1:] != state[:, :-1]) & both
    minutes = max(both.sum() / _STEPS_A_MINUTE, 1e-9)
    return TransitionLag(
        float(steps.mean()) if found else float("nan"),
        float(np.median(steps)) if found else float("nan"),
        float(1.0 - reached.mean()) if found else float("nan"),
        len(found),
        float(flips.sum() / minutes),
        float(turns.sum() / minutes),
    )


def lags(state: Grid, clear: Mask, guess: Grid) -> list[tuple[int, bool]]:
    """For every change in a sequence (T,): steps until the new state was predicted, and whether it ever was."""
    found = []
    turns = [*(np.flatnonzero(state[1:] != state[:-1]) + 1).tolist(), len(state)]
    for start, end in pairwise(turns):
        if end - start >= _STAYS and state[start] < len(STATES) and clear[start : start + _STAYS].all():
            right = np.flatnonzero(guess[start:end] == state[start])
            found.append((int(right[0]), True) if right.size else (end - start, False))
    return found
