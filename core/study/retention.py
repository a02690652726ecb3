"""Retention: erases outdated sessions and participants, and decides whether a session may be stored."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from core.study.gate import StudyGate, problems
from core.study.ledger import ConsentLedger

if TYPE_CHECKING:
    from core.store.session_library import SessionLibrary


def enforce(library: SessionLibrary, ledger: ConsentLedger, today: date, keep_days: int) -> list[str]:
    """Erase sessions past their retention date, and participants past theirs who have no sessions left.

    Returns a sentence for each kind that was erased. Raises `StoreError` or `StudyError`.
    """
    erased = library.erase_outdated(today, keep_days)
    done = [f"{_many(len(erased), 'session')} erased: the retention date has passed."] if erased else []
    forgotten = _forget_outdated(library, ledger, today)
    if forgotten:
        who = _many(forgotten, "participant")
        done.append(f"{who} erased from the consent ledger: the retention date has passed.")
    return done


def _forget_outdated(library: SessionLibrary, ledger: ConsentLedger, today: date) -> int:
    """The number of erased participants; 0 while a session is unreadable, since it may be anyone's."""
    lines = library.lines()
    if any(line.problem for line in lines):
        return 0
    have_sessions = {line.participant for line in lines}
    outdated = [
        one.pseudonym
        for one in ledger.participants()
        if date.fromisoformat(one.keep_until) < today and one.pseudonym not in have_sessions
    ]
    return sum(ledger.forget(pseudonym, today) for pseudonym in outdated)


def may_record(purpose: str, gate: StudyGate, ledger: ConsentLedger, participant: str, today: date) -> str:
    """Why a session may not be stored, as one sentence; empty where it may."""
    if purpose == "self":
        return ""
    if purpose == "research":
        return _research_problem(gate, ledger, participant, today)
    return "Demo stores nothing." if purpose == "demo" else "Choose a purpose first; nothing is stored before."


def _research_problem(gate: StudyGate, ledger: ConsentLedger, participant: str, today: date) -> str:
    found = problems(gate, today)
    if found:
        return f"Research is locked. {next(iter(found.values()))}"
    if not participant:
        return "Nothing is stored: no participant is chosen. Choose one, or enrol a new one."
    if not ledger.consented(participant, gate):
        what = "the current consent text and retention date"
        return f"Nothing is stored: {participant} has not agreed to {what}. Ask for consent first."
    return ""


def _many(count: int, what: str) -> str:
    return f"1 {what} was" if count == 1 else f"{count} {what}s were"
