"""Smooths the headline for display, separately from the model, so that it does not flicker.

`HeadlineSmoother` takes every estimate and is read at every tick of the screen. A new state is shown when two steps in
a row agree on it; figures approach those of the newest step with a time constant of `EASE_S`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.review.state_stretches import AGREEING_STEPS
from core.types import STATES, Estimate, Modality, Reason

EASE_S = 0.6


@dataclass(frozen=True, slots=True)
class HeadlineReading:
    """What the headline shows. `state` None means undecided, for `reason`."""

    state: str | None
    probability: float
    reason: Reason | None
    steady_s: float
    runner_up: str | None
    runner_up_probability: float
    figures: tuple[float, ...] = ()
    """All four probabilities, in the order of `STATES`; empty where nothing is present."""
    doubted: Modality | None = None
    """What may not be the learner's own although it counts: "audio", "text" or nothing."""


class HeadlineSmoother:
    """Smoothed probabilities and a state that does not change for a single step."""

    def __init__(self) -> None:
        self._target: NDArray[np.float32] | None = None
        self._eased: NDArray[np.float32] | None = None
        self._shown: str | None = None
        self._reason: Reason | None = None
        self._doubted: Modality | None = None
        self._since_s = 0.0
        self._newest_s = 0.0
        self._candidate: str | None = None
        self._agreeing = 0
        self._empty = True

    def take(self, estimate: Estimate) -> None:
        """Takes in one more step."""
        self._newest_s = estimate.t_s
        self._doubted = _doubted(estimate)
        self._target = None if estimate.leading is None else estimate.probabilities
        if self._target is None:
            self._eased = None
        elif self._eased is None:
            self._eased = self._target.copy()
        self._agreeing = self._agreeing + 1 if estimate.state == self._candidate else 1
        self._candidate = estimate.state
        at_once = self._empty or self._target is None
        if estimate.state == self._shown:
            self._reason = estimate.abstains
        if estimate.state != self._shown and (at_once or self._agreeing >= AGREEING_STEPS):
            self._shown, self._reason, self._since_s = estimate.state, estimate.abstains, estimate.t_s
        if self._empty:
            self._since_s, self._reason = estimate.t_s, estimate.abstains
        self._empty = False

    def advance(self, elapsed_s: float) -> None:
        """Moves the figures on by `elapsed_s` seconds of screen time."""
        if self._eased is not None and self._target is not None:
            self._eased += (self._target - self._eased) * (1.0 - math.exp(-elapsed_s / EASE_S))

    def reading(self) -> HeadlineReading | None:
        """The current reading; None before the first estimate."""
        if self._empty:
            return None
        steady_s = self._newest_s - self._since_s
        if self._eased is None:
            return HeadlineReading(None, math.nan, self._reason, steady_s, None, math.nan)
        order = [int(k) for k in np.argsort(-self._eased)]
        shown = order[0] if self._shown is None else STATES.index(self._shown)
        rival = next(k for k in order if k != shown) if self._shown else order[0]
        figures = tuple(float(share) for share in self._eased)
        return HeadlineReading(
            self._shown, figures[shown], self._reason, steady_s, STATES[rival], figures[rival], figures, self._doubted
        )


def _doubted(estimate: Estimate) -> Modality | None:
    spoken: tuple[Modality, ...] = ("audio", "text")
    return next((m for m in spoken if estimate.presence[m].reason is Reason.LIPS_STILL), None)
