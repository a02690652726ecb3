"""A stored session as columns instead of rows, so that three hours can be drawn and summed quickly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.session_observer import SessionFacts
from core.step_columns import StepColumns
from core.types import Activity, Event, Marker, Modality, SelfReport, TranscriptWord, Word


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session in the list. `complete` is False where the program ended before the session did.

    `input_kind`: "devices", "file" (a recording of any person) or "demo" (the drawn learner).
    """

    id: str
    folder: Path
    title: str
    started_utc: str
    duration_s: float
    purpose: str
    participant: str
    study_id: str
    keep_until: str
    input_kind: str
    input_name: str
    profile: str
    checkpoint_sha256: str
    steps: int
    words: int
    reports: int
    markers: int
    has_features: bool
    has_media: bool
    complete: bool
    size_bytes: int
    problem: str = ""
    """Why it cannot be read; empty if it can. The other fields are then filled as far as possible."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredSession:
    """Everything of a session except features and media."""

    line: SessionLine
    facts: SessionFacts
    steps: StepColumns
    transcript: tuple[TranscriptWord, ...] = ()
    """Every stored word, as it was recognised and as it was corrected."""
    markers: tuple[Marker, ...] = ()
    reports: tuple[SelfReport, ...] = ()
    activities: tuple[Activity, ...] = ()
    events: tuple[Event, ...] = ()
    timing: Mapping[str, Any] = field(default_factory=dict)
    """The machine-readable timing report; empty where the session was cut off."""
    note: str = ""

    @property
    def words(self) -> tuple[Word, ...]:
        """The words as they count: with their corrections, without those that were not said."""
        return tuple(replace(word.heard, text=word.text) for word in self.transcript if word.text)


@dataclass(frozen=True, slots=True, eq=False)
class StoredFeatures:
    """Encoder outputs of every step of a session, for scoring it again without media.

    `vectors`: {modality: (N, d_m) float32}, zeros where absent; (N, 0) for a modality that was never present.
    `since_word_s`: seconds since the last word at each step; NaN where unknown, as in sessions from before it was kept.
    `encoders`: fingerprint of the encoders.
    """

    t_s: NDArray[np.float64]  # (N,)
    present: NDArray[np.bool_]  # (N, 3)
    vectors: Mapping[Modality, NDArray[np.float32]]
    since_word_s: NDArray[np.float32]  # (N,)
    encoders: str

    def __len__(self) -> int:
        return len(self.t_s)
