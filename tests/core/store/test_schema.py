"""Files of older, newer and other programs, and the comments in the schema."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from core.errors import StoreError
from core.store import rows
from core.store.reader import read_session
from core.store.schema import APPLICATION_ID, MIGRATIONS, VERSION, show_as_up_to_date
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


def test_an_older_file_is_read_as_it_is(of_first_version: Path) -> None:
    before = (of_first_version / "session.db").read_bytes()
    stored = read_session(of_first_version)
    assert (of_first_version / "session.db").read_bytes() == before
    assert stored.steps.probabilities.tolist() == stored.steps.plain.tolist() == [[0.125, 0.25, 0.5, 0.125]]
    assert stored.steps.present.tolist() == [[True, False, False]]
    assert np.isnan(stored.steps.without).all()
    assert np.isnan(stored.steps.since_word_s).all(), "not kept then, so unknown"
    assert np.isnan(stored.steps.mouth_motion).all()
    assert stored.steps.abstains.tolist() == [list(Reason).index(Reason.WEAK_EVIDENCE)]
    assert stored.transcript == (TranscriptWord(Word("old", 0.1, 0.2)),)
    assert stored.reports == (SelfReport(0.3, "Bored"),)
    library = SessionLibrary(of_first_version.parent)
    assert [line.words for line in library.lines("old")] == [1]
    assert library.counts(ID) == (0, 0, 0, 0, 1)
    with pytest.raises(StoreError, match="no stored features"):
        library.features(ID)


def test_an_older_file_on_a_read_only_medium_can_be_read(
    of_first_version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_only = f"{(of_first_version / 'session.db').as_uri()}?mode=ro"
    monkeypatch.setattr(
        "core.store.database.connect", lambda _file: sqlite3.connect(read_only, uri=True, isolation_level=None)
    )
    library = SessionLibrary(of_first_version.parent)
    assert [(line.steps, line.problem) for line in library.lines()] == [(1, "")]
    assert [word.text for word in library.read(ID).words] == ["old"]
    with pytest.raises(StoreError, match="it may not be written"):
        library.rename(ID, "Monday")


def test_an_older_file_that_is_being_written_can_be_read(of_first_version: Path) -> None:
    with closing(sqlite3.connect(of_first_version / "session.db", isolation_level=None)) as older:
        older.execute("PRAGMA journal_mode = WAL")
        older.execute("BEGIN IMMEDIATE")
        older.execute("INSERT INTO steps (step, t_s) VALUES (2, 1.0)")
        assert len(read_session(of_first_version).steps) == 1
        older.execute("COMMIT")
        older.execute("INSERT INTO steps (step, t_s) VALUES (3, 1.5)")
        assert read_session(of_first_version).steps.t_s.tolist() == [0.5, 1.0, 1.5]
    assert version(of_first_version) == 1


@pytest.mark.parametrize("older", range(1, VERSION))
def test_every_older_version_is_shown_with_the_newest_columns(older: int) -> None:
    newest, shown = sqlite3.connect(":memory:"), sqlite3.connect(":memory:")
    with closing(newest), closing(shown):
        for db, migrations in ((newest, MIGRATIONS), (shown, MIGRATIONS[:older])):
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {len(migrations)}")
            for statement in chain.from_iterable(migrations):
                db.execute(statement)
        show_as_up_to_date(shown)
        for (table,) in newest.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
            made, found = (
                {row[0] for row in db.execute(f"SELECT * FROM {table}").description} for db in (newest, shown)
            )
            assert made == found


def test_an_older_file_can_be_changed_without_reading_it_first(of_first_version: Path) -> None:
    library = SessionLibrary(of_first_version.parent)
    library.add_report(ID, SelfReport(0.4, "Curious", "recall"))
    library.correct(ID, Correction(Word("old", 0.1, 0.2), "cold", "2026-11-28T10:00:00+00:00"))
    assert version(of_first_version) == VERSION
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
