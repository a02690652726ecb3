"""Stores a made-up session in a real file with the program's recorder."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.settings import StoreSettings
from core.step_columns import NO_REASON, REASONS
from core.store.recorder import SessionRecorder
from core.store.stored_session import StoredFeatures, StoredSession
from core.types import MODALITIES, Estimate, Presence


def store_session(session: StoredSession, library: Path, features: StoredFeatures | None = None) -> str:
    """Record all of a session; returns its id."""
    problems: list[str] = []
    recorder = SessionRecorder(library, StoreSettings(words=True, features=features is not None), problems.append)
    recorder.begin(session.facts)
    for place in range(len(session.steps)):
        recorder.step(_estimate(session, place, features))
    recorder.words(session.words)
    for entry in (*session.markers, *session.reports, *session.activities, *session.events):
        recorder.entry(entry)
    recorder.end(session.timing)
    assert not problems, problems
    return session.facts.id


def _estimate(session: StoredSession, place: int, features: StoredFeatures | None) -> Estimate:
    steps = session.steps
    abstains = int(steps.abstains[place])
    return Estimate(
        t_s=float(steps.t_s[place]),
        probabilities=steps.probabilities[place],
        weights=steps.weights[place],
        weight_low=steps.weight_low[place],
        weight_high=steps.weight_high[place],
        presence={
            modality: Presence(
                bool(steps.present[place, column]),
                float(steps.quality[place, column]),
                None if steps.reasons[place, column] == NO_REASON else REASONS[int(steps.reasons[place, column])],
            )
            for column, modality in enumerate(MODALITIES)
        },
        abstains=None if abstains == NO_REASON else REASONS[abstains],
        compute_ms=float(steps.compute_ms[place]),
        features={}
        if features is None
        else {
            modality: features.vectors[modality][place].astype(np.float16)
            for column, modality in enumerate(MODALITIES)
            if steps.present[place, column]
        },
    )
