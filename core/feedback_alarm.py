"""Detects feedback that holds a state against the evidence: a rule over the last explained steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.step_columns import StepColumns
from core.types import STATES

STEPS = 4
"""Steps in a row; fewer are the purpose of feedback."""
LEAD = 0.1
"""Margin by which the evidence must prefer another state in each of these steps."""


@dataclass(frozen=True, slots=True)
class FeedbackAlarm:
    """`held` has led since `since_s`, for `steps` steps, while the evidence preferred another state.

    `towards`: the state that the evidence prefers now. `lasted_s`: duration in seconds.
    """

    held: str
    towards: str
    since_s: float
    lasted_s: float
    steps: int

    @property
    def sentence(self) -> str:
        """One sentence for people."""
        return (
            f"Feedback may be holding {self.held}: for {self.steps} steps the evidence has preferred another state, "
            f"now {self.towards}. Reset or switch it off."
        )


def find_alarm(steps: StepColumns) -> FeedbackAlarm | None:
    """The alarm at the newest of `steps`; None where feedback holds nothing."""
    run = int(held_for(steps.plain, steps.evidence)[-1]) if len(steps) else 0
    if run < STEPS:
        return None
    since_s, now_s = float(steps.t_s[-run]), float(steps.t_s[-1])
    held, towards = STATES[int(steps.plain[-1].argmax())], STATES[int(steps.evidence[-1].argmax())]
    return FeedbackAlarm(held, towards, since_s, now_s - since_s, run)


def held_for(probabilities: NDArray[np.float32], evidence: NDArray[np.float32]) -> NDArray[np.int64]:
    """(N,): for how many steps up to and including each one a state has led that the evidence does not prefer; 0 where
    it prefers it, or without an explanation. From `STEPS` on it is an alarm.

    `probabilities` (N, 4): the model's, before a personal calibration. `evidence` (N, 4): NaN where not explained.
    """
    known = ~np.isnan(probabilities[:, 0]) & ~np.isnan(evidence[:, 0])
    named = np.where(known, np.nan_to_num(probabilities).argmax(axis=1), -1)
    lead = evidence.max(axis=1) - np.take_along_axis(evidence, np.maximum(named, 0)[:, None], 1)[:, 0]
    held = np.where(known & (lead >= LEAD), named, -1)
    places = np.arange(len(held))
    begins = np.concatenate(([True], held[1:] != held[:-1]))[: len(held)]
    return np.where(held >= 0, places - np.maximum.accumulate(np.where(begins, places, 0)) + 1, 0)
