"""A table of named columns, and how it becomes a CSV or a Parquet file. Units stand in the columns' names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.types import MODALITIES, STATES

Column = NDArray[Any] | Sequence[str | None]
"""(N,) numbers or truth values, or N texts."""


@dataclass(frozen=True, slots=True, eq=False)
class ExportTable:
    """Columns of equal length by name; None or NaN is written as an empty cell."""

    name: str
    columns: Mapping[str, Column]

    def with_constants(self, values: Mapping[str, str]) -> ExportTable:
        """The table with one more text column for each of `values`, which repeats the value in every row."""
        rows = len(next(iter(self.columns.values())))
        return replace(self, columns={**self.columns, **{name: [text] * rows for name, text in values.items()}})


def per_state(what: str, values: NDArray[Any]) -> dict[str, Column]:
    """Columns WHAT_confused … of `values` (N, 4)."""
    return {f"{what}_{state.lower()}": values[:, index] for index, state in enumerate(STATES)}


def per_modality(what: str, values: NDArray[Any]) -> dict[str, Column]:
    """Columns WHAT_audio … of `values` (N, 3)."""
    return {f"{what}_{modality}": values[:, index] for index, modality in enumerate(MODALITIES)}


def write_csv(table: ExportTable, file: Path) -> None:
    """Write UTF-8 with a header line."""
    from pyarrow import csv

    csv.write_csv(_arrow(table), file)


def write_parquet(table: ExportTable, metadata: Mapping[str, str], file: Path) -> None:
    """Write the same columns; `metadata` becomes the file's key-value metadata."""
    from pyarrow import parquet

    parquet.write_table(_arrow(table).replace_schema_metadata(dict(metadata)), file)


def _arrow(table: ExportTable) -> Any:
    import pyarrow as pa

    return pa.table({name: _array(column) for name, column in table.columns.items()})


def _array(column: Column) -> Any:
    """Text stays text in a table without rows; NaN becomes null."""
    import pyarrow as pa

    if not isinstance(column, np.ndarray):
        return pa.array(column, pa.string())
    values = np.ascontiguousarray(column)
    return pa.array(values, from_pandas=True) if values.dtype.kind == "f" else pa.array(values)
