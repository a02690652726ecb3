"""Participants of Research: who takes part, consent and withdrawal. No widgets."""

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
    """Reads the consent ledger and the gate at each call. Raises `StudyError` and `SettingsError`."""

    def __init__(self, storage: StoragePolicy) -> None:
        self._storage = storage

    def needs_participant(self, settings: Settings, source: SessionInput) -> bool:
        """Whether a session needs a participant before it may start."""
        return settings.purpose == "research" and source.kind != "demo"

    def participants(self) -> dict[str, bool]:
        """Pseudonyms of this study, and whether each consented to its current text and retention date."""
        gate, ledger = load_gate(), ConsentLedger(ledger_file())
        mine = [one.pseudonym for one in ledger.participants() if one.study_id == gate.study_id.strip()]
        return {pseudonym: ledger.consented(pseudonym, gate) for pseudonym in mine}

    def agree(self, pseudonym: str) -> str:
        """Records the consent of a participant, or of a new one (""); returns the pseudonym."""
        ledger, gate, now = ConsentLedger(ledger_file()), load_gate(), datetime.now(UTC)
        participant = ledger.agree(pseudonym, gate, now) if pseudonym else ledger.enrol(gate, now)
        return participant.pseudonym

    def choose(self, pseudonym: str) -> str:
        """Assigns the next session to a participant; returns why it may not be recorded, or ""."""
        problem = may_record("research", load_gate(), ConsentLedger(ledger_file()), pseudonym, date.today())
        self._storage.participant = "" if problem else pseudonym
        return problem

    def sessions(self) -> dict[str, list[SessionLine]]:
        """The sessions that a withdrawal would erase, by participant of any study.

        Participants of an earlier study can still withdraw after another study's facts were entered.
        """
        lines, everybody = self._storage.library(SessionInput()).lines(), ConsentLedger(ledger_file()).participants()
        return {one.pseudonym: [line for line in lines if line.participant == one.pseudonym] for one in everybody}

    def withdraw(self, pseudonym: str) -> str:
        """Erases a participant's sessions; returns the result in one sentence."""
        library = self._storage.library(SessionInput())
        done = ConsentLedger(ledger_file()).withdraw(pseudonym, library.erase_participant, date.today())
        return done.sentence

    def erase_expired(self, settings: Settings) -> list[str]:
        """Erases what may be kept no longer; returns a sentence for each thing erased. Raises `StoreError` too."""
        if not paths.sessions().is_dir() and not ledger_file().is_file():
            return []
        keep_days = settings.store.keep_days
        return enforce(self._storage.library(SessionInput()), ConsentLedger(ledger_file()), date.today(), keep_days)
