"""Consent is stored by pseudonym and text version, privately; a withdrawal removes it from the file."""

from __future__ import annotations

import re
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import StoreError, StudyError
from core.store.session_library import SessionLibrary
from core.study.gate import consent_version
from core.study.ledger import ConsentLedger, ledger_file
from core.study.pseudonym import ALPHABET, draw
from tests.core.store.made_sessions import record
from tests.core.study.studies import AGREED, GATE, TODAY, rows

OTHER_TEXT = replace(GATE, consent_text=f"{GATE.consent_text} Sessions are kept until 2027.")


@pytest.fixture
def ledger(home: Path) -> ConsentLedger:
    return ConsentLedger(ledger_file())


def stored(home: Path) -> bytes:
    """All bytes of the ledger's files."""
    return b"".join(file.read_bytes() for file in home.glob("study.db*"))


def test_nothing_is_written_before_the_first_consent(ledger, home):
    assert ledger.participants() == []
    assert not ledger.consented("P-7F3K", GATE)
    assert list(home.iterdir()) == []


def test_a_new_participant_gets_a_pseudonym_and_is_read_back(ledger):
    made = ledger.enrol(GATE, AGREED)
    assert re.fullmatch(f"P-[{ALPHABET}]{{4}}", made.pseudonym)
    assert (made.study_id, made.keep_until) == ("LM-1", "2027-12-31")
    assert made.agreed_utc == made.enrolled_utc == "2026-05-01T12:30:00+00:00"
    assert ConsentLedger(ledger_file()).participants() == [made]
    assert ledger.consented(made.pseudonym, GATE)
    assert rows(ledger_file(), "SELECT version, text FROM texts") == [(made.version, GATE.consent_text)]


def test_a_changed_text_requires_new_consent(ledger):
    made = ledger.enrol(GATE, AGREED)
    assert not ledger.consented(made.pseudonym, OTHER_TEXT)
    assert not ledger.consented(made.pseudonym, replace(GATE, study_id="LM-2"))
    again = ledger.agree(made.pseudonym, replace(OTHER_TEXT, retention_date="2028-06-30"), AGREED.replace(day=9))
    assert again.version == consent_version(OTHER_TEXT.consent_text)
    assert (again.enrolled_utc, again.keep_until) == (made.enrolled_utc, "2028-06-30")
    assert ledger.consented(made.pseudonym, OTHER_TEXT)
    assert ledger.participants() == [again]
    with pytest.raises(StudyError, match="does not take part"):
        ledger.agree("P-NONE", GATE, AGREED)


def test_a_later_retention_date_requires_new_consent(ledger):
    made = ledger.enrol(GATE, AGREED)
    longer = replace(GATE, retention_date="2037-12-31")
    assert not ledger.consented(made.pseudonym, longer)
    assert ledger.consented(made.pseudonym, replace(GATE, retention_date="20271230"))
    assert not ledger.consented(made.pseudonym, replace(GATE, retention_date="20280101"))
    assert not ledger.consented(made.pseudonym, replace(GATE, retention_date="for ever"))
    ledger.agree(made.pseudonym, longer, AGREED)
    assert ledger.consented(made.pseudonym, longer)


def test_a_locked_study_takes_no_consent(ledger, home):
    with pytest.raises(StudyError, match="Enter the study's id"):
        ledger.enrol(replace(GATE, study_id=""), AGREED)
    with pytest.raises(StudyError, match="has passed"):
        ledger.enrol(GATE, datetime(2028, 1, 1, tzinfo=UTC))
    assert list(home.iterdir()) == []


def test_a_consent_text_is_stored_once(ledger, home):
    for _ in range(20):
        ledger.enrol(GATE, AGREED)
    assert len({one.pseudonym for one in ledger.participants()}) == 20
    with closing(sqlite3.connect(ledger_file())) as db:
        assert db.execute("SELECT version, first_used FROM texts").fetchall() == [
            (consent_version(GATE.consent_text), "2026-05-01")
        ]
        assert db.execute("SELECT DISTINCT how FROM consents").fetchall() == [("on screen",)]


