"""Scores a stored session's features again: by another checkpoint, to compare, or by its own, to say why. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import StoreError
from core.settings import ModelSettings
from core.store.stored_session import StoredFeatures, StoredSession, StoredSteps

if TYPE_CHECKING:
    from app.session.background_job import Job
    from core.review.comparison import Comparison

Progress = Callable[[int, int], object]


def compared(
    folder: Path | None, session: StoredSession, features: StoredFeatures, progress: Progress
) -> tuple[StoredSteps, Comparison]:
    """What the checkpoint in `folder` makes of it, None for the shipped one, and where the two part."""
    from core.review.comparison import compare
    from core.review.rescore import rescore

    other = rescore(features, folder, ModelSettings(), progress, session)
    return other, compare(session.steps, other, session.facts.hop_s)


def explained(session: StoredSession, features: StoredFeatures, progress: Progress) -> StoredSteps:
    """The session's steps, each with its reasons."""
    from core.review.explain_session import explain_session

    return explain_session(session, features, ModelSettings(), progress).steps


def telling(tell: Callable[[float], object], job: Job) -> Progress:
    """Progress that is told as a share, and ends the scoring once its job is cancelled."""

    def progress(done: int, total: int) -> None:
        if job.cancelled:
            raise StoreError("It was stopped. Nothing was changed.")
        tell(done / total)

    return progress


class SessionExplanations:
    """Keeps those of the session explained last, in memory alone: they are worked out again in seconds."""

    def __init__(self) -> None:
        self._kept: tuple[str, StoredSteps] | None = None

    def keep(self, session_id: str, steps: StoredSteps) -> None:
        """These instead of what was kept."""
        self._kept = session_id, steps

    def forget(self) -> None:
        """Sessions were erased: nothing of them may stay."""
        self._kept = None

    def put_into(self, session: StoredSession) -> StoredSession:
        """The session with what is known of it."""
        from core.review.explain_session import fill

        kept = self._kept
        return fill(session, kept[1]) if kept is not None and kept[0] == session.line.id else session
