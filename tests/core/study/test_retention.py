"""Outdated data is erased, and nothing is stored without consent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.store.session_library import SessionLibrary
from core.study.ledger import ConsentLedger
from core.study.retention import enforce, may_record
from tests.core.store.made_sessions import record
from tests.core.study.studies import AGREED, DAY_AFTER, GATE, LAST_DAY, TODAY, rows


@pytest.fixture
def ledger(tmp_path: Path) -> ConsentLedger:
    return ConsentLedger(tmp_path / "study.db")


@pytest.fixture
def sessions(tmp_path: Path) -> Path:
    return tmp_path / "sessions"


def test_outdated_sessions_and_then_participants_are_erased(ledger, sessions, tmp_path):
    library = SessionLibrary(sessions)
    with_session, without = ledger.enrol(GATE, AGREED), ledger.enrol(GATE, AGREED)
    longer = ledger.enrol(replace(GATE, retention_date="2029-12-31"), AGREED)
    record(sessions, session_id="1", participant=with_session.pseudonym, keep_until="2027-12-31", purpose="research")
    record(sessions, session_id="2", participant=longer.pseudonym, keep_until="2029-12-31", purpose="research")
    assert enforce(library, ledger, LAST_DAY, 0) == []
    assert enforce(library, ledger, DAY_AFTER, 0) == [
        "1 session was erased: the retention date has passed.",
        "2 participants were erased from the consent ledger: the retention date has passed.",
    ]
    assert [line.participant for line in library.lines()] == [longer.pseudonym]
    assert ledger.participants() == [longer]
    assert len(rows(tmp_path / "study.db", "SELECT * FROM erased")) == 2
    assert without.pseudonym not in {one.pseudonym for one in ledger.participants()}
    assert enforce(library, ledger, DAY_AFTER, 0) == []


def test_a_participant_with_a_session_stays_in_the_ledger(ledger, sessions):
    made = ledger.enrol(GATE, AGREED)
    record(sessions, session_id="1", participant=made.pseudonym, keep_until="2029-01-01", purpose="research")
    assert enforce(SessionLibrary(sessions), ledger, DAY_AFTER, 0) == []
    assert ledger.participants() == [made]


def test_sessions_without_a_date_are_erased_by_age(ledger, sessions):
    record(sessions, session_id="1")
    assert enforce(SessionLibrary(sessions), ledger, LAST_DAY, 30) == [
        "1 session was erased: the retention date has passed."
    ]
    assert SessionLibrary(sessions).lines() == []


def test_an_unreadable_session_keeps_all_participants(ledger, sessions):
    made = ledger.enrol(GATE, AGREED)
    (sessions / "broken").mkdir(parents=True)
    (sessions / "broken" / "session.db").write_bytes(b"nonsense" * 200)
    assert enforce(SessionLibrary(sessions), ledger, DAY_AFTER, 0) == []
    assert ledger.participants() == [made]


def test_research_records_only_participants_with_current_consent(ledger):
    made = ledger.enrol(GATE, AGREED)

    def answer(gate=GATE, participant=made.pseudonym, today=TODAY) -> str:
        return may_record("research", gate, ledger, participant, today)

    assert answer() == ""
    assert answer(participant="").startswith("Nothing is stored: no participant is chosen.")
    assert f"{made.pseudonym} has not agreed" in answer(gate=replace(GATE, consent_text=f"{GATE.consent_text} More."))
    assert "P-XXXX has not agreed" in answer(participant="P-XXXX")
    assert answer(today=LAST_DAY).startswith("Research is locked. This date has passed")


def test_other_purposes_need_no_consent(ledger):
    assert may_record("self", GATE, ledger, "", TODAY) == ""
    assert may_record("demo", GATE, ledger, "", TODAY) == "Demo stores nothing."
    assert may_record("unset", GATE, ledger, "", TODAY).startswith("Choose a purpose")
