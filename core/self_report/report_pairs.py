"""What a person reported of themselves beside what the program said around that moment: the material of all figures.

A report looks back: the program is asked what it said over the last seconds before it, not at one step of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.store.stored_session import NO_REASON, StoredSession, StoredSteps
from core.types import STATES, SelfReport

LOOK_BACK_S = 6.0
"""How much of what the program said belongs to a report."""

Origin = Literal["own", "probe", "recall"]
Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ReportPair:
    """One report and what was said in the seconds before it; axes in the order of `STATES`.

    `plain` (4,) are the mean probabilities before a personal calibration, `shown` (4,) those on screen; all NaN where
    nothing was present. `abstained`: the program named no state at most of these steps.
    """

    session: str
    checkpoint_sha256: str
    t_s: float
    origin: Origin
    state: str
    plain: Shares
    shown: Shares
    abstained: bool

    @property
    def said(self) -> str | None:
        """The state that the program named, or None when it was undecided."""
        return None if self.abstained else STATES[int(self.shown.argmax())]


def pairs(session: StoredSession) -> tuple[ReportPair, ...]:
    """Every report of a session that has a step near, in the order of time; `left_out` counts the others."""
    reports = sorted(session.reports, key=lambda report: report.t_s)
    return tuple(_pair(session, report, near) for report in reports if (near := _near(session.steps, report.t_s)))


def left_out(session: StoredSession) -> int:
    """How many reports of a session have no step near: made before the first one, or after a long stop."""
    return sum(1 for report in session.reports if not _near(session.steps, report.t_s))


def _near(steps: StoredSteps, t_s: float) -> range:
    first, end = np.searchsorted(steps.t_s, (t_s - LOOK_BACK_S, t_s), side="right").tolist()
    return range(first, end)


def _pair(session: StoredSession, report: SelfReport, near: range) -> ReportPair:
    place = slice(near.start, near.stop)
    shown = _mean(session.steps.probabilities[place])
    undecided = session.steps.abstains[place] != NO_REASON
    return ReportPair(
        session=session.line.id,
        checkpoint_sha256=session.facts.checkpoint_sha256,
        t_s=report.t_s,
        origin=report.origin,
        state=report.state,
        plain=_mean(session.steps.plain[place]),
        shown=shown,
        abstained=bool(undecided.mean() > 0.5 or np.isnan(shown[0])),
    )


def _mean(probabilities: NDArray[np.floating[Any]]) -> Shares:
    """Mean of the steps at which something was present, (n, 4) → (4,)."""
    known = probabilities[~np.isnan(probabilities[:, 0])].astype(np.float64)
    return known.mean(0) if len(known) else np.full(len(STATES), np.nan)
