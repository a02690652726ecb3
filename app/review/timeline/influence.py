"""Which modality mattered most at each step of a session, and where feedback held on to a state: pure, no Qt.

The one that mattered most is the one whose leaving out moves most of the probability elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.presentation.series import Array
from app.presentation.text import LITTLE, percent
from app.review.timeline.columns import ORDER, Run, TimelineColumns, ends, runs
from core.appearance import MODALITY_NAMES, MODALITY_ORDER
from core.feedback_alarm import STEPS, held_for
from core.review.explain_session import explained
from core.store.stored_session import StoredSteps
from core.types import STATES

UNKNOWN, HARDLY = -1, 3
"""What a column says: the modality's place in screen order, and `HARDLY` more where even that one mattered little."""
_NAMES = [MODALITY_NAMES[modality] for modality in MODALITY_ORDER]


@dataclass(frozen=True, slots=True, eq=False)
class Influence:
    """Of N steps; modalities in the order of the screen.

    `moved` (N, 3): share of the probability that would lie elsewhere without it, 1 where nothing would be left; NaN
    where that is not known. `held` (N,): for how many steps feedback has held a state (`core.feedback_alarm`), which is
    `named` (N,). `sums` (N + 1, 5): running sums of what is known, of `moved`, and of steps with an alarm.
    """

    moved: Array
    held: NDArray[np.int64]
    named: NDArray[np.int64]
    sums: Array


def led(steps: StoredSteps) -> Influence | None:
    """None where no step is explained."""
    if not explained(steps).any():
        return None
    said = steps.plain
    moved = np.abs(steps.without - said[:, None]).sum(axis=2)[:, ORDER] / 2
    moved[np.isnan(moved) & steps.present[:, ORDER]] = 1.0
    known = ~np.isnan(steps.evidence[:, 0]) & ~np.isnan(said[:, 0])
    moved[~known] = np.nan
    held = held_for(said, steps.evidence)
    sums = np.zeros((len(steps) + 1, 5))
    np.cumsum(np.column_stack((known, np.nan_to_num(moved), held >= STEPS)), axis=0, out=sums[1:])
    return Influence(moved.astype(np.float64), held, np.nan_to_num(said).argmax(axis=1), sums)


def leaders(found: Influence, track: TimelineColumns, start_s: float, end_s: float, columns: int) -> list[Run]:
    """Which modality mattered most in the columns of pixels of a range, on average over their steps."""
    sums = _sums(found, track, start_s, end_s, columns)
    most = sums[:, 1:4].argmax(axis=1)
    little = sums[:, 1:4].max(axis=1) < LITTLE * sums[:, 0]
    return runs(np.where(sums[:, 0] == 0, UNKNOWN, most + HARDLY * little))


def alarms(found: Influence, track: TimelineColumns, start_s: float, end_s: float, columns: int) -> list[Run]:
    """Columns in which the lock-in alarm would have been on at a step at least."""
    ringing = _sums(found, track, start_s, end_s, columns)[:, 4] > 0
    return [run for run in runs(ringing.astype(np.int64)) if run.code]


def _sums(found: Influence, track: TimelineColumns, start_s: float, end_s: float, columns: int) -> Array:
    first, last, _ = ends(track, start_s, end_s, columns)
    return np.asarray(found.sums[last] - found.sums[first])


def words(found: Influence, index: int) -> str:
    """One step, for a tooltip."""
    moved = found.moved[index]
    if np.isnan(moved).all():
        return "Nothing was present, or nobody had asked why."
    parts = [f"{name} {percent(float(share))}" for name, share in zip(_NAMES, moved, strict=True) if share > 0]
    most = int(np.nanargmax(moved))
    if moved[most] >= 1.0:
        return f"Without the {_NAMES[most]} nothing would have been present."
    if moved[most] < LITTLE:
        return f"Leaving out any one of them would have changed little{_listed(parts)}."
    return f"The {_NAMES[most]} mattered most. Leaving one out moves so much of the probability{_listed(parts)}."


def _listed(parts: list[str]) -> str:
    return f": {', '.join(parts)}" if parts else ""


def alarm(found: Influence, index: int) -> str:
    """The alarm at a step, in words; empty where it would not have rung."""
    if found.held[index] < STEPS:
        return ""
    return f"feedback may be holding {STATES[int(found.named[index])]}, for {found.held[index]} steps"
