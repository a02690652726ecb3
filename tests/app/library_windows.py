"""Writes generated sessions into a real session library, with the code that stores live ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.step_columns import NO_REASON, REASONS
from core.store.layout import MEDIA
from core.store.session_file import SessionFile
from core.store.stored_session import StoredFeatures, StoredSession
from core.types import MODALITIES, Estimate, Explanation, Presence


def put(
    library: Path,
    session: StoredSession,
    features: StoredFeatures | None = None,
    complete: bool = True,
    media: bool = False,
) -> str:
    """Stores a session and returns its id."""
    folder = library / session.facts.id
    facts = session.facts if features is None else replace(session.facts, encoders=features.encoders)
    file = SessionFile(folder, facts, features is not None)
    file.append(estimates(session, features))
    file.append((*session.words, *session.markers, *session.reports, *session.activities, *session.events))
    if complete:
        file.finish(session.timing)
    file.close()
    if media:
        (folder / MEDIA).write_bytes(b"a recording")
    return session.facts.id


def dated(session: StoredSession, session_id: str, started_utc: str, participant: str = "") -> StoredSession:
    """The same session with another id, start and participant."""
    purpose = "research" if participant else session.facts.purpose
    facts = replace(session.facts, id=session_id, started_utc=started_utc, participant=participant, purpose=purpose)
    return replace(session, facts=facts)


def estimates(session: StoredSession, features: StoredFeatures | None) -> Iterator[Estimate]:
    """The estimates from which the steps were stored."""
    steps = session.steps
    for i in range(len(steps)):
        reason = int(steps.abstains[i])
        yield Estimate(
            t_s=float(steps.t_s[i]),
            probabilities=steps.probabilities[i],
            weights=steps.weights[i],
            weight_low=steps.weight_low[i],
            weight_high=steps.weight_high[i],
            presence={m: _presence(session, i, k) for k, m in enumerate(MODALITIES)},
            abstains=None if reason == NO_REASON else REASONS[reason],
            compute_ms=float(steps.compute_ms[i]),
            explanation=_explanation(session, i),
            features=_features(features, i),
        )


def _presence(session: StoredSession, i: int, k: int) -> Presence:
    steps, reason = session.steps, int(session.steps.reasons[i, k])
    why = None if reason == NO_REASON else REASONS[reason]
    return Presence(bool(steps.present[i, k]), float(steps.quality[i, k]), why)


def _explanation(session: StoredSession, i: int) -> Explanation | None:
    steps = session.steps
    if np.isnan(steps.evidence[i]).all():
        return None
    heard = np.zeros((3, 3, 4), np.float32)
    return Explanation(heard, steps.told[i], steps.without[i], steps.evidence[i], np.full(4, 0.25, np.float32))


def _features(features: StoredFeatures | None, i: int) -> dict:
    if features is None:
        return {}
    kept = {m: k for k, m in enumerate(MODALITIES) if features.present[i, k]}
    return {m: features.vectors[m][i].astype(np.float16) for m in kept}
