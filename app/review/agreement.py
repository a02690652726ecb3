"""Compares one person's self-reports with the estimates, over all of their stored sessions. Runs in a job. No Qt.

All sessions on the devices are the same person's. A recording may show anybody, so each is compared by itself. The
demo's sessions are pooled, but no calibration is made from them.
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
    """Agreement over `sessions` sessions of one person; `here` is that of the open session alone.

    `offer` is None where no calibration can be offered: to participants of a study, from recordings and from the demo.
    """

    sessions: int
    all: Agreement
    here: Agreement
    offer: CalibrationOffer | None
    personal: PersonalCalibration | None


class AgreementCalculator:
    """Caches the pairs of sessions already read, while their numbers of reports and steps stay the same."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, int], tuple[tuple[ReportPair, ...], int]] = {}

    def forget(self) -> None:
        """Empties the cache, because nothing of an erased session may stay."""
        self._known.clear()

    def judge(self, library: SessionLibrary, session: StoredSession, job: Job) -> PersonalAgreement | None:
        """The agreement for the person of `session`; None if the job was cancelled. Raises `MonitorError`."""
        mine = [line for line in library.lines("") if _same_person(line, session.line) and line.reports]
        found: list[ReportPair] = []
        unpaired = 0
        for line in sorted(mine, key=lambda line: line.started_utc):
            if job.cancelled:
                return None
            made, out = self._pairs(library, line)
            found, unpaired = [*found, *made], unpaired + out
        own = session.line.input_kind == "devices" and not session.line.participant
        return PersonalAgreement(
            len(mine),
            agreement(found, unpaired),
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
