"""How much each modality influenced each step of a session, and where feedback held a state. No Qt.

A modality's influence is the share of the probability that would lie on other states without it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.presentation.series import Array
from app.presentation.text import LITTLE, percent
from app.review.timeline.columns import Run, TimelineColumns, column_steps, runs
from core.appearance import MODALITY_NAMES, MODALITY_ORDER, SCREEN_ORDER
from core.feedback_alarm import STEPS, held_for
from core.review.explain_session import explained
from core.step_columns import StepColumns
from core.types import STATES

UNKNOWN, HARDLY = -1, 3
"""Codes of a column: the modality's place in screen order, plus `HARDLY` where even the largest was little."""
_NAMES = [MODALITY_NAMES[modality] for modality in MODALITY_ORDER]


@dataclass(frozen=True, slots=True, eq=False)
class Influence:
    """Influence at N steps; modalities in screen order.

    `moved` (N, 3): the influence, 1 where nothing would be present without the modality, NaN where it is not known.
    `held` (N,): for how many steps feedback has held a state (`core.feedback_alarm`), which is `named` (N,).
    `sums` (N + 1, 5): running sums of known steps, of `moved`, and of steps with an alarm.
    """

    moved: Array
    held: NDArray[np.int64]
    named: NDArray[np.int64]
    sums: Array

    @property
    def has_alarms(self) -> bool:
        """Whether any step has a feedback alarm."""
        return bool(self.sums[-1, 4])


def influence(steps: StepColumns) -> Influence | None:
    """The influence at each explained step; None where no step is explained."""
    if not explained(steps).any():
        return None
    plain = steps.plain
    moved = np.abs(steps.without - plain[:, None]).sum(axis=2)[:, SCREEN_ORDER] / 2
    moved[np.isnan(moved) & steps.present[:, SCREEN_ORDER]] = 1.0
    known = ~np.isnan(steps.evidence[:, 0]) & ~np.isnan(plain[:, 0])
    moved[~known] = np.nan
    held = held_for(plain, steps.evidence)
    sums = np.zeros((len(steps) + 1, 5))
    np.cumsum(np.column_stack((known, np.nan_to_num(moved), held >= STEPS)), axis=0, out=sums[1:])
    return Influence(moved.astype(np.float64), held, np.nan_to_num(plain).argmax(axis=1), sums)


def leaders(found: Influence, columns: TimelineColumns, start_s: float, end_s: float, count: int) -> list[Run]:
    """The modality with the largest mean influence in each of `count` columns of a range."""
    sums = _sums(found, columns, start_s, end_s, count)
    most = sums[:, 1:4].argmax(axis=1)
    little = sums[:, 1:4].max(axis=1) < LITTLE * sums[:, 0]
    return runs(np.where(sums[:, 0] == 0, UNKNOWN, most + HARDLY * little))


def alarms(found: Influence, columns: TimelineColumns, start_s: float, end_s: float, count: int) -> list[Run]:
    """Runs of columns with a feedback alarm at one step or more."""
    alarming = _sums(found, columns, start_s, end_s, count)[:, 4] > 0
    return [run for run in runs(alarming.astype(np.int64)) if run.code]


def _sums(found: Influence, columns: TimelineColumns, start_s: float, end_s: float, count: int) -> Array:
    first, last, _ = column_steps(columns, start_s, end_s, count)
    return np.asarray(found.sums[last] - found.sums[first])


def influence_text(found: Influence, index: int) -> str:
    """One step, for a tooltip."""
    moved = found.moved[index]
    if np.isnan(moved).all():
        return "Nothing was present, or this step is not explained."
    parts = [f"{name} {percent(float(share))}" for name, share in zip(_NAMES, moved, strict=True) if share > 0]
    most = int(np.nanargmax(moved))
    if moved[most] >= 1.0:
        return f"Without the {_NAMES[most]} nothing would have been present."
    if moved[most] < LITTLE:
        return f"Leaving out any one of them would have changed little{_listed(parts)}."
    return f"The {_NAMES[most]} had the largest influence. Each moves this share of the probability{_listed(parts)}."


def _listed(parts: list[str]) -> str:
    return f": {', '.join(parts)}" if parts else ""


def alarm_text(found: Influence, index: int) -> str:
    """The feedback alarm at a step, in words; empty where there is none."""
    if found.held[index] < STEPS:
        return ""
    return f"feedback may be holding {STATES[int(found.named[index])]}, for {found.held[index]} steps"
