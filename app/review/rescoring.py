"""Scores a stored session's features again: with another checkpoint to compare, or with its own to explain. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import StoreError
from core.settings import ModelSettings
from core.step_columns import StepColumns
from core.store.stored_session import StoredFeatures, StoredSession

if TYPE_CHECKING:
    from app.session.jobs import Job
    from core.review.comparison import Comparison

Progress = Callable[[int, int], object]


def compared(
    folder: Path | None, session: StoredSession, features: StoredFeatures, progress: Progress
) -> tuple[StepColumns, Comparison]:
    """The steps by the checkpoint in `folder` (None = the shipped one), and where they differ from the stored ones."""
    from core.review.comparison import compare
    from core.review.rescore import rescore

    other = rescore(features, folder, ModelSettings(), progress, session)
    return other, compare(session.steps, other, session.facts.hop_s)


def explained(session: StoredSession, features: StoredFeatures, progress: Progress) -> StepColumns:
    """The session's steps, each with its explanation."""
    from core.review.explain_session import explain_session

    return explain_session(session, features, ModelSettings(), progress).steps


def stoppable(job: Job) -> Progress:
    """Reports progress to `job`, and ends the scoring with `StoreError` once the job is cancelled."""

    def progress(done: int, total: int) -> None:
        if job.cancelled:
            raise StoreError("It was stopped. Nothing was changed.")
        job.report(done / total)

    return progress


class SessionExplanations:
    """Keeps the explanations of one session, in memory only: they are computed again within seconds."""

    def __init__(self) -> None:
        self._kept: tuple[str, StepColumns] | None = None

    def keep(self, session_id: str, steps: StepColumns) -> None:
        """Replaces what is kept."""
        self._kept = session_id, steps

    def forget(self) -> None:
        """Discards what is kept, because sessions were erased."""
        self._kept = None

    def put_into(self, session: StoredSession) -> StoredSession:
        """The session with its explanations, if they are kept."""
        from core.review.explain_session import fill

        kept = self._kept
        return fill(session, kept[1]) if kept is not None and kept[0] == session.line.id else session
