"""Writes a session as files of one kind: CSV or Parquet tables into a folder, or one XDF, HTML or subtitle file.

Every file is put in place in one step and is readable by its owner only.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from core.atomic_files import replace_file
from core.errors import StoreError
from core.export import html, xdf
from core.export.session_metadata import session_metadata
from core.export.session_tables import session_tables
from core.export.subtitles import SUBTITLE_KINDS, write_subtitles
from core.export.table import ExportTable, write_csv, write_parquet
from core.reporting.versions import PROGRAM
from core.store.stored_session import StoredSession

KINDS = ("csv", "parquet", "xdf", "html", *SUBTITLE_KINDS)
IN_FOLDERS = ("csv", "parquet")
"""The kinds that are several files, in a folder of their own."""
_OWNER_ONLY = 0o600


def _write_subtitles(kind: str, session: StoredSession, file: Path) -> None:
    write_subtitles(session.words, kind, file)


_FILES: Mapping[str, Callable[[StoredSession, Path], None]] = {
    "xdf": xdf.write,
    "html": html.write,
    **{kind: partial(_write_subtitles, kind) for kind in SUBTITLE_KINDS},
}


def export(session: StoredSession, kind: str, target: Path) -> list[Path]:
    """Write `session` as `kind`, one of `KINDS`; the files that were written.

    `target` is a folder for tables. For the others it is the file, or an existing folder to put it in under the
    session's id. Raises `StoreError`.
    """
    if kind not in KINDS:
        raise StoreError(f"'{kind}' is not a kind of export. Use one of {', '.join(KINDS)}.")
    if session.line.problem:
        raise StoreError(f"Session {session.line.id} cannot be exported: {session.line.problem}")
    if kind in IN_FOLDERS:
        return _write_tables(session, kind, target)
    if kind in SUBTITLE_KINDS and session.transcript and not session.words:
        raise StoreError(
            f"Every word of session {session.line.id} was marked as not said, so there is nothing to show as "
            "subtitles. Correct words in Review first; the tables keep what was recognised."
        )
    if kind in SUBTITLE_KINDS and not session.words:
        raise StoreError(
            f"Session {session.line.id} has no stored words, so there is nothing to show as subtitles. "
            "Switch on 'words' under Storing in Settings before the next one."
        )
    file = target / f"{session.line.id}.{kind}" if target.is_dir() else target
    _write_privately(file, lambda fresh: _FILES[kind](session, fresh))
    return [file]


def _write_tables(session: StoredSession, kind: str, folder: Path) -> list[Path]:
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"{folder} is a file. Name a folder for the tables.")
    written = []
    for table in session_tables(session):
        file = folder / f"{table.name}.{kind}"
        _write_privately(file, partial(_write_table, table, session, kind))
        written.append(file)
    return written


def _write_table(table: ExportTable, session: StoredSession, kind: str, file: Path) -> None:
    if kind == "csv":
        write_csv(table.with_constants(_provenance(session)) if table.name == "steps" else table, file)
    else:
        session_json = json.dumps(session_metadata(session), default=str)
        write_parquet(table, {"table": table.name, "session": session_json}, file)


def _provenance(session: StoredSession) -> dict[str, str]:
    """Last columns of the steps in CSV, which has no metadata."""
    return {
        "session": session.line.id,
        "profile": session.facts.profile,
        "checkpoint_sha256": session.facts.checkpoint_sha256,
        "version": session.facts.versions.get(PROGRAM, ""),
    }


def _write_privately(file: Path, write: Callable[[Path], None]) -> None:
    def create_and_write(fresh: Path) -> None:
        fresh.unlink(missing_ok=True)
        os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY))
        write(fresh)

    replace_file(file, create_and_write, StoreError)