def test_only_its_owner_can_read_the_file(ledger, home):
    ledger = ConsentLedger(home / "new" / "study.db")
    ledger.enrol(GATE, AGREED)
    assert stat.S_IMODE((home / "new").stat().st_mode) == 0o700
    modes = {stat.S_IMODE(file.stat().st_mode) for file in (home / "new").iterdir()}
    assert modes == {0o600}


def test_pseudonyms_are_unique_and_have_no_similar_characters():
    assert not set(ALPHABET) & set("0O1IL2Z5S8BUV")
    drawn: set[str] = set()
    for _ in range(2000):
        pseudonym = draw(drawn)
        assert pseudonym not in drawn
        drawn.add(pseudonym)


def test_withdrawal_erases_sessions_and_consent_and_leaves_an_anonymous_line(ledger, home):
    library = SessionLibrary(home / "sessions")
    gone, stays = ledger.enrol(OTHER_TEXT, AGREED), ledger.enrol(GATE, AGREED)
    for number, participant in enumerate((gone, gone, stays)):
        record(home / "sessions", session_id=f"2026050{number}", participant=participant.pseudonym, purpose="research")
    done = ledger.withdraw(gone.pseudonym, library.erase_participant, TODAY)
    assert (done.done, done.sessions) == (True, 2)
    assert "2 sessions and the consent are erased" in done.sentence
    assert [line.participant for line in library.lines()] == [stays.pseudonym]
    assert ledger.participants() == [stays]
    assert rows(ledger_file(), "SELECT * FROM erased") == [("LM-1", TODAY.isoformat(), 2)]
    assert gone.pseudonym.encode() not in stored(home)
    assert b"until 2027" not in stored(home)
    assert stays.pseudonym.encode() in stored(home)


def test_withdrawing_twice_is_safe(ledger, home):
    library, gone = SessionLibrary(home / "sessions"), ledger.enrol(GATE, AGREED)
    for expected in ("0 sessions and the consent are erased", f"Nothing is stored about {gone.pseudonym}."):
        done = ledger.withdraw(gone.pseudonym, library.erase_participant, TODAY)
        assert done.done
        assert expected in done.sentence
    assert len(rows(ledger_file(), "SELECT * FROM erased")) == 1


def test_when_sessions_cannot_be_erased_the_consent_is_kept(ledger):
    def refuse(pseudonym: str) -> int:
        raise StoreError(f"The session of {pseudonym} is in use. Close it.")

    made = ledger.enrol(GATE, AGREED)
    before = ledger.withdraw(made.pseudonym, refuse, TODAY)
    assert not before.done
    assert before.sentence == (
        f"{made.pseudonym} is not withdrawn yet, and the consent is kept. "
        f"The session of {made.pseudonym} is in use. Close it. Try again."
    )
    assert ledger.participants() == [made]
    assert ledger.withdraw(made.pseudonym, lambda _: 3, TODAY).sessions == 3
    assert ledger.participants() == []


def test_a_busy_ledger_keeps_the_consent_and_reports_it(ledger):
    made = ledger.enrol(GATE, AGREED)
    with closing(sqlite3.connect(ledger_file(), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = ledger.withdraw(made.pseudonym, lambda _: 1, TODAY)
        assert not done.done
        assert "another program is using it" in done.sentence
        other.execute("ROLLBACK")
    assert ledger.participants() == [made]
    assert ledger.withdraw(made.pseudonym, lambda _: 0, TODAY).done


def test_an_invalid_ledger_is_reported_in_one_sentence(ledger):
    ledger_file().write_bytes(b"not a database at all" * 100)
    for act in (ledger.participants, lambda: ledger.enrol(GATE, AGREED)):
        with pytest.raises(StudyError, match=r"study.db cannot be used \(its file is damaged\)"):
            act()


def test_a_newer_ledger_is_not_changed(ledger):
    ledger.enrol(GATE, AGREED)
    with closing(sqlite3.connect(ledger_file())) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(StudyError, match="Update this one"):
        ledger.participants()
