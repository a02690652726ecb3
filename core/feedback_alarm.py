"""Detects that feedback keeps a state which the evidence no longer supports: a rule over the last explained steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.step_columns import StepColumns
from core.types import STATES

STEPS = 4
"""Number of steps in a row that make an alarm; for fewer, steadying the estimate is what feedback is for."""
LEAD = 0.1
"""Probability by which the evidence prefers another state in each of these steps."""


@dataclass(frozen=True, slots=True)
class FeedbackAlarm:
    """`held` has been the estimate since `since_s`, for `steps` steps, while the evidence pointed to another state.

    `towards` is where it points now; `lasted_s` is how long it has been so.
    """

    held: str
    towards: str
    since_s: float
    lasted_s: float
    steps: int

    @property
    def sentence(self) -> str:
        """The alarm as a sentence for the screen."""
        return (
            f"Feedback may be holding {self.held}: for {self.steps} steps the evidence has pointed elsewhere, "
            f"now to {self.towards}. Reset feedback or switch it off."
        )


def find_alarm(steps: StepColumns) -> FeedbackAlarm | None:
    """The alarm at the newest of `steps`; None where feedback holds nothing."""
    run = int(held_for(steps.plain, steps.evidence)[-1]) if len(steps) else 0
    if run < STEPS:
        return None
    since_s, now_s = float(steps.t_s[-run]), float(steps.t_s[-1])
    held, towards = STATES[int(steps.plain[-1].argmax())], STATES[int(steps.evidence[-1].argmax())]
    return FeedbackAlarm(held, towards, since_s, now_s - since_s, run)


def held_for(said: NDArray[np.float32], evidence: NDArray[np.float32]) -> NDArray[np.int64]:
    """(N,): for how many steps, up to and including each one, feedback has held a state; from `STEPS` on, an alarm.

    0 where the evidence supports the estimated state, or where it is not known. `said` (N, 4): the model's
    probabilities before a personal calibration. `evidence` (N, 4): those without feedback, NaN where not explained.
    """
    known = ~np.isnan(said[:, 0]) & ~np.isnan(evidence[:, 0])
    named = np.where(known, np.nan_to_num(said).argmax(axis=1), -1)
    lead = evidence.max(axis=1) - np.take_along_axis(evidence, np.maximum(named, 0)[:, None], 1)[:, 0]
    held = np.where(known & (lead >= LEAD), named, -1)
    places = np.arange(len(held))
    begins = np.concatenate(([True], held[1:] != held[:-1]))[: len(held)]
    return np.where(held >= 0, places - np.maximum.accumulate(np.where(begins, places, 0)) + 1, 0)
