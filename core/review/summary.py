"""Summary of a session: time per state, changes of state and the words around them, presence and weights.

Everything is counted in steps of `hop_s` seconds. Skipped hops are not steps, so gaps do not count as time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.review.moment_context import MomentContext
from core.review.state_stretches import UNDECIDED, Names, StateStretch, names, parts, stretches
from core.step_columns import NO_REASON, REASONS, StepColumns
from core.store.stored_session import StoredSession
from core.types import MODALITIES, STATES, Marker, Modality, Reason, SelfReport


@dataclass(frozen=True, slots=True)
class StateChange:
    """A change that held: `before` until `t_s`, `after` from then on; None is undecided."""

    t_s: float
    before: str | None
    after: str | None
    words: str
    activity: str


@dataclass(frozen=True, slots=True, eq=False)
class SessionSummary:
    """Figures of a whole session. Seconds count computed steps.

    `seconds`: by state, as single steps name it. `undecided`: seconds by reason. `transitions` (4, 4): from a state
    (row) to the next named one (column) within one uninterrupted part; on the diagonal: undecided in between, and
    back. `longest`: the longest stretch with a state, or None. `presence`: share of the steps with that modality.
    `weights`: mean weight over the steps with any modality present. Both are None where there is no such step.
    """

    estimated_s: float
    seconds: Mapping[str, float]
    undecided_s: float
    undecided: Mapping[Reason, float]
    transitions: NDArray[np.int64]
    longest: StateStretch | None
    stretches: tuple[StateStretch, ...]
    changes: tuple[StateChange, ...]
    presence: Mapping[Modality, float | None]
    weights: Mapping[Modality, float | None]
    markers: tuple[Marker, ...]
    reports: tuple[SelfReport, ...]

    @property
    def undecided_share(self) -> float:
        """Share of the steps that named no state; 0 where there was no step."""
        return self.undecided_s / self.estimated_s if self.estimated_s else 0.0


def summarise(session: StoredSession) -> SessionSummary:
    """All figures of a session; zero or None for an empty one."""
    steps, hop_s = session.steps, session.facts.hop_s
    named, held = names(steps), stretches(steps, hop_s)
    part = parts(steps.t_s, hop_s)
    return SessionSummary(
        estimated_s=len(steps) * hop_s,
        seconds=seconds_by_state(named, hop_s),
        undecided_s=float(np.count_nonzero(named == UNDECIDED)) * hop_s,
        undecided=_reasons(steps, hop_s),
        transitions=_transitions(held, part),
        longest=max((one for one in held if one.state), key=lambda one: one.seconds, default=None),
        stretches=tuple(held),
        changes=_changes(session, held, part),
        presence={m: _mean(steps.present[:, place]) for place, m in enumerate(MODALITIES)},
        weights={m: _mean(steps.weights[steps.present.any(axis=1), place]) for place, m in enumerate(MODALITIES)},
        markers=session.markers,
        reports=session.reports,
    )


def seconds_by_state(named: Names, hop_s: float) -> dict[str, float]:
    """Seconds for which each state was named."""
    return {state: float(np.count_nonzero(named == place)) * hop_s for place, state in enumerate(STATES)}


def _reasons(steps: StepColumns, hop_s: float) -> dict[Reason, float]:
    """Seconds by the reason for which no state was named, the most frequent first."""
    codes, counts = np.unique(steps.abstains[steps.abstains != NO_REASON], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return {REASONS[codes[place]]: float(counts[place]) * hop_s for place in order}


def _transitions(held: Sequence[StateStretch], part: NDArray[np.intp]) -> NDArray[np.int64]:
    counts = np.zeros((len(STATES), len(STATES)), np.int64)
    named = [one for one in held if one.state is not None]
    for before, after in pairwise(named):
        if part[before.last] == part[after.first]:
            counts[STATES.index(before.state or ""), STATES.index(after.state or "")] += 1
    return counts


def _changes(session: StoredSession, held: Sequence[StateStretch], part: NDArray[np.intp]) -> tuple[StateChange, ...]:
    context = MomentContext(session.words, session.activities)
    made = []
    for before, after in pairwise(held):
        if part[before.last] == part[after.first]:
            t_s = float(session.steps.t_s[after.first])
            made.append(StateChange(t_s, before.state, after.state, context.words(t_s), context.activity(t_s)))
    return tuple(made)


def _mean(column: NDArray[np.bool_] | NDArray[np.float32]) -> float | None:
    return float(column.mean(dtype=np.float64)) if len(column) else None
