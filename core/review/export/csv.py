"""Tables as CSV: UTF-8, a header with units, empty cells where there is nothing to say.

CSV has no metadata, so whose numbers the steps are stands in their last columns.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.reporting.versions import PROGRAM
from core.review.export.arrow import arrow

if TYPE_CHECKING:
    from core.review.export.tables import ExportTable
    from core.store.stored_session import StoredSession


def write(table: ExportTable, session: StoredSession, file: Path) -> None:
    """Write one table."""
    from pyarrow import csv

    csv.write_csv(arrow(_signed(table, session) if table.name == "steps" else table), file)


def _signed(table: ExportTable, session: StoredSession) -> ExportTable:
    facts, rows = session.facts, len(session.steps)
    said = {
        "session": session.line.id,
        "profile": facts.profile,
        "checkpoint_sha256": facts.checkpoint_sha256,
        "version": facts.versions.get(PROGRAM, ""),
    }
    return replace(table, columns={**table.columns, **{name: [text] * rows for name, text in said.items()}})
