"""A table's columns as pyarrow takes them: NaN becomes an empty cell, text columns stay text where they are empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from core.review.export.tables import Column, ExportTable


def arrow(table: ExportTable) -> Any:
    """The same as a `pyarrow.Table`."""
    import pyarrow as pa

    return pa.table({name: _array(column) for name, column in table.columns.items()})


def _array(column: Column) -> Any:
    import pyarrow as pa

    if isinstance(column, list):
        return pa.array(column, pa.string())
    values = np.ascontiguousarray(column)
    return pa.array(values, from_pandas=True) if values.dtype.kind == "f" else pa.array(values)
