"""Reads a stored session as whole columns; also one that is still being recorded."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import StoreError
from core.session_observer import SessionFacts
from core.step_columns import NO_REASON, REASONS, StepColumns, unexplained
from core.store.database import reading
from core.store.layout import MEDIA, size_bytes
from core.store.rows import NEWEST_CORRECTIONS, NUMBERS, REASONS_WHY
from core.store.stored_session import SessionLine, StoredFeatures, StoredSession
from core.types import MODALITIES, STATES, Activity, Event, Marker, Reason, SelfReport, TranscriptWord, Word

_CODES: dict[str | None, int] = {None: NO_REASON, **{reason.name: code for code, reason in enumerate(REASONS)}}
_TEXT_FACTS = (
    "purpose", "participant", "study_id", "keep_until", "input_kind", "input_name", "profile", "checkpoint_sha256"
)  # fmt: skip
_COUNTED = ("steps", "words", "reports", "markers")
_CHUNK = 1000
_WITH_CORRECTIONS = f"words LEFT JOIN {NEWEST_CORRECTIONS} USING (word) ORDER BY start_s, end_s, word"
_SPOKEN = f"SELECT coalesce(by_hand, text) FROM {_WITH_CORRECTIONS}"
_FACTS = {part.name for part in fields(SessionFacts)}


def read_session(folder: Path) -> StoredSession:
    """Everything of a session except features and media. Raises `StoreError`."""
    with reading(folder) as db:
        facts = _facts(db)
        return StoredSession(
            line=_line(db, folder, facts),
            facts=SessionFacts(**{name: value for name, value in facts.items() if name in _FACTS}),
            steps=_steps(db),
            transcript=_transcript(db),
            markers=tuple(Marker(*row) for row in _rows(db, "t_s", "markers", "t_s, label, origin")),
            reports=tuple(SelfReport(*row) for row in _rows(db, "t_s", "reports", "t_s, state, origin")),
            activities=tuple(Activity(*row) for row in _rows(db, "t_s", "activities", "t_s, kind, text")),
            events=tuple(Event(*row) for row in _rows(db, "t_s", "events", "t_s, kind, text")),
            timing=json.loads(next((row[0] for row in db.execute("SELECT report FROM timing")), "{}")),
            note=str(facts.get("note", "")),
        )


def read_line(folder: Path) -> tuple[SessionLine, str]:
    """The session's line in the list, and its searchable text. Raises `StoreError`."""
    with reading(folder) as db:
        facts = _facts(db)
        spoken = " ".join(filter(None, (row[0] for row in db.execute(_SPOKEN))))
        noted = " ".join(row[0] for row in db.execute("SELECT text FROM activities ORDER BY activity"))
        return _line(db, folder, facts), "\n".join((spoken, noted, str(facts.get("note", ""))))


def read_counts(folder: Path) -> tuple[int, ...]:
    """(5,): steps that name each of the states, and steps that name none. Raises `StoreError`."""
    highest = f"max({', '.join(f'p_{state.lower()}' for state in STATES)})"
    named = [f"sum(abstains IS NULL AND p_{state.lower()} = {highest})" for state in STATES]
    query = f"SELECT {', '.join(named)}, sum(abstains IS NOT NULL OR p_{STATES[0].lower()} IS NULL) FROM steps"
    with reading(folder) as db:
        return tuple(int(count or 0) for count in db.execute(query).fetchone())


def read_features(folder: Path) -> StoredFeatures:
    """The encoder outputs for scoring the session again. Raises `StoreError`, also where none were stored."""
    with reading(folder) as db:
        if not _one(db, "SELECT EXISTS (SELECT 1 FROM features)"):
            raise StoreError(
                f"Session {folder.name} has no stored features and cannot be scored again. "
                "Switch on 'keep features' in Settings before the next one."
            )
        columns = ", ".join(f"features.{modality}" for modality in MODALITIES)
        query = f"SELECT t_s, since_word_s, {columns} FROM steps LEFT JOIN features USING (step) ORDER BY step"
        rows = db.execute(query).fetchall()
        return StoredFeatures(
            t_s=np.array([row[0] for row in rows], np.float64),
            present=np.array([[blob is not None for blob in row[2:]] for row in rows], np.bool_),
            vectors={name: _vectors([row[place] for row in rows]) for place, name in enumerate(MODALITIES, 2)},
            since_word_s=np.array([row[1] for row in rows], np.float32),
            encoders=str(_facts(db).get("encoders", "")),
        )


def _transcript(db: sqlite3.Connection) -> tuple[TranscriptWord, ...]:
    """The words in the order of time; one that was corrected back to what was recognised is not corrected."""
    columns = "text, start_s, end_s, confidence, doubt, nullif(by_hand, text)"
    return tuple(
        TranscriptWord(Word(text, start_s, end_s, confidence, doubt=doubt and Reason[doubt]), by_hand)
        for text, start_s, end_s, confidence, doubt, by_hand in db.execute(f"SELECT {columns} FROM {_WITH_CORRECTIONS}")
    )


