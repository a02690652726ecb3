"""A session as three tables of plain columns, the same in CSV and Parquet. Units stand in the names.

| table | a row for | columns |
|---|---|---|
| steps | every step | t_s, p_STATE, p_plain_STATE (before a personal calibration), weight_M, weight_low_M, |
|  |  | weight_high_M, present_M, quality_M, reason_M, since_word_s, mouth_motion, state, abstains, |
|  |  | compute_ms; explanations, if any |
| words | every stored word | word, start_s, end_s, confidence, corrected_text, corrected, doubt |
| entries | every marker, self-report, activity and event | t_s, entry, kind, text |

Probabilities, weights, qualities and confidences are fractions from 0 to 1; times are seconds on the session clock.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.export.table import Column, ExportTable, per_modality, per_state
from core.review.state_stretches import names, state_of
from core.step_columns import NO_REASON, REASONS, StepColumns
from core.store.stored_session import StoredSession
from core.types import MODALITIES


def session_tables(session: StoredSession) -> tuple[ExportTable, ...]:
    """All three; the last two may have no rows."""
    return ExportTable("steps", steps_columns(session.steps)), _words(session), _entries(session)


def steps_columns(steps: StepColumns) -> dict[str, Column]:
    """A row for every step, also those that name no state."""
    return {
        "t_s": steps.t_s,
        **per_state("p", steps.probabilities),
        **per_state("p_plain", steps.plain),
        **per_modality("weight", steps.weights),
        **per_modality("weight_low", steps.weight_low),
        **per_modality("weight_high", steps.weight_high),
        **per_modality("present", steps.present),
        **per_modality("quality", steps.quality),
        **{f"reason_{m}": _reasons(steps.reasons[:, index]) for index, m in enumerate(MODALITIES)},
        "since_word_s": steps.since_word_s,
        "mouth_motion": steps.mouth_motion,
        "state": [state_of(name) for name in names(steps).tolist()],
        "abstains": _reasons(steps.abstains),
        "compute_ms": steps.compute_ms,
        **_explanation_columns(steps),
    }


def _reasons(codes: NDArray[np.int8]) -> list[str | None]:
    texts: list[str | None] = [*(reason.value for reason in REASONS), None]
    return [texts[code if code != NO_REASON else -1] for code in codes.tolist()]


def _explanation_columns(steps: StepColumns) -> dict[str, Column]:
    """Columns of those parts of the explanation that at least one step has."""
    columns: dict[str, Column] = {}
    if _any(steps.evidence):
        columns |= per_state("p_evidence", steps.evidence)
    if _any(steps.without):
        for index, modality in enumerate(MODALITIES):
            columns |= per_state(f"p_without_{modality}", steps.without[:, index])
    if _any(steps.told):
        for index, modality in enumerate(MODALITIES):
            columns |= per_modality(f"told_{modality}_by", steps.told[:, index])
    return columns


def _any(values: NDArray[Any]) -> bool:
    return not np.isnan(values).all()


def _words(session: StoredSession) -> ExportTable:
    words = [word.heard for word in session.transcript]
    return ExportTable(
        "words",
        {
            "word": [word.text for word in words],
            "start_s": np.array([word.start_s for word in words], np.float64),
            "end_s": np.array([word.end_s for word in words], np.float64),
            "confidence": np.array([word.confidence for word in words], np.float64),
            "corrected_text": [word.text for word in session.transcript],
            "corrected": np.array([word.by_hand is not None for word in session.transcript], np.bool_),
            "doubt": [word.doubt.value if word.doubt else None for word in words],
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
