"""Files of older, newer and other programs, and the comments in the schema."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from core.errors import StoreError
from core.store import rows
from core.store.reader import read_session
from core.store.schema import APPLICATION_ID, MIGRATIONS, VERSION
from core.store.session_library import SessionLibrary
from core.types import Correction, Reason, SelfReport, TranscriptWord, Word
from tests.core.store.made_sessions import ID, facts, record


@pytest.fixture
def of_first_version(tmp_path: Path) -> Path:
    """A file of the first schema version, with a step, a word and a report."""
    folder = tmp_path / ID
    folder.mkdir()
    with closing(sqlite3.connect(folder / "session.db", isolation_level=None)) as db:
        for statement in MIGRATIONS[0]:
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")
        db.executemany(rows.INSERT_FACT, rows.fact_rows(facts()))
        db.execute(
            "INSERT INTO steps (step, t_s, p_confused, p_curious, p_bored, p_frustrated, present_audio, abstains) "
            "VALUES (1, 0.5, 0.125, 0.25, 0.5, 0.125, 1, 'WEAK_EVIDENCE')"
        )
        db.execute("INSERT INTO words (start_s, end_s, text, confidence) VALUES (0.1, 0.2, 'old', 1.0)")
        db.execute("INSERT INTO reports (t_s, state, origin) VALUES (0.3, 'Bored', 'own')")
    return folder


def version(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "session.db")) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def test_an_older_file_is_migrated_with_its_contents(of_first_version: Path) -> None:
    stored = read_session(of_first_version)
    assert version(of_first_version) == VERSION
    assert stored.steps.probabilities.tolist() == stored.steps.plain.tolist() == [[0.125, 0.25, 0.5, 0.125]]
    assert stored.steps.present.tolist() == [[True, False, False]]
    assert np.isnan(stored.steps.without).all()
    assert np.isnan(stored.steps.since_word_s).all(), "not kept then, so unknown"
    assert np.isnan(stored.steps.mouth_motion).all()
    assert stored.steps.abstains.tolist() == [list(Reason).index(Reason.WEAK_EVIDENCE)]
    assert stored.transcript == (TranscriptWord(Word("old", 0.1, 0.2)),)
    assert stored.reports == (SelfReport(0.3, "Bored"),)


def test_an_older_file_can_be_changed_without_reading_it_first(of_first_version: Path) -> None:
    library = SessionLibrary(of_first_version.parent)
    library.add_report(ID, SelfReport(0.4, "Curious", "recall"))
    library.correct(ID, Correction(Word("old", 0.1, 0.2), "cold", "2026-11-28T10:00:00+00:00"))
    stored = read_session(of_first_version)
    assert len(stored.reports) == 2
    assert [word.text for word in stored.words] == ["cold"]


def test_a_file_of_a_newer_program_is_not_changed(tmp_path: Path) -> None:
    record(tmp_path)
    with closing(sqlite3.connect(tmp_path / ID / "session.db")) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(StoreError, match="newer program"):
        read_session(tmp_path / ID)
    assert "newer program" in SessionLibrary(tmp_path).lines()[0].problem


def test_a_database_of_another_program_is_not_changed(tmp_path: Path) -> None:
    (tmp_path / ID).mkdir()
    with closing(sqlite3.connect(tmp_path / ID / "session.db")) as db:
        db.execute("CREATE TABLE theirs (x)")
    with pytest.raises(StoreError, match="not a session"):
        read_session(tmp_path / ID)
    with closing(sqlite3.connect(tmp_path / ID / "session.db")) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


def test_the_schema_in_a_file_has_comments(tmp_path: Path) -> None:
    record(tmp_path)
    with closing(sqlite3.connect(tmp_path / ID / "session.db")) as db:
        written = " ".join(row[0] for row in db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
        lasting = db.execute("SELECT count(*) FROM steps WHERE p_bored > 0.5 AND abstains IS NULL").fetchone()[0]
    assert "end of the window, seconds since the session began" in written
    assert lasting >= 0


def test_stored_names_of_reasons_never_change() -> None:
    """A renamed reason would make older files unreadable: it needs a migration."""
    held = (
        "NO_CAMERA NO_FACE SEVERAL_FACES TOO_DARK FROZEN_PICTURE NO_PICTURE NO_MICROPHONE NO_SOUND MICROPHONE_ZEROS "
        "SILENCE CLIPPED NO_WORDS NO_RECOGNIZER MUTED NOTHING_PRESENT WEAK_EVIDENCE"
    )
    assert set(held.split()) <= {reason.name for reason in Reason}


def test_a_copied_session_can_be_read(tmp_path: Path) -> None:
    made = record(tmp_path / "here")
    shutil.copytree(tmp_path / "here" / ID, tmp_path / "there" / "copy_of_it")
    assert len(SessionLibrary(tmp_path / "there").read("copy_of_it").steps) == len(made)
