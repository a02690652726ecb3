"""The database of the session that is being recorded: made whole in one go, appended to, finished.

It is written in WAL mode with `synchronous = NORMAL`: what was committed survives the end of the program at any moment,
and the disk is only waited for at a checkpoint. A finished session is one file without a log beside it.
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
from core.store.database import claim, connect, transaction
from core.store.layout import DATABASE, make_file, make_folder
from core.store.schema import APPLICATION_ID, bring_up_to_date
from core.types import Entry, Estimate, Word

CLAIM_WITHIN_S = 0.3
"""How long the end waits for somebody who is just reading."""
UNFIT = (sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.DataError, ValueError, OverflowError)
"""What is raised for one item that no table takes; it takes those before and after it."""

Item = Estimate | Word | Entry
"""What is kept of a session as it goes on."""


class SessionFile:
    """Belongs to one thread. Everything raises `sqlite3.Error` or `OSError` as it is, and may then be tried again."""

    def __init__(self, folder: Path, facts: SessionFacts, with_features: bool) -> None:
        self._file = folder / DATABASE
        self._with_features = with_features
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
        """Switch the log on; the number of steps that are there already."""
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        return int(self._db.execute("SELECT coalesce(max(step), 0) FROM steps").fetchone()[0])

    def append(self, items: Iterable[Item]) -> list[str]:
        """Keep these, or none where it raises. Why some were left out, for each that no table takes."""
        if _identity(self._file) != self._identity:  # an unlinked file would go on taking what nobody can ever read
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
        else:
            self._db.execute(rows.INSERT_ENTRY[type(item)], rows.entry_row(item))

    def _put_step(self, step: int, made: Estimate) -> None:
        self._db.execute(rows.INSERT_STEP, rows.step_row(step, made))
        if made.explanation is not None:
            self._db.execute(rows.INSERT_EXPLANATION, rows.explanation_row(step, made.explanation))
        if self._with_features:
            self._db.execute(rows.INSERT_FEATURES, rows.features_row(step, made.features))

    def finish(self, report: Mapping[str, Any]) -> None:
        """Keep the timing report, mark the session as complete and fold the log into the file."""
        with transaction(self._db):
            self._db.execute(rows.INSERT_TIMING, (rows.to_json(report),))
            self._db.execute(rows.INSERT_FACT, ("complete", "true"))
        with suppress(sqlite3.OperationalError):  # all is kept; who closes it last folds the log in
            claim(self._db, CLAIM_WITHIN_S)

    def close(self) -> None:
        """Let go of the file; once is enough, more does no harm."""
        self._db.close()


def _make(file: Path, facts: SessionFacts) -> None:
    """A database with its tables and facts, which appears under its name only when it is whole."""
    make_folder(file.parent)
    fresh = file.with_name(f".{file.name}")
    for suffix in ("-wal", "-shm", "-journal"):  # of a file that vanished, and not of this one
        file.with_name(f"{file.name}{suffix}").unlink(missing_ok=True)
    make_file(fresh)
    with closing(connect(fresh)) as db:
        db.execute("PRAGMA journal_mode = MEMORY")  # nobody sees the file before it is whole
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        bring_up_to_date(db)
        with transaction(db):
            db.executemany(rows.INSERT_FACT, rows.fact_rows(facts))
    fresh.replace(file)


def _identity(file: Path) -> tuple[int, int]:
    found = os.stat(file)
    return found.st_dev, found.st_ino
