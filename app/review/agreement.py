"""How right is it for one person, over all of their stored sessions? Reads on a job's thread. No Qt.

Whoever sits before the devices is the person; who is in a recording nobody knows, so that one is judged by itself. The
drawn learner's sessions go together, but no calibration comes of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.self_report.agreement import Agreement, agreement
from core.self_report.calibration_offer import CalibrationOffer, offer
from core.self_report.personal_calibration import PersonalCalibration, load
from core.self_report.report_pairs import ReportPair, left_out, pairs
from core.store.stored_session import SessionLine, StoredSession

if TYPE_CHECKING:
    from app.session.jobs import Job
    from core.store.session_library import SessionLibrary


@dataclass(frozen=True, slots=True, eq=False)
class PersonalAgreement:
    """Figures over `sessions` sessions of one person; `here` are those of the open session alone.

    `offer` is None where no calibration can be offered at all: to participants of a study, from recordings and from
    the drawn learner.
    """

    sessions: int
    all: Agreement
    here: Agreement
    offer: CalibrationOffer | None
    personal: PersonalCalibration | None


class AgreementCalculator:
    """Pairs of sessions already read are kept for as long as their number of reports and steps stays the same."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, int], tuple[tuple[ReportPair, ...], int]] = {}

    def forget(self) -> None:
        """Sessions were erased: nothing of them may stay."""
        self._known.clear()

    def judge(self, library: SessionLibrary, session: StoredSession, job: Job) -> PersonalAgreement | None:
        """Raises `MonitorError`; None if the job was cancelled meanwhile."""
        mine = [line for line in library.lines("") if _same_person(line, session.line) and line.reports]
        found: list[ReportPair] = []
        missed = 0
        for line in sorted(mine, key=lambda line: line.started_utc):
            if job.cancelled:
                return None
            made, out = self._pairs(library, line)
            found, missed = [*found, *made], missed + out
        own = session.line.input_kind == "devices" and not session.line.participant
        return PersonalAgreement(
            len(mine),
            agreement(found, missed),
            agreement(pairs(session), left_out(session)),
            offer(found, session.facts.checkpoint_sha256) if own else None,
            load() if own else None,
        )

    def _pairs(self, library: SessionLibrary, line: SessionLine) -> tuple[tuple[ReportPair, ...], int]:
        key = line.id, line.reports, line.steps
        if key not in self._known:
            session = library.read(line.id)
            self._known[key] = pairs(session), left_out(session)
        return self._known[key]


def _same_person(line: SessionLine, other: SessionLine) -> bool:
    if line.id == other.id:
        return True
    alike = (line.purpose, line.participant, line.input_kind) == (other.purpose, other.participant, other.input_kind)
    return alike and line.input_kind != "file" and not line.problem
