"""The ledger's SQLite file: private, opened for one read or one change, purged of deleted rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from core.errors import StudyError
from core.store.database import describe, transaction
from core.store.layout import make_file, make_folder

VERSION = 1
_BUSY_S = 1.0
_TABLES = """
CREATE TABLE participants (
    pseudonym TEXT NOT NULL UNIQUE, study_id TEXT NOT NULL, enrolled_utc TEXT NOT NULL, keep_until TEXT NOT NULL
);
CREATE TABLE texts (version TEXT PRIMARY KEY, first_used TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE consents (
    pseudonym TEXT NOT NULL REFERENCES participants (pseudonym), study_id TEXT NOT NULL,
    version TEXT NOT NULL REFERENCES texts (version), given_utc TEXT NOT NULL, how TEXT NOT NULL
);
CREATE TABLE erased (study_id TEXT NOT NULL, day TEXT NOT NULL, sessions INTEGER NOT NULL);
"""


@contextmanager
def reading(file: Path) -> Iterator[sqlite3.Connection]:
    """Opens the ledger for reading; an empty one where there is none. Raises `StudyError`."""
    with _study_errors(file), closing(_open(file) if file.exists() else _empty()) as db:
        yield db


@contextmanager
def changing(file: Path) -> Iterator[sqlite3.Connection]:
    """Opens the ledger for one change, applied completely or not at all; creates it if needed. Raises `StudyError`."""
    with _study_errors(file):
        if not file.exists():
            make_folder(file.parent)
            make_file(file)
        with closing(_open(file)) as db, transaction(db):
            yield db


def wipe(file: Path) -> None:
    """Remove every trace of deleted rows from the file and its log. Raises `StudyError`."""
    with _study_errors(file), closing(_open(file)) as db:
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def _open(file: Path) -> sqlite3.Connection:
    db = sqlite3.connect(file, isolation_level=None, timeout=_BUSY_S)
    try:
        for pragma in ("journal_mode = WAL", "secure_delete = ON", "foreign_keys = ON", "temp_store = MEMORY"):
            db.execute(f"PRAGMA {pragma}").fetchone()
        _make_tables(db)
        _check_version(db, file)
    except (sqlite3.Error, StudyError):
        db.close()
        raise
    return db


def _empty() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    _make_tables(db)
    return db


def _make_tables(db: sqlite3.Connection) -> None:
    if db.execute("PRAGMA user_version").fetchone()[0] == 0:
        with transaction(db):
            if db.execute("PRAGMA user_version").fetchone()[0] == 0:  # no other connection was faster
                for statement in _TABLES.split(";"):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {VERSION}")


def _check_version(db: sqlite3.Connection, file: Path) -> None:
    if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        raise StudyError(f"The consent ledger {file} was made by a newer program. Update this one.")


@contextmanager
def _study_errors(file: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StudyError(
            f"The consent ledger {file} cannot be used ({describe(error)}). "
            "Close other programs that use it, check the disk, or restore it from a backup."
        ) from error
