"""The consent ledger of a study: the participants' pseudonyms, and the texts they agreed to, with times.

One SQLite file that only its owner can read. A pseudonym is random and contains nothing about the person; names are
not stored. Of a participant who withdraws or whose retention date passes, an anonymous row of `erased` remains.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from core import paths
from core.errors import MonitorError, StudyError
from core.study.gate import StudyGate, consent_version, problems
from core.study.ledger_file import changing, reading, wipe
from core.study.pseudonym import draw

ON_SCREEN = "on screen"


@dataclass(frozen=True, slots=True)
class Participant:
    """A person who gave consent. `version` names the text they last agreed to; times are UTC, ISO 8601."""

    pseudonym: str
    study_id: str
    enrolled_utc: str
    keep_until: str
    version: str
    agreed_utc: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Result of a withdrawal: whether everything is erased, how many sessions were, and a sentence for the user."""

    done: bool
    sessions: int
    sentence: str


def ledger_file() -> Path:
    """Path of the ledger."""
    return paths.user_data() / "study.db"


class ConsentLedger:
    """No connection stays open between calls, so any thread may call. Every failure is a `StudyError`."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def enrol(self, gate: StudyGate, agreed_at: datetime) -> Participant:
        """Record that a new participant agreed on screen to the gate's text, and give them a pseudonym."""
        _check(gate, agreed_at)
        with changing(self._file) as db:
            pseudonym = draw({name for (name,) in db.execute("SELECT pseudonym FROM participants")})
            row = (pseudonym, gate.study_id.strip(), _utc(agreed_at), gate.retention_date.strip())
            db.execute("INSERT INTO participants VALUES (?, ?, ?, ?)", row)
            _note_consent(db, pseudonym, gate, agreed_at)
        return self.participant(pseudonym)

    def agree(self, pseudonym: str, gate: StudyGate, agreed_at: datetime) -> Participant:
        """Record that a participant agreed on screen to the gate's current text and date."""
        _check(gate, agreed_at)
        with changing(self._file) as db:
            known = db.execute(
                "UPDATE participants SET keep_until = ? WHERE pseudonym = ? AND study_id = ?",
                (gate.retention_date.strip(), pseudonym, gate.study_id.strip()),
            )
            if known.rowcount == 0:
                raise StudyError(f"{pseudonym} does not take part in study {gate.study_id}. Enrol them first.")
            _note_consent(db, pseudonym, gate, agreed_at)
        return self.participant(pseudonym)

    def consented(self, pseudonym: str, gate: StudyGate) -> bool:
        """Whether the participant agreed to this study with exactly this text and at least this retention date.

        A changed text or a later date requires new consent.
        """
        wanted = (pseudonym, gate.study_id.strip(), consent_version(gate.consent_text))
        with reading(self._file) as db:
            found = db.execute(_AGREED_UNTIL, wanted).fetchone()
        return found is not None and _covers(found[0], gate.retention_date.strip())

    def participants(self) -> list[Participant]:
        """All participants, in the order of enrolment."""
        with reading(self._file) as db:
            return [Participant(*row) for row in db.execute(_PARTICIPANTS)]

    def participant(self, pseudonym: str) -> Participant:
        """One participant. Raises `StudyError` for an unknown pseudonym."""
        for one in self.participants():
            if one.pseudonym == pseudonym:
                return one
        raise StudyError(f"{pseudonym or 'A person without a pseudonym'} does not take part. Enrol them first.")

    def withdraw(self, pseudonym: str, erase: Callable[[str], int], today: date) -> Withdrawal:
        """Erase a participant: first the sessions, by `erase`, which returns their number, then the consent.

        Where sessions cannot be erased, the consent is kept. Repeating is safe.
        """
        try:
            sessions = erase(pseudonym)
        except (MonitorError, OSError) as error:
            return Withdrawal(
                False, 0, f"{pseudonym} is not withdrawn yet, and the consent is kept. {error} Try again."
            )
        many = "1 session" if sessions == 1 else f"{sessions} sessions"
        try:
            known = self.forget(pseudonym, today, sessions)
        except StudyError as error:
            return Withdrawal(False, sessions, f"{many} of {pseudonym} erased, the consent not yet. {error} Try again.")
        if not known and not sessions:
            return Withdrawal(True, 0, f"Nothing is stored about {pseudonym}.")
        sentence = f"{pseudonym} is withdrawn: {many} and the consent are erased."
        return Withdrawal(True, sessions, f"{sentence} Delete by hand what was exported elsewhere.")

    def forget(self, pseudonym: str, today: date, sessions: int = 0) -> bool:
        """Erase a participant and add an anonymous row to `erased`; False if there was none of that name."""
        with changing(self._file) as db:
            study = db.execute("SELECT study_id FROM participants WHERE pseudonym = ?", (pseudonym,)).fetchone()
            if study is not None:
                db.execute("DELETE FROM consents WHERE pseudonym = ?", (pseudonym,))
                db.execute("DELETE FROM participants WHERE pseudonym = ?", (pseudonym,))
                db.execute("DELETE FROM texts WHERE version NOT IN (SELECT version FROM consents)")
                db.execute("INSERT INTO erased VALUES (?, ?, ?)", (study[0], today.isoformat(), sessions))
        wipe(self._file)
        return study is not None


_PARTICIPANTS = """
    SELECT p.pseudonym, p.study_id, p.enrolled_utc, p.keep_until, c.version, c.given_utc
    FROM participants p JOIN consents c ON c.rowid = (
        SELECT rowid FROM consents WHERE pseudonym = p.pseudonym ORDER BY given_utc DESC, rowid DESC LIMIT 1
    ) ORDER BY p.enrolled_utc, p.rowid
"""

_AGREED_UNTIL = """
    SELECT p.keep_until FROM participants p JOIN consents c ON c.pseudonym = p.pseudonym
    WHERE c.pseudonym = ? AND c.study_id = ? AND c.version = ? LIMIT 1
"""


def _covers(agreed_until: str, kept_until: str) -> bool:
    try:
        return date.fromisoformat(agreed_until) >= date.fromisoformat(kept_until)
    except ValueError:
        return False  # an invalid date covers nothing


def _note_consent(db: sqlite3.Connection, pseudonym: str, gate: StudyGate, agreed_at: datetime) -> None:
    version, given_utc = consent_version(gate.consent_text), _utc(agreed_at)
    db.execute("INSERT OR IGNORE INTO texts VALUES (?, ?, ?)", (version, given_utc[:10], gate.consent_text))
    given = (pseudonym, gate.study_id.strip(), version, given_utc, ON_SCREEN)
    db.execute("INSERT INTO consents VALUES (?, ?, ?, ?, ?)", given)


def _check(gate: StudyGate, agreed_at: datetime) -> None:
    found = problems(gate, agreed_at.date())
    if found:
        raise StudyError(f"The study cannot take consent yet. {' '.join(found.values())}")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
