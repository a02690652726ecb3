"""Steps, words and entries as rows of the database: the columns, and how values are written."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.session_observer import SessionFacts
from core.types import (
    MODALITIES,
    STATES,
    Activity,
    Correction,
    Entry,
    Estimate,
    Event,
    Explanation,
    Marker,
    Reason,
    SelfReport,
    Word,
)

_STATES = tuple(state.lower() for state in STATES)
NUMBERS: tuple[str, ...] = (
    "t_s",
    *(f"p_{state}" for state in _STATES),
    *(f"plain_{state}" for state in _STATES),
    *(f"w_{modality}" for modality in MODALITIES),
    *(f"w_{modality}_low" for modality in MODALITIES),
    *(f"w_{modality}_high" for modality in MODALITIES),
    *(f"present_{modality}" for modality in MODALITIES),
    *(f"quality_{modality}" for modality in MODALITIES),
    "since_word_s",
    "mouth_motion",
    "compute_ms",
)
"""The numeric columns of `steps`, in the order in which they are written and read."""
REASONS_WHY: tuple[str, ...] = (*(f"reason_{modality}" for modality in MODALITIES), "abstains")
"""The columns of `steps` that hold the name of a `Reason`, or NULL."""


def _insert(table: str, columns: Iterable[str]) -> str:
    names = tuple(columns)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


INSERT_STEP = _insert("steps", ("step", *NUMBERS, *REASONS_WHY))
INSERT_EXPLANATION = _insert("explanation", ("step", "without", "evidence", "feedback", "told"))
INSERT_FEATURES = _insert("features", ("step", *MODALITIES))
INSERT_WORD = _insert("words", ("start_s", "end_s", "text", "confidence", "doubt"))
NEWEST_CORRECTIONS = "(SELECT word, text AS by_hand, max(correction) FROM corrections GROUP BY word)"
"""The newest correction of each corrected word: SQLite takes the other columns from the row of the maximum."""
INSERT_CORRECTION = f"""INSERT INTO corrections (word, made_utc, was, text)
SELECT word, ?, coalesce(by_hand, text), ? FROM words LEFT JOIN {NEWEST_CORRECTIONS} USING (word)
WHERE start_s = ? AND end_s = ? AND text = ? ORDER BY word LIMIT 1"""
"""Inserts nothing where the word is not stored: neither may be its correction."""
INSERT_FACT = "INSERT OR REPLACE INTO facts (key, value) VALUES (?, ?)"
INSERT_TIMING = _insert("timing", ("report",))
INSERT_ENTRY: dict[type[Entry], str] = {
    Marker: _insert("markers", ("t_s", "label", "origin")),
    SelfReport: _insert("reports", ("t_s", "state", "origin")),
    Activity: _insert("activities", ("t_s", "kind", "text")),
    Event: _insert("events", ("t_s", "kind", "text")),
}


def step_row(step: int, made: Estimate) -> tuple[Any, ...]:
    """A row of `steps`; SQLite stores NaN as NULL. Raises `ValueError` as `word_row` does."""
    presence = [made.presence[modality] for modality in MODALITIES]
    return (
        step,
        _time(made.t_s),
        *made.probabilities.tolist(),
        *((None,) * len(STATES) if made.plain is None else made.plain.tolist()),
        *made.weights.tolist(),
        *made.weight_low.tolist(),
        *made.weight_high.tolist(),
        *(int(entry.present) for entry in presence),
        *(float(entry.quality) for entry in presence),
        float(made.since_word_s),
        float(made.mouth_motion),
        float(made.compute_ms),
        *(_name(entry.reason) for entry in presence),
        _name(made.abstains),
    )


def explanation_row(step: int, why: Explanation) -> tuple[Any, ...]:
    """A row of `explanation`. `heard`, the attention over past steps, is not stored."""
    return (step, *(_blob(part, "<f4") for part in (why.without, why.evidence, why.feedback, why.told)))


def features_row(step: int, features: Mapping[Any, NDArray[np.float16]]) -> tuple[Any, ...]:
    """A row of `features`."""
    return (step, *(_blob(features[name], "<f2") if name in features else None for name in MODALITIES))


def word_row(word: Word) -> tuple[Any, ...]:
    """A row of `words`. Raises `ValueError` for a time that is not finite."""
    return _time(word.start_s), _time(word.end_s), _text(word.text), float(word.confidence), _name(word.doubt)


def correction_row(made: Correction) -> tuple[Any, ...]:
    """Values for `INSERT_CORRECTION`. Raises `ValueError` as `word_row` does."""
    start_s, end_s, heard, *_ = word_row(made.word)
    return made.made_utc, _text(made.text), start_s, end_s, heard


def entry_row(entry: Entry) -> tuple[Any, ...]:
    """A row of the table of the entry's type: time, then the other fields. Raises `ValueError` as `word_row` does."""
    return (_time(entry.t_s), *(_text(getattr(entry, part.name)) for part in fields(entry)[1:]))


def fact_rows(facts: SessionFacts) -> list[tuple[str, str]]:
    """Rows of `facts`, one for each field."""
    return [(part.name, to_json(getattr(facts, part.name))) for part in fields(facts)]


def to_json(value: Any) -> str:
    """Strict JSON: numpy numbers become plain ones, NaN and infinity become null."""
    return _text(json.dumps(_plain(value), ensure_ascii=False, allow_nan=False))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if isinstance(value, (np.generic, np.ndarray)):
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)


def _text(text: str) -> str:
    """Text that can be written as UTF-8; an unpaired surrogate becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _time(t_s: float) -> float:
    """A finite time on the session clock; lab streams may send NaN or infinity."""
    if not math.isfinite(t_s):
        raise ValueError(f"its time is {t_s}")
    return float(t_s)


def _name(reason: Reason | None) -> str | None:
    return None if reason is None else reason.name


def _blob(numbers: NDArray[Any], kind: str) -> bytes:
    return np.ascontiguousarray(numbers, kind).tobytes()
