"""Estimates as a table: a row for every hop, also those without a face, a voice or a label.

| column | what it holds |
|---|---|
| t_s | end of the hop's window, seconds since the recording began |
| p_STATE | calibrated probability; empty where nothing was present |
| weight_M, weight_low_M, weight_high_M | how much modality M counted, and its 95 % band; 0 where absent |
| present_M, quality_M, reason_M | whether M took part, how good it was (0 to 1), and why not |
| state, abstains | the state that is named, or why none is |
| words | words of the text window |
| compute_ms | work of the hop |
| faces, face_x … | faces at the newest glance, and the primary one's box in pixels |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import __version__
from core.types import MODALITIES, STATES, Estimate

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Whose numbers these are; written into every table and picture."""

    file: str
    profile: str
    checkpoint_sha256: str
    recognizer: str
    hop_s: float
    version: str = __version__

    def as_text(self) -> dict[str, str]:
        """Names and values as text."""
        return {name: str(getattr(self, name)) for name in self.__slots__}


def rows(estimates: Sequence[Estimate]) -> list[Row]:
    """One flat row for each estimate; what does not exist is None."""
    return [_row(made) for made in estimates]


def _row(made: Estimate) -> Row:
    nothing = made.leading is None
    return {
        "t_s": made.t_s,
        **{f"p_{s.lower()}": None if nothing else float(made.probabilities[k]) for k, s in enumerate(STATES)},
        **{f"weight_{m}": float(made.weights[k]) for k, m in enumerate(MODALITIES)},
        **{f"weight_low_{m}": float(made.weight_low[k]) for k, m in enumerate(MODALITIES)},
        **{f"weight_high_{m}": float(made.weight_high[k]) for k, m in enumerate(MODALITIES)},
        **_presence(made),
        "state": made.state,
        "abstains": made.abstains.value if made.abstains else None,
        "words": " ".join(word.text for word in made.words),
        "compute_ms": made.compute_ms,
        **_face(made),
    }


def _presence(made: Estimate) -> Row:
    row: Row = {}
    for modality in MODALITIES:
        entry = made.presence[modality]
        row[f"present_{modality}"] = entry.present
        row[f"quality_{modality}"] = float(entry.quality)
        row[f"reason_{modality}"] = entry.reason.value if entry.reason else None
    return row


def _face(made: Estimate) -> Row:
    box = made.sighting.box if made.sighting else None
    return {
        "faces": made.sighting.faces if made.sighting else 0,
        **{f"face_{name}": getattr(box, name) if box else None for name in ("x", "y", "width", "height", "confidence")},
    }


def write_csv(table: Sequence[Row], provenance: Provenance, path: Path) -> None:
    """UTF-8 with a header; version, profile and checkpoint stand in the last columns, for CSV has no metadata."""
    from pyarrow import csv

    said = {"profile": provenance.profile, "checkpoint_sha256": provenance.checkpoint_sha256}
    csv.write_csv(_arrow([{**row, **said, "version": provenance.version} for row in table]), path)


def write_parquet(table: Sequence[Row], provenance: Provenance, path: Path) -> None:
    """The same rows; the provenance stands in the file's metadata."""
    from pyarrow import parquet

    made = _arrow(table)
    parquet.write_table(made.replace_schema_metadata(provenance.as_text()), path)


def _arrow(table: Sequence[Row]) -> Any:
    import pyarrow as pa

    return pa.Table.from_pylist(list(table), schema=pa.schema([(name, _kind(name)) for name in table[0]]))


def _kind(name: str) -> Any:
    import pyarrow as pa

    if name.startswith("present_"):
        return pa.bool_()
    if name == "faces":
        return pa.int32()
    text = name.startswith("reason_") or name in (
        "state", "abstains", "words", "profile", "checkpoint_sha256", "version",
    )  # fmt: skip
    return pa.string() if text else pa.float64()
