"""Reads the results of a run folder: metrics and outputs of every variant and seed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.training.comparison.runner import result_path
from core.training.comparison.variants import FULL, Variant
from core.training.fusion.evaluation import GroundTruth, UnrolledOutput
from core.training.metrics.metrics import confusions
from core.types import STATES


@dataclass(frozen=True, eq=False)
class TrialResult:
    """One variant and seed: its metrics, and its output at every step of the test sequences."""

    figures: dict[str, Any]
    found: UnrolledOutput


@dataclass(frozen=True, eq=False)
class VariantRow:
    """One variant, all its seeds."""

    variant: Variant
    results: tuple[TrialResult, ...]

    def values(self, get: Callable[[dict[str, Any]], float | None]) -> NDArray[np.float64]:
        """A metric of every seed, NaN if there is none."""
        found = [get(result.figures) for result in self.results]
        return np.array([np.nan if value is None else value for value in found], dtype=np.float64)

    def confusion(self) -> NDArray[np.int64]:
        """(seeds, N, C, C) by sequence, over the steps that metrics use."""
        return np.stack(
            [confusions(one.found.truth.state, one.found.guess, one.found.counted, len(STATES)) for one in self.results]
        )


Rows = dict[str, VariantRow]


def collect(run: Path, variants: list[Variant], seeds: int, truth: GroundTruth) -> Rows:
    """Reads all existing results of these variants. Raises `DataError` for a result that cannot be read."""
    rows = {}
    for variant in variants:
        paths = [result_path(run, variant, seed) for seed in range(1 if variant.one_seed else seeds)]
        results = tuple(_read(path, truth) for path in paths if path.exists())
        if results:
            rows[variant.name] = VariantRow(variant, results)
    return rows


def known_mean(values: NDArray[np.float64]) -> float:
    """Mean of the values that are not NaN; NaN if there is none."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")


def of_kind(rows: Rows, *kinds: str) -> list[VariantRow]:
    """The rows of some kinds, in the table's order."""
    return [row for row in rows.values() if row.variant.kind in kinds]


def full_row(rows: Rows) -> VariantRow | None:
    """The full model, if it was trained."""
    return rows.get(FULL)


def _read(path: Path, truth: GroundTruth) -> TrialResult:
    try:
        figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        with np.load(path.with_suffix(".npz")) as arrays:
            logits, weights = arrays["logits"].astype(np.float32), arrays["weights"].astype(np.float32)
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path} cannot be read ({error}). Delete it; the next report trains it again.") from error
    if logits.shape[:2] != truth.state.shape:
        raise DataError(f"{path} is about other test sequences. Delete the folder {path.parent} and start again.")
    return TrialResult(figures, UnrolledOutput(truth, logits, weights))
