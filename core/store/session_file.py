"""The database of the session that is being recorded: created in one step, appended to, finished.

It is written in WAL mode with `synchronous = NORMAL`: committed data survives a crash of the program, and only a
checkpoint waits for the disk. A finished session is one file without a log beside it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from core.session_observer import SessionFacts
from core.store import rows
from core.store.database import changing, claim, connect, transaction
from core.store.layout import DATABASE, make_file, make_folder
from core.store.schema import APPLICATION_ID, bring_up_to_date
from core.types import Correction, Entry, Estimate, Word

CLAIM_WITHIN_S = 0.3
"""How long finishing waits for readers."""
UNFIT = (sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.DataError, ValueError, OverflowError)
"""Raised for a single item that cannot be stored; the items around it can."""

Item = Estimate | Word | Correction | Entry
"""What is stored while a session runs."""


class SessionFile:
    """Used by one thread. Methods raise `sqlite3.Error` or `OSError`, and may then be called again."""

    def __init__(self, folder: Path, facts: SessionFacts, with_features: bool) -> None:
        self._file = folder / DATABASE
        self._with_features = with_features
        self.stray_corrections = 0
        """Corrections of words that are not stored, so that neither are they."""
        if not self._file.exists():
            _make(self._file, facts)
        self._identity = _identity(self._file)
        self._db = connect(self._file)
        try:
            self._steps = self._prepare()
        except sqlite3.Error:
            self._db.close()
            raise

    def _prepare(self) -> int:
        """Enable the write-ahead log and return the number of stored steps."""
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        return int(self._db.execute("SELECT coalesce(max(step), 0) FROM steps").fetchone()[0])

    def append(self, items: Iterable[Item]) -> list[str]:
        """Store these items, or none where it raises. Returns one reason for each item that could not be stored."""
        if _identity(self._file) != self._identity:  # writes to a deleted file would succeed and be lost
            raise FileNotFoundError(self._file)
        steps, unfit = self._steps, []
        with transaction(self._db):
            for item in items:
                steps += isinstance(item, Estimate)
                try:
                    self._put(steps, item)
                except UNFIT as error:
                    unfit.append(f"{type(item).__name__.lower()}: {error}")
        self._steps = steps
        return unfit

    def _put(self, step: int, item: Item) -> None:
        if isinstance(item, Estimate):
            self._put_step(step, item)
        elif isinstance(item, Word):
            self._db.execute(rows.INSERT_WORD, rows.word_row(item))
        elif isinstance(item, Correction):
            self.stray_corrections += not _correct(self._db, item)
        else:
            self._db.execute(rows.INSERT_ENTRY[type(item)], rows.entry_row(item))

    def _put_step(self, step: int, made: Estimate) -> None:
        self._db.execute(rows.INSERT_STEP, rows.step_row(step, made))
        if made.explanation is not None:
            self._db.execute(rows.INSERT_EXPLANATION, rows.explanation_row(step, made.explanation))
        if self._with_features:
            self._db.execute(rows.INSERT_FEATURES, rows.features_row(step, made.features))

    def finish(self, report: Mapping[str, Any]) -> None:
        """Store the timing report, mark the session as complete and merge the log into the file."""
        with transaction(self._db):
            self._db.execute(rows.INSERT_TIMING, (rows.to_json(report),))
            self._db.execute(rows.INSERT_FACT, ("complete", "true"))
        with suppress(sqlite3.OperationalError):  # everything is stored; the last connection to close merges the log
            claim(self._db, CLAIM_WITHIN_S)

    def close(self) -> None:
        """Close the file; may be called more than once."""
        self._db.close()


def correct_stored(folder: Path, made: Correction) -> bool:
    """Store the correction of a word of a session that is no longer being recorded; False where the word is not stored.

    Raises `StoreError`.
    """
    with changing(folder) as db:
        return _correct(db, made)


def _correct(db: sqlite3.Connection, made: Correction) -> bool:
    return db.execute(rows.INSERT_CORRECTION, rows.correction_row(made)).rowcount > 0


def _make(file: Path, facts: SessionFacts) -> None:
    """Create a database with its tables and facts, which gets its name only when it is complete."""
    make_folder(file.parent)
    fresh = file.with_name(f".{file.name}")
    for suffix in ("-wal", "-shm", "-journal"):  # left over from a deleted database
        file.with_name(f"{file.name}{suffix}").unlink(missing_ok=True)
    make_file(fresh)
    with closing(connect(fresh)) as db:
        db.execute("PRAGMA journal_mode = MEMORY")  # the file is invisible until it is complete
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        bring_up_to_date(db)
        with transaction(db):
            db.executemany(rows.INSERT_FACT, rows.fact_rows(facts))
    fresh.replace(file)


def _identity(file: Path) -> tuple[int, int]:
    found = os.stat(file)
    return found.st_dev, found.st_ino
