"""Tables as Parquet: the same columns as in CSV, and what is known of the session as JSON in the metadata."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from core.review.export.about import about
from core.review.export.arrow import arrow

if TYPE_CHECKING:
    from core.review.export.tables import ExportTable
    from core.store.stored_session import StoredSession


def write(table: ExportTable, session: StoredSession, file: Path) -> None:
    """Write one table; its metadata holds `session` (JSON) and `table`."""
    from pyarrow import parquet

    metadata = {"table": table.name, "session": json.dumps(about(session), default=str)}
    parquet.write_table(arrow(table).replace_schema_metadata(metadata), file)