def _vectors(blobs: list[bytes | None]) -> NDArray[np.float32]:
    width = next((len(blob) // 2 for blob in blobs if blob is not None), 0)
    filled = b"".join(bytes(2 * width) if blob is None else blob for blob in blobs)
    return np.frombuffer(filled, "<f2").astype(np.float32).reshape(len(blobs), width)


def _facts(db: sqlite3.Connection) -> dict[str, Any]:
    """Facts with valid dates. Raises `ValueError` or `TypeError` otherwise."""
    facts = {key: json.loads(value) for key, value in db.execute("SELECT key, value FROM facts")}
    for day in filter(None, (facts["started_utc"], facts["keep_until"])):
        datetime.fromisoformat(day)
    return facts


def _rows(db: sqlite3.Connection, order: str, table: str, columns: str) -> sqlite3.Cursor:
    return db.execute(f"SELECT {columns} FROM {table} ORDER BY {order}, rowid")


def _one(db: sqlite3.Connection, query: str) -> Any:
    return db.execute(query).fetchone()[0]


def _line(db: sqlite3.Connection, folder: Path, facts: Mapping[str, Any]) -> SessionLine:
    texts: dict[str, Any] = {name: str(facts[name]) for name in _TEXT_FACTS}
    counts: dict[str, Any] = {name: _one(db, f"SELECT count(*) FROM {name}") for name in _COUNTED}
    return SessionLine(
        id=folder.name,
        folder=folder,
        title=str(facts.get("title", "")),
        started_utc=str(facts["started_utc"]),
        duration_s=_one(db, "SELECT coalesce(max(t_s), 0.0) FROM (SELECT t_s FROM steps ORDER BY step DESC LIMIT 1)"),
        **texts,
        **counts,
        has_features=bool(_one(db, "SELECT EXISTS (SELECT 1 FROM features)")),
        has_media=(folder / MEDIA).is_file(),
        complete=bool(facts.get("complete", False)),
        size_bytes=size_bytes(folder),
    )


def _steps(db: sqlite3.Connection) -> StepColumns:
    table = np.concatenate([np.array(rows, np.float64).reshape(-1, len(NUMBERS)) for rows in _chunks(db, NUMBERS)])
    at = {name: place for place, name in enumerate(NUMBERS)}
    states = tuple(state.lower() for state in STATES)

    def columns(pattern: str, names: tuple[str, ...] = MODALITIES) -> NDArray[np.float32]:
        return table[:, [at[pattern.format(name)] for name in names]].astype(np.float32)

    probabilities, plain = columns("p_{}", states), columns("plain_{}", states)
    codes = _reasons(db)
    return StepColumns(
        t_s=table[:, at["t_s"]].copy(),
        probabilities=probabilities,
        plain=np.where(np.isnan(plain), probabilities, plain),
        weights=columns("w_{}"),
        weight_low=columns("w_{}_low"),
        weight_high=columns("w_{}_high"),
        present=columns("present_{}") > 0,
        quality=columns("quality_{}"),
        reasons=codes[:, :3].copy(),
        abstains=codes[:, 3].copy(),
        since_word_s=table[:, at["since_word_s"]].astype(np.float32),
        mouth_motion=table[:, at["mouth_motion"]].astype(np.float32),
        compute_ms=table[:, at["compute_ms"]].astype(np.float32),
        **_explanation(db, len(table)),
    )


def _reasons(db: sqlite3.Connection) -> NDArray[np.int8]:
    """(N, 4) codes: why each modality is absent or doubtful, and why no state is named."""
    codes = [[[_CODES[name] for name in row] for row in rows] for rows in _chunks(db, REASONS_WHY)]
    return np.concatenate([np.array(part, np.int8).reshape(-1, len(REASONS_WHY)) for part in codes])


def _chunks(db: sqlite3.Connection, columns: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
    """These columns of all steps in chunks, then one empty chunk: between chunks other threads can run."""
    cursor = db.execute(f"SELECT {', '.join(columns)} FROM steps ORDER BY step")
    while rows := cursor.fetchmany(_CHUNK):
        yield rows
    yield []


def _explanation(db: sqlite3.Connection, steps: int) -> dict[str, NDArray[np.float32]]:
    """Explanation columns of `StepColumns`; NaN for steps without an explanation."""
    query = "SELECT place, without, evidence, told FROM explanation JOIN ({}) USING (step) ORDER BY step"
    found = db.execute(
        query.format("SELECT step, row_number() OVER (ORDER BY step) - 1 AS place FROM steps")
    ).fetchall()
    places = [row[0] for row in found]
    columns = unexplained(steps)
    for number, column in enumerate(columns.values(), 1):
        blobs = b"".join(row[number] for row in found)
        column[places] = np.frombuffer(blobs, "<f4").reshape(len(found), *column.shape[1:])
    return columns
