"""The schema of a session's database, and its migrations.

`PRAGMA user_version` counts the `MIGRATIONS` that a file has had. A released migration never changes: a new one is
added. SQLite stores the comments in the file (`.schema` shows them), so that it documents itself.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from itertools import chain

from core.errors import StoreError

APPLICATION_ID = 0x45454E53
"""In the header of every session's database ("EENS")."""

_FIRST = (
    """CREATE TABLE facts ( -- what is known of the session: who, when, which model, settings, versions; title and note
  key TEXT PRIMARY KEY, value TEXT NOT NULL -- JSON
) WITHOUT ROWID""",
    """CREATE TABLE steps ( -- one row for each step (window) of the model, in the order of time
  step INTEGER PRIMARY KEY,
  t_s REAL NOT NULL, -- end of the window, seconds since the session began
  p_confused REAL, p_curious REAL, p_bored REAL, p_frustrated REAL, -- sum to 1; NULL where nothing was present
  w_audio REAL, w_visual REAL, w_text REAL, -- weights; sum to 1 over what was present
  w_audio_low REAL, w_visual_low REAL, w_text_low REAL, -- ends of the weights' 95 % bands
  w_audio_high REAL, w_visual_high REAL, w_text_high REAL,
  present_audio INTEGER, present_visual INTEGER, present_text INTEGER, -- 1 where the modality took part
  quality_audio REAL, quality_visual REAL, quality_text REAL, -- 0 to 1
  reason_audio TEXT, reason_visual TEXT, reason_text TEXT, -- why absent or doubtful
  abstains TEXT, -- why no state is named; NULL where the most probable one is
  compute_ms REAL
)""",
    """CREATE TABLE words ( -- recognised words, only where that was asked for
  word INTEGER PRIMARY KEY, start_s REAL NOT NULL, end_s REAL NOT NULL, text TEXT NOT NULL, confidence REAL
)""",
    """CREATE TABLE markers ( -- moments that were marked; origin: key, lab, program
  marker INTEGER PRIMARY KEY, t_s REAL NOT NULL, label TEXT NOT NULL, origin TEXT NOT NULL
)""",
    """CREATE TABLE reports ( -- what the person said of themselves; origin: own, probe, recall
  report INTEGER PRIMARY KEY, t_s REAL NOT NULL, state TEXT NOT NULL, origin TEXT NOT NULL
)""",
    """CREATE TABLE activities ( -- what the learner was doing from t_s on, notes and nudges
  activity INTEGER PRIMARY KEY, t_s REAL NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL
)""",
    """CREATE TABLE events ( -- what happened to the session itself
  event INTEGER PRIMARY KEY, t_s REAL NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL
)""",
    "CREATE TABLE timing ( -- the timing report of the end\n  report TEXT NOT NULL -- JSON\n)",
)
_SECOND = (
    """CREATE TABLE explanation ( -- why a step came out so, where somebody looked: little-endian float32
  step INTEGER PRIMARY KEY, -- of steps
  without BLOB NOT NULL, -- 3 x 4: p_* had audio, visual, text never been there
  evidence BLOB NOT NULL, -- 4: p_* without feedback
  feedback BLOB NOT NULL, -- 4: what was fed back
  told BLOB NOT NULL -- 3 x 3: how much of what a modality (row) says came from another (column)
)""",
    """CREATE TABLE features ( -- what the encoders made of a step, where that was asked for: little-endian float16
  step INTEGER PRIMARY KEY, -- of steps
  audio BLOB, visual BLOB, text BLOB -- NULL where absent
)""",
    "ALTER TABLE steps ADD COLUMN plain_confused REAL",  # p_* before a personal calibration; NULL where there was none
    "ALTER TABLE steps ADD COLUMN plain_curious REAL",
    "ALTER TABLE steps ADD COLUMN plain_bored REAL",
    "ALTER TABLE steps ADD COLUMN plain_frustrated REAL",
)
_THIRD = (
    """CREATE TABLE corrections ( -- what a person made of recognised words; the newest one of a word counts
  correction INTEGER PRIMARY KEY,
  word INTEGER NOT NULL, -- of words, which keep what was recognised
  made_utc TEXT NOT NULL,
  was TEXT NOT NULL, -- the text before
  text TEXT NOT NULL -- the text from then on; empty: this was not said
)""",
    "CREATE INDEX corrections_of_word ON corrections (word)",
    "ALTER TABLE words ADD COLUMN doubt TEXT",  # why it may not be the learner's; NULL without a doubt
)
_FOURTH = (
    # seconds since the last word ended, at t_s; NULL where no word was known, and in files from before
    "ALTER TABLE steps ADD COLUMN since_word_s REAL",
    # how much the mouth moved in the hop that ended at t_s; NULL where it could not be seen, and in files from before
    "ALTER TABLE steps ADD COLUMN mouth_motion REAL",
)
MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _SECOND, _THIRD, _FOURTH)
VERSION = len(MIGRATIONS)


def bring_up_to_date(db: sqlite3.Connection) -> None:
    """Apply the missing migrations, each completely or not at all.

    Raises `StoreError` for a file of a newer program, or one that is not a session.
    """
    version = check_version(db)
    while version < VERSION:
        db.execute("BEGIN IMMEDIATE")
        version = _pragma(db, "user_version")  # another program may have been faster
        if version < VERSION:
            for statement in MIGRATIONS[version]:
                db.execute(statement)
            version += 1
            db.execute(f"PRAGMA user_version = {version}")
        db.execute("COMMIT")


def show_as_up_to_date(db: sqlite3.Connection) -> None:
    """Let an older file be read as if it had all migrations, without changing it: what it lacks is NULL or empty.

    This holds for one connection. It suffices because migrations only add tables and columns. Raises `StoreError` as
    `bring_up_to_date` does.
    """
    if check_version(db) == VERSION:
        return
    for table, columns in _newest_columns().items():
        there = _columns(db, table)
        lacking = [name for name in columns if name not in there]
        if not there:
            db.execute(f"CREATE TEMP TABLE {table} ({', '.join(columns)})")
        elif lacking:
            unknown = ", ".join(f"NULL AS {name}" for name in lacking)
            db.execute(f"CREATE TEMP VIEW {table} AS SELECT *, {unknown} FROM main.{table}")


@cache
def _newest_columns() -> dict[str, list[str]]:
    """The columns of each table after all migrations."""
    with closing(sqlite3.connect(":memory:")) as db:
        for statement in chain.from_iterable(MIGRATIONS):
            db.execute(statement)
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: _columns(db, table) for table in tables}


def _columns(db: sqlite3.Connection, table: str) -> list[str]:
    """The names of a table's columns; none where there is no such table."""
    return [row[0] for row in db.execute("SELECT name FROM pragma_table_info(?)", (table,))]


def check_version(db: sqlite3.Connection) -> int:
    """The number of applied migrations. Raises `StoreError` where the file is not a session or too new."""
    if _pragma(db, "application_id") != APPLICATION_ID:
        raise StoreError(
            "This folder's session.db is empty or not a session of this program. Erase it here if it is not needed."
        )
    version = _pragma(db, "user_version")
    if version > VERSION:
        raise StoreError(
            f"This session was written by a newer program (its version is {version}, this program knows {VERSION}). "
            "Update the program to open it."
        )
    return version


def _pragma(db: sqlite3.Connection, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])
