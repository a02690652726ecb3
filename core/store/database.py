"""Opens a session's database, and turns the errors of SQLite and the file system into one sentence.

Connections are in autocommit mode except between `BEGIN` and `COMMIT`. No other code may open `session.db`, not even to
copy it: with POSIX locks, closing any other handle of the file in this process releases SQLite's locks.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from core.errors import StoreError
from core.store.layout import DATABASE, session_folder
from core.store.schema import bring_up_to_date, show_as_up_to_date

BUSY_S = 1.0
"""How long to wait for another connection that is writing."""


def connect(file: Path) -> sqlite3.Connection:
    """A connection to an existing database; read-only where the file may not be written."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=BUSY_S)


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Commits everything done inside, or rolls it back and lets the exception through."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


@contextmanager
def reading(folder: Path) -> Iterator[sqlite3.Connection]:
    """Opens a consistent snapshot of the session in `folder`, even while it is being written.

    Changes nothing, not even an older schema: the file may not be writable, or an older program may be recording it.
    Raises `StoreError`, also for SQLite errors while it is read.
    """
    with _store_errors(folder, "be read"), closing(_open(folder)) as db:
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute("BEGIN")
        show_as_up_to_date(db)
        db.execute("PRAGMA query_only = ON")
        try:
            yield db
        except (KeyError, TypeError, ValueError) as error:  # values that this program never writes
            raise sqlite3.DatabaseError("its contents are damaged") from error
        db.execute("COMMIT")


@contextmanager
def changing(folder: Path) -> Iterator[sqlite3.Connection]:
    """Opens a stored session for one change, applied completely or not at all. Raises `StoreError`."""
    with _store_errors(folder, "be changed"), closing(_open(folder)) as db:
        bring_up_to_date(db)
        with transaction(db):
            yield db


@contextmanager
def exclusive(folder: Path) -> Iterator[sqlite3.Connection]:
    """Opens a stored session exclusively, without a write-ahead log. Raises `StoreError` if it is open elsewhere."""
    with _store_errors(folder, "be changed"), closing(_open(folder)) as db:
        claim(db)
        bring_up_to_date(db)
        yield db


def claim(db: sqlite3.Connection, within_s: float = BUSY_S) -> None:
    """Merge the write-ahead log into the database and remove it.

    SQLite itself does not wait for readers here, so this retries. Raises `sqlite3.OperationalError` while the database
    is open elsewhere.
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
    """Whether another connection holds the database."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_in_use(folder: Path) -> bool:
    """Whether the session is being recorded, or read for longer than a second, by this program or another one."""
    try:
        with closing(connect(folder / DATABASE)) as db:
            claim(db)
    except sqlite3.DatabaseError as error:
        return is_busy(error)
    return False


def describe(error: Exception) -> str:
    """The cause of an error in a few words, without a full stop."""
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
        sqlite3.SQLITE_IOERR: "the disk cannot be read or written",
    }
    return words.get(code, str(error))


def _open(folder: Path) -> sqlite3.Connection:
    """Raises `StoreError` where there is no such session."""
    session_folder(folder.parent, folder.name)
    if not folder.is_dir():
        raise StoreError(f"There is no session {folder.name}. It may have been erased; look at the list again.")
    if not (folder / DATABASE).is_file():
        raise StoreError(f"Session {folder.name} has no {DATABASE}, or ended as it began. Erase the rest of it.")
    return connect(folder / DATABASE)


@contextmanager
def _store_errors(folder: Path, what: str) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"Session {folder.name} cannot {what} ({describe(error)}). "
            "Close other programs that use it, check the disk, or erase it."
        ) from error
