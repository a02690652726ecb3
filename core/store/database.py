"""Opening a session's database, and saying in one sentence why that cannot be done.

Connections commit by themselves except between `BEGIN` and `COMMIT`. Nobody else may open `session.db`, not even to
copy it: where POSIX locks rule, closing any other handle of the file in this process would let go of SQLite's locks.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from core.errors import StoreError
from core.store.layout import DATABASE, session_folder
from core.store.schema import bring_up_to_date

BUSY_S = 1.0
"""How long to wait for another connection that is just writing."""


def connect(file: Path) -> sqlite3.Connection:
    """A connection to a database that is there. Where it may not be written, it can be read all the same."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=BUSY_S)


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All of what is done inside, or nothing; what was wrong comes out as it is."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


@contextmanager
def reading(folder: Path) -> Iterator[sqlite3.Connection]:
    """The database of the session in `folder` as it is at one moment, even while it is being written.

    An older one is brought up to date. Raises `StoreError`, also for what SQLite says while it is read.
    """
    with _in_words(folder, "be read"), closing(_open(folder)) as db:
        bring_up_to_date(db)
        db.execute("PRAGMA query_only = ON")
        db.execute("BEGIN")
        try:
            yield db
        except (KeyError, TypeError, ValueError) as error:  # where something lies that this program never wrote
            raise sqlite3.DatabaseError("its contents are damaged") from error
        db.execute("COMMIT")


@contextmanager
def changing(folder: Path) -> Iterator[sqlite3.Connection]:
    """One change to a stored session, whole or not at all. Raises `StoreError`."""
    with _in_words(folder, "be changed"), closing(_open(folder)) as db:
        bring_up_to_date(db)
        with transaction(db):
            yield db


@contextmanager
def alone(folder: Path) -> Iterator[sqlite3.Connection]:
    """A stored session that nobody else has open, without a write-ahead log. Raises `StoreError` where somebody has."""
    with _in_words(folder, "be changed"), closing(_open(folder)) as db:
        claim(db)
        bring_up_to_date(db)
        yield db


def claim(db: sqlite3.Connection, within_s: float = BUSY_S) -> None:
    """Fold the write-ahead log into the database and remove it; `sqlite3.OperationalError` while others have it open.

    SQLite itself does not wait here, but somebody may just be reading.
    """
    deadline_s = time.monotonic() + within_s
    while True:
        try:
            db.execute("PRAGMA journal_mode = DELETE").fetchone()
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline_s:
                raise
            time.sleep(0.02)


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection has the database."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_in_use(folder: Path) -> bool:
    """Whether the session is being recorded (or has been read for a second) by this program or another one."""
    try:
        with closing(connect(folder / DATABASE)) as db:
            claim(db)
    except sqlite3.DatabaseError as error:
        return is_busy(error)
    return False


def why(error: Exception) -> str:
    """What was wrong, in a few words for people, without a full stop."""
    if isinstance(error, FileNotFoundError):
        return "its folder or file has vanished"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    words = {
        sqlite3.SQLITE_FULL: "the disk is full",
        sqlite3.SQLITE_BUSY: "another program is using it",
        sqlite3.SQLITE_LOCKED: "another program is using it",
        sqlite3.SQLITE_READONLY: "it may not be written",
        sqlite3.SQLITE_CANTOPEN: "its file cannot be opened",
        sqlite3.SQLITE_NOTADB: "its file is damaged",
        sqlite3.SQLITE_CORRUPT: "its file is damaged",
        sqlite3.SQLITE_IOERR: "the disk does not take or give data",
    }
    return words.get(code, str(error))


def _open(folder: Path) -> sqlite3.Connection:
    """Raises `StoreError` where there is no session at all."""
    session_folder(folder.parent, folder.name)
    if not folder.is_dir():
        raise StoreError(f"There is no session {folder.name}. It may have been erased; look at the list again.")
    if not (folder / DATABASE).is_file():
        raise StoreError(f"Session {folder.name} lost its {DATABASE}, or ended as it began. Erase what is left of it.")
    return connect(folder / DATABASE)


@contextmanager
def _in_words(folder: Path, what: str) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"Session {folder.name} cannot {what} ({why(error)}). "
            "Close other programs that use it, check the disk, or erase it."
        ) from error
