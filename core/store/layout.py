"""The layout of stored sessions on disk: ids, file names, and folders and files that only their owner can read."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from core.errors import StoreError

DATABASE = "session.db"
MEDIA = "media.mkv"
LATE_MEDIA = "media-2.mkv"
"""For pictures that begin late, and the sound from then on: a Matroska file declares its tracks at its beginning."""
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,79}")


def new_id(now: datetime) -> str:
    """An id that sorts by time, such as `20261122T183705Z-3f9a1c`; `now` has a time zone."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def session_folder(library: Path, session_id: str) -> Path:
    """The folder of one session. Raises `StoreError` for an invalid id, which could name a folder elsewhere."""
    if not _ID.fullmatch(session_id):
        raise StoreError(f"'{session_id}' is not the id of a session. Choose one from the list.")
    return library / session_id


def make_folder(folder: Path) -> None:
    """Create a folder and its missing parents with access for their owner only; existing ones stay as they are."""
    for above in reversed((folder, *folder.parents)):
        if not above.exists():
            above.mkdir(mode=0o700, exist_ok=True)


def make_file(file: Path) -> None:
    """Create or replace a file that is empty and readable by its owner only (SQLite's journals copy its mode)."""
    file.unlink(missing_ok=True)
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def files(folder: Path) -> dict[str, os.stat_result]:
    """The files of a folder by name; one that is deleted meanwhile (SQLite's journals) is left out."""
    found = {}
    for file in folder.iterdir():
        with suppress(FileNotFoundError):
            found[file.name] = file.stat()
    return found


def size_bytes(folder: Path) -> int:
    """Total size of a folder's files."""
    return sum(file.st_size for file in files(folder).values())
