"""How long things are kept, and whether a session may be kept at all."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from core.study.gate import StudyGate, problems
from core.study.ledger import ConsentLedger

if TYPE_CHECKING:
    from core.store.session_library import SessionLibrary


def enforce(library: SessionLibrary, ledger: ConsentLedger, today: date, keep_days: int) -> list[str]:
    """Erase sessions whose time is over, and participants whose time is over and who have no sessions left.

    What was done, one sentence each; empty where nothing had to be. Raises `StoreError` or `StudyError`.
    """
    erased = library.erase_outdated(today, keep_days)
    said = [f"{_many(len(erased), 'session')} erased, for the time of keeping is over."] if erased else []
    forgotten = _forget_outdated(library, ledger, today)
    if forgotten:
        who = _many(forgotten, "participant")
        said.append(f"{who} erased from the consent ledger, for the time of keeping is over.")
    return said


def _forget_outdated(library: SessionLibrary, ledger: ConsentLedger, today: date) -> int:
    """How many. While a session cannot be read it may be anybody's, and everybody stays."""
    lines = library.lines()
    if any(line.problem for line in lines):
        return 0
    have_sessions = {line.participant for line in lines}
    over = [
        one.pseudonym
        for one in ledger.participants()
        if date.fromisoformat(one.keep_until) < today and one.pseudonym not in have_sessions
    ]
    return sum(ledger.forget(pseudonym, today) for pseudonym in over)


def may_record(purpose: str, gate: StudyGate, ledger: ConsentLedger, participant: str, today: date) -> str:
    """Why a session may not be kept, as one sentence; empty where it may."""
    if purpose == "self":
        return ""
    if purpose == "research":
        return _research_problem(gate, ledger, participant, today)
    return "Demo keeps nothing of anybody." if purpose == "demo" else "Choose a purpose first; nothing is kept before."


def _research_problem(gate: StudyGate, ledger: ConsentLedger, participant: str, today: date) -> str:
    found = problems(gate, today)
    if found:
        return f"Research is locked. {next(iter(found.values()))}"
    if not participant:
        return "Nothing is kept: no participant is chosen. Choose one, or enrol somebody new."
    if not ledger.consented(participant, gate):
        what = "the consent text and the date of keeping as they are now"
        return f"Nothing is kept: {participant} has not agreed to {what}. Ask for consent first."
    return ""


def _many(count: int, what: str) -> str:
    return f"1 {what} was" if count == 1 else f"{count} {what}s were"
