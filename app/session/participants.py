"""Research from the desk's side: whose session it is, whether they agreed, and how they get out again. No widgets."""

from __future__ import annotations

from datetime import UTC, date, datetime

from app.session.input import SessionInput
from app.session.storage_policy import StoragePolicy
from core import paths
from core.settings import Settings
from core.store.stored_session import SessionLine
from core.study.gate import load_gate
from core.study.ledger import ConsentLedger, ledger_file
from core.study.retention import enforce, may_record


class Participants:
    """Asks the ledger and the gate anew each time: both may have changed. Raises `StudyError` and `SettingsError`."""

    def __init__(self, storage: StoragePolicy) -> None:
        self._storage = storage

    def asks_who(self, settings: Settings, source: SessionInput) -> bool:
        """Whether a session needs a participant before it may begin."""
        return settings.purpose == "research" and source.kind != "demo"

    def participants(self) -> dict[str, bool]:
        """Those of this study, and whether they agreed to text and date as they are now."""
        gate, ledger = load_gate(), ConsentLedger(ledger_file())
        mine = [one.pseudonym for one in ledger.participants() if one.study_id == gate.study_id.strip()]
        return {pseudonym: ledger.consented(pseudonym, gate) for pseudonym in mine}

    def agree(self, pseudonym: str) -> str:
        """A participant, or somebody new (""), agreed just now; their pseudonym."""
        ledger, gate, now = ConsentLedger(ledger_file()), load_gate(), datetime.now(UTC)
        participant = ledger.agree(pseudonym, gate, now) if pseudonym else ledger.enrol(gate, now)
        return participant.pseudonym

    def choose(self, pseudonym: str) -> str:
        """The next session is theirs; why it may not be, or "" if it may."""
        problem = may_record("research", load_gate(), ConsentLedger(ledger_file()), pseudonym, date.today())
        self._storage.participant = "" if problem else pseudonym
        return problem

    def sessions(self) -> dict[str, list[SessionLine]]:
        """Of everybody who takes part in any study, the sessions that a withdrawal would erase.

        Another study may have been entered since; nobody loses the right to withdraw by that.
        """
        lines, everybody = self._storage.library(SessionInput()).lines(), ConsentLedger(ledger_file()).participants()
        return {one.pseudonym: [line for line in lines if line.participant == one.pseudonym] for one in everybody}

    def withdraw(self, pseudonym: str) -> str:
        """Erase them; what came of it, for people."""
        library = self._storage.library(SessionInput())
        done = ConsentLedger(ledger_file()).withdraw(pseudonym, library.erase_participant, date.today())
        return done.sentence

    def tidy(self, settings: Settings) -> list[str]:
        """Erase what may not be kept any longer; what was done, for people. Raises `StoreError` too."""
        if not paths.sessions().is_dir() and not ledger_file().is_file():
            return []
        keep_days = settings.store.keep_days
        return enforce(self._storage.library(SessionInput()), ConsentLedger(ledger_file()), date.today(), keep_days)
