"""Writes a session as files of one kind: CSV or Parquet tables into a folder, or one XDF or HTML file.

Every file is put in place in one step and is readable by its owner only.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from core.atomic_files import replace_file
from core.errors import StoreError
from core.review.export import csv, html, parquet, xdf
from core.review.export.tables import ExportTable, tables
from core.store.stored_session import StoredSession

KINDS = ("csv", "parquet", "xdf", "html")
_OWNER_ONLY = 0o600
_TABLES: Mapping[str, Callable[[ExportTable, StoredSession, Path], None]] = {"csv": csv.write, "parquet": parquet.write}
_FILES: Mapping[str, Callable[[StoredSession, Path], None]] = {"xdf": xdf.write, "html": html.write}
IN_FOLDERS = tuple(_TABLES)
"""The kinds that are several files, in a folder of their own."""


def export(session: StoredSession, kind: str, target: Path) -> list[Path]:
    """Write `session` as `kind`, one of `KINDS`; the files that were written.

    `target` is a folder for tables. For XDF and HTML it is the file, or an existing folder to put it in under the
    session's id. Raises `StoreError`.
    """
    if kind not in KINDS:
        raise StoreError(f"'{kind}' is no kind of export. Use one of {', '.join(KINDS)}.")
    if session.line.problem:
        raise StoreError(f"Session {session.line.id} cannot be exported: {session.line.problem}")
    if kind in _TABLES:
        return _write_tables(session, kind, target)
    file = target / f"{session.line.id}.{kind}" if target.is_dir() else target
    _write(file, lambda fresh: _FILES[kind](session, fresh))
    return [file]


def _write_tables(session: StoredSession, kind: str, folder: Path) -> list[Path]:
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"{folder} is a file. Name a folder for the tables.")
    made = []
    for table in tables(session):
        file = folder / f"{table.name}.{kind}"
        _write(file, lambda fresh, table=table: _TABLES[kind](table, session, fresh))  # type: ignore[misc]
        made.append(file)
    return made


def _write(file: Path, write: Callable[[Path], None]) -> None:
    def write_privately(fresh: Path) -> None:
        fresh.unlink(missing_ok=True)
        os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY))
        write(fresh)

    replace_file(file, write_privately, StoreError)
