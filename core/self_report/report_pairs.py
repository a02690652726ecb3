"""Pairs each self-report with the estimates around that moment: the input of agreement and calibration.

A report is about the seconds before it, so it is compared with the mean estimate over them, not with one step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.step_columns import NO_REASON, StepColumns
from core.store.stored_session import StoredSession
from core.types import STATES, SelfReport

LOOK_BACK_S = 6.0
"""Length of the time before a report that it is compared with."""

Origin = Literal["own", "probe", "recall"]
Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ReportPair:
    """One report and the estimates of the seconds before it; axes in the order of `STATES`.

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
    """Every report of a session with a step nearby, in the order of time; `left_out` counts the others."""
    reports = sorted(session.reports, key=lambda report: report.t_s)
    return tuple(_pair(session, report, near) for report in reports if (near := _near(session.steps, report.t_s)))


def left_out(session: StoredSession) -> int:
    """Number of reports without a step nearby: made before the first one, or after a long pause."""
    return sum(1 for report in session.reports if not _near(session.steps, report.t_s))


def _near(steps: StepColumns, t_s: float) -> range:
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
    """Mean over the steps with a modality present, (n, 4) → (4,); NaN without any."""
    known = probabilities[~np.isnan(probabilities[:, 0])].astype(np.float64)
    return known.mean(0) if len(known) else np.full(len(STATES), np.nan)
