"""A session as three tables of plain columns, the same in CSV and Parquet. Units stand in the names.

| table | a row for | columns |
|---|---|---|
| steps | every step | t_s, p_STATE, p_plain_STATE (before a personal calibration), weight_M, weight_low_M, |
|  |  | weight_high_M, present_M, quality_M, reason_M, state, abstains, compute_ms; what Explain showed, if anything |
| words | every word kept | word, start_s, end_s, confidence |
| entries | every marker, own report, activity and event | t_s, entry, kind, text |

Probabilities, weights, qualities and confidences are shares from 0 to 1; times are seconds on the session clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.review.state_stretches import names, state_of
from core.store.stored_session import NO_REASON, REASONS, StoredSession, StoredSteps
from core.types import MODALITIES, STATES

Column = NDArray[Any] | list[Any]


@dataclass(frozen=True, slots=True, eq=False)
class ExportTable:
    """Columns of equal length by name; `None` or NaN in a cell means that there is nothing to say."""

    name: str
    columns: Mapping[str, Column]


def tables(session: StoredSession) -> tuple[ExportTable, ...]:
    """All three; the last two may have no rows."""
    return (ExportTable("steps", steps_columns(session.steps)), _words(session), _entries(session))


def steps_columns(steps: StoredSteps) -> dict[str, Column]:
    """A row for every step, also those that name no state."""
    states = [state.lower() for state in STATES]
    return {
        "t_s": steps.t_s,
        **_named("p", states, steps.probabilities),
        **_named("p_plain", states, steps.plain),
        **_named("weight", MODALITIES, steps.weights),
        **_named("weight_low", MODALITIES, steps.weight_low),
        **_named("weight_high", MODALITIES, steps.weight_high),
        **_named("present", MODALITIES, steps.present),
        **_named("quality", MODALITIES, steps.quality),
        **{f"reason_{m}": _reasons(steps.reasons[:, place]) for place, m in enumerate(MODALITIES)},
        "state": [state_of(name) for name in names(steps).tolist()],
        "abstains": _reasons(steps.abstains),
        "compute_ms": steps.compute_ms,
        **_explained(steps, states),
    }


def _named(what: str, axis: Sequence[str], values: NDArray[Any]) -> dict[str, Column]:
    return {f"{what}_{name}": values[:, place] for place, name in enumerate(axis)}


def _reasons(codes: NDArray[np.int8]) -> list[str | None]:
    said: list[str | None] = [*(reason.value for reason in REASONS), None]
    return [said[code if code != NO_REASON else -1] for code in codes.tolist()]


def _explained(steps: StoredSteps, states: Sequence[str]) -> dict[str, Column]:
    """Columns only for what somebody looked at."""
    made: dict[str, Column] = {}
    if not np.isnan(steps.evidence).all():
        made |= _named("p_evidence", states, steps.evidence)
    if not np.isnan(steps.without).all():
        for place, modality in enumerate(MODALITIES):
            made |= _named(f"p_without_{modality}", states, steps.without[:, place])
    if not np.isnan(steps.told).all():
        for place, modality in enumerate(MODALITIES):
            made |= _named(f"told_{modality}_by", MODALITIES, steps.told[:, place])
    return made


def _words(session: StoredSession) -> ExportTable:
    words = session.words
    return ExportTable(
        "words",
        {
            "word": [word.text for word in words],
            "start_s": np.array([word.start_s for word in words], np.float64),
            "end_s": np.array([word.end_s for word in words], np.float64),
            "confidence": np.array([word.confidence for word in words], np.float64),
        },
    )


def _entries(session: StoredSession) -> ExportTable:
    rows = sorted(
        [
            *((entry.t_s, "marker", entry.origin, entry.label) for entry in session.markers),
            *((entry.t_s, "own report", entry.origin, entry.state) for entry in session.reports),
            *((entry.t_s, "activity", entry.kind, entry.text) for entry in session.activities),
            *((entry.t_s, "event", entry.kind, entry.text) for entry in session.events),
        ],
        key=lambda row: row[0],
    )
    return ExportTable(
        "entries",
        {
            "t_s": np.array([row[0] for row in rows], np.float64),
            "entry": [row[1] for row in rows],
            "kind": [row[2] for row in rows],
            "text": [row[3] for row in rows],
        },
    )
