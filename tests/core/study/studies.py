"""A study for tests: its gate, and days before and after its retention date."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from core.study.gate import StudyGate

GATE = StudyGate("LM-1", "EC 2026/17", "I agree that my voice and face are estimated on this machine.", "2027-12-31")
AGREED = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
TODAY = date(2026, 5, 2)
LAST_DAY, DAY_AFTER = date(2027, 12, 31), date(2028, 1, 1)


def rows(ledger: Path, query: str) -> list[tuple[Any, ...]]:
    """What an auditor reads in the ledger's file."""
    with closing(sqlite3.connect(ledger)) as db:
        return db.execute(query).fetchall()
