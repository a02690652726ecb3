"""Finds the session that a file belongs to, when a person opens it in a file manager."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.errors import StoreError
from core.store.layout import DATABASE
from core.store.schema import APPLICATION_ID

_SQLITE = b"SQLite format 3\x00"
_ID_AT = 68
"""Where SQLite's header has the application id."""


@dataclass(frozen=True, slots=True)
class LocatedSession:
    """A session by its id; or, where it lies outside the library, the sentence that says so."""

    session_id: str = ""
    elsewhere: str = ""


def locate(file: Path, library: Path) -> LocatedSession:
    """The session whose database or folder is `file`. Raises `StoreError` where there is none.

    A folder outside the library is not read as a library: whatever else lies there would be listed, and could be erased
    with all sessions.
    """
    try:
        database = (file / DATABASE if file.is_dir() else file).resolve()
    except RuntimeError:  # a link that leads to itself, before Python 3.13
        database = file
    if not database.is_file():
        raise StoreError(f"There is no session at {file}. 'edu-emotionnet sessions list' lists those that are stored.")
    if database.name == DATABASE and database.parent.parent == library.resolve():
        return LocatedSession(session_id=database.parent.name)
    if not _is_session(database):
        raise StoreError(f"{file} is not a session of this program. Open the {DATABASE} in a session's folder.")
    return LocatedSession(
        elsewhere=f"This session lies in {database.parent}. To review it, copy that folder into {library} "
        "and open it there."
    )


def _is_session(database: Path) -> bool:
    """Whether SQLite's header has the application id of sessions."""
    with database.open("rb") as content:
        header = content.read(_ID_AT + 4)
    return header.startswith(_SQLITE) and header[_ID_AT:] == APPLICATION_ID.to_bytes(4, "big")
