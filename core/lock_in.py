"""When feedback holds a label that the evidence has left: a rule over the last steps that were explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.types import STATES, Estimate

STEPS = 4
"""So many steps in a row; fewer is what feedback is for."""
LEAD = 0.1
"""By so much the evidence has to prefer another state, in each of these steps."""


@dataclass(frozen=True, slots=True)
class LockIn:
    """`held` has been named since `since_s`, for `steps` steps, while the evidence pointed to another state.

    `towards` is where it points now; `lasted_s` is how long it has been so.
    """

    held: str
    towards: str
    since_s: float
    lasted_s: float
    steps: int

    @property
    def sentence(self) -> str:
        """For people."""
        return (
            f"Feedback may be holding {self.held}: for {self.steps} steps the evidence led away from it, "
            f"now to {self.towards}. Reset or switch it off."
        )


def lock_in(estimates: Sequence[Estimate]) -> LockIn | None:
    """What is being held at the newest of `estimates` (oldest first); None where nothing is."""
    newest = model_says(estimates[-1]) if estimates else None
    if newest is None or np.isnan(newest[0]):
        return None
    held = int(newest.argmax())
    run = 0
    for estimate in reversed(estimates):
        if not _holds(estimate, held):
            break
        run += 1
    explanation = estimates[-1].explanation
    if run < STEPS or explanation is None:
        return None
    first, last = estimates[-run], estimates[-1]
    towards = STATES[int(explanation.evidence.argmax())]
    return LockIn(STATES[held], towards, first.t_s, last.t_s - first.t_s, run)


def model_says(estimate: Estimate) -> NDArray[np.float32]:
    """Probabilities (4,) as the model gave them: what an explanation explains, before any personal calibration."""
    return estimate.probabilities if estimate.plain is None else estimate.plain


def _holds(estimate: Estimate, held: int) -> bool:
    said = model_says(estimate)
    if estimate.explanation is None or np.isnan(said[0]) or int(said.argmax()) != held:
        return False
    evidence = estimate.explanation.evidence
    return bool(evidence.max() - evidence[held] >= LEAD)
