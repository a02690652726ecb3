"""What is known about a session besides its columns, as plain values, for the metadata of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.review.text import READ_AS

if TYPE_CHECKING:
    from core.store.stored_session import StoredSession


def session_metadata(session: StoredSession) -> dict[str, Any]:
    """Facts, timing report and note; `times` and `shares` explain the units."""
    facts = session.facts
    return {
        "what": READ_AS,
        "times": "seconds on the session clock, 0 at its start",
        "shares": "0 to 1",
        "title": session.line.title,
        "note": session.note,
        "id": facts.id,
        "started_utc": facts.started_utc,
        "duration_s": session.line.duration_s,
        "complete": session.line.complete,
        "purpose": facts.purpose,
        "participant": facts.participant,
        "study_id": facts.study_id,
        "input_kind": facts.input_kind,
        "input_name": facts.input_name,
        "profile": facts.profile,
        "checkpoint_sha256": facts.checkpoint_sha256,
        "encoders": facts.encoders,
        "device": facts.device,
        "hop_s": facts.hop_s,
        "settings": dict(facts.settings),
        "versions": dict(facts.versions),
        "timing": dict(session.timing),
    }
