"""How many steps of a stored session named each state: for a small picture of it, without reading it all."""

from __future__ import annotations

from pathlib import Path

from core.store.database import reading
from core.types import STATES

_NAMED = """SELECT CASE
  WHEN abstains IS NOT NULL OR p_confused IS NULL THEN 4
  WHEN p_confused >= MAX(p_curious, p_bored, p_frustrated) THEN 0
  WHEN p_curious >= MAX(p_bored, p_frustrated) THEN 1
  WHEN p_bored >= p_frustrated THEN 2
  ELSE 3 END AS named, COUNT(*) FROM steps GROUP BY named"""
"""The first of equals leads, as `argmax` has it."""


def read_counts(folder: Path) -> tuple[int, ...]:
    """(5,) steps in the order of `STATES`, and at last those that named none. Raises `StoreError`."""
    with reading(folder) as db:
        found = dict(db.execute(_NAMED).fetchall())
    return tuple(int(found.get(place, 0)) for place in range(len(STATES) + 1))
