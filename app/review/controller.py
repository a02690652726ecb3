"""Reads, scores and changes stored sessions in background jobs, and reports by signals. No widget.

Jobs take turns at the session library, so that a session is not erased while it is being read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, SignalInstance

from app.presentation.text import session_count
from app.review.agreement import AgreementCalculator, PersonalAgreement
from app.review.rescoring import SessionExplanations, compared, explained, stoppable
from app.session.jobs import Job, JobRunner
from core.store.stored_session import SessionLine, StoredSession
from core.types import Correction, SelfReport, Word

if TYPE_CHECKING:
    from core.self_report.personal_calibration import PersonalCalibration
    from core.step_columns import StepColumns
    from core.store.session_library import SessionLibrary

CHANGE = "change"
"""How the topics of changes begin."""


class ReviewController(QObject):
    """Works on one session library."""

    listed = Signal(object)
    """list[SessionLine]"""
    counted = Signal(str, object)
    """A session's id, and in how many of its steps each state led and at last none: for the bar in the list."""
    opened = Signal(object)
    """What `prepare` returned for a StoredSession"""
    judged = Signal(object)
    """PersonalAgreement"""
    compared = Signal(str, object, object)
    """The session's id, StepColumns of the other checkpoint, Comparison"""
    progressed = Signal(float)
    """Share of a re-scoring that is done."""
    explaining = Signal(float)
    """Share of a session that is explained."""
    explained = Signal(str)
    """A session's id: read again, its steps have explanations."""
    corrected = Signal(str)
    """The id of a session in which a word was corrected. It stays open, even if it no longer fits the search."""
    changed = Signal()
    """A session was changed."""
    gone = Signal()
    """Sessions were erased, or a change failed: the list may be out of date."""
    surveyed = Signal(object, str)
    """list[SessionLine] of all sessions, and the participant in question ("" = all)."""
    personal_changed = Signal()
    failed = Signal(str)
    """The topic of a job that failed; `notice` carries the reason."""
    notice = Signal(str)

    def __init__(self, prepare: Callable[[StoredSession], object], jobs: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._prepare, self._jobs = prepare, jobs
        self._library: SessionLibrary | None = None
        self._judge, self._reasons = AgreementCalculator(), SessionExplanations()
        self._counts: dict[tuple[str, int], tuple[int, ...]] = {}
        self._one = Lock()
        self._numbers = count()  # of topics, where no job may replace another

    def show_library(self, library: SessionLibrary) -> None:
        """Works on this library from now on."""
        self._library = library

    # --- reading -----------------------------------------------------------------------------------------------

    def search(self, query: str) -> None:
        """Lists the sessions that match `query`, then counts the states of each."""
        if self._library is not None:
            library = self._library
            self._run("list", lambda _job: self._alone(lambda: library.lines(query)), self._on_listed)

    def open(self, session_id: str) -> None:
        """Reads a session and prepares it for display."""
        if self._library is not None:
            library = self._library

            def prepare(_job: Job) -> object:
                return self._prepare(self._reasons.put_into(self._alone(lambda: library.read(session_id))))

            self._run("open", prepare, self.opened.emit)

    def survey(self, participant: str) -> None:
        """Lists all sessions, regardless of the search, before those of a participant or all are erased."""
        if self._library is not None:
            library = self._library
            done = lambda lines: self.surveyed.emit(lines, participant)  # noqa: E731
            self._run("survey", lambda _job: self._alone(library.lines), done)

    def _alone(self, act: Callable[[], Any]) -> Any:
        """Runs one function at a time: a session that is being read cannot be erased."""
        with self._one:
            return act()

    def _on_listed(self, lines: list[SessionLine]) -> None:
        self.listed.emit(lines)
        missing = [line for line in lines if not line.problem and (line.id, line.steps) not in self._counts]
        for line in lines:
            if (counts := self._counts.get((line.id, line.steps))) is not None:
                self.counted.emit(line.id, counts)
        if missing and self._library is not None:
            self._run("count", partial(self._count, self._library, missing), lambda _none: None)

    def _count(self, library: SessionLibrary, lines: Sequence[SessionLine], job: Job) -> None:
        for line in lines:
            if job.cancelled:
                return
            with self._one:
                counts = library.counts(line.id)
            self._counts[line.id, line.steps] = counts
            self.counted.emit(line.id, counts)

    # --- scoring -----------------------------------------------------------------------------------------------

    def judge(self, session: StoredSession) -> None:
        """Computes how well estimates agree with this person's self-reports, over all of their sessions."""
        if self._library is not None:
            compute = partial(self._judge.judge, self._library, session)
            self._run("judge", lambda job: self._alone(lambda: compute(job)), self._on_judged)

    def _on_judged(self, judgement: PersonalAgreement | None) -> None:
        if judgement is not None:
            self.judged.emit(judgement)

    def use(self, personal: PersonalCalibration) -> None:
        """Uses this personal calibration from now on."""
        from core.self_report.personal_calibration import save

        self._run("personal", lambda _job: save(personal), self._on_personal)

    def undo(self) -> None:
        """Removes the personal calibration."""
        from core.self_report.personal_calibration import forget

        self._run("personal", lambda _job: forget(), self._on_personal)

    def _on_personal(self, _none: object) -> None:
        self.personal_changed.emit()

    def compare(self, session: StoredSession, folder: Path | None) -> None:
        """Scores the session's features with the checkpoint in `folder`, None for the shipped one."""
        done = lambda found: self.compared.emit(session.line.id, *found)  # noqa: E731
        self._score("compare", session, partial(compared, folder), self.progressed, done)

    def explain(self, session: StoredSession) -> None:
        """Computes the explanation of each step from the session's features."""
        self._score("explain", session, explained, self.explaining, partial(self._on_explained, session.line.id))

    def stop(self, topic: str) -> None:
        """Stops a job about "compare" or "explain"; nothing more of it is reported."""
        self._jobs.drop(topic)

    def _on_explained(self, session_id: str, steps: StepColumns) -> None:
        self._reasons.keep(session_id, steps)
        self.explained.emit(session_id)

    def _score(
        self,
        topic: str,
        session: StoredSession,
        act: Callable[..., Any],
        progress: SignalInstance,
        done: Callable[[Any], object],
    ) -> None:
        if self._library is not None:
            read = partial(self._library.features, session.line.id)
            self._run(topic, lambda job: act(session, self._alone(read), stoppable(job)), done, progress.emit)

    # --- changing ----------------------------------------------------------------------------------------------

    def rename(self, session_id: str, title: str) -> None:
        """Gives a session a title."""
        self._change(lambda library: library.rename(session_id, title), self._on_change)

    def note(self, session_id: str, text: str) -> None:
        """Stores a note with a session."""
        self._change(lambda library: library.set_note(session_id, text), self._on_change)

    def report(self, session_id: str, report: SelfReport) -> None:
        """Stores a self-report about a moment of a session."""
        self._change(lambda library: library.add_report(session_id, report), self._on_change)

    def correct(self, session_id: str, word: Word, text: str) -> None:
        """Corrects a word of a session; empty: it was not said."""
        made = Correction(word, text, datetime.now(UTC).isoformat(timespec="seconds"))
        self._change(lambda library: library.correct(session_id, made), lambda _none: self.corrected.emit(session_id))

    def erase(self, session_id: str) -> None:
        """Erases one session."""
        self._erase(lambda library: library.erase(session_id), lambda _none: "The session is erased.")

    def forget_words(self, session_id: str) -> None:
        """Erases the recognised words of one session, and nothing else of it."""
        self._change(lambda library: library.forget_words(session_id), self._on_change)

    def erase_participant(self, participant: str) -> None:
        """Erases all sessions of one participant."""
        words = lambda count: f"Erased: {session_count(count)} of {participant}."  # noqa: E731
        self._erase(lambda library: library.erase_participant(participant), words)

    def erase_all(self) -> None:
        """Erases all sessions."""
        self._erase(lambda library: library.erase_all(), lambda count: f"Erased: {session_count(count)}.")

    def export(self, session: StoredSession, kind: str, target: Path) -> None:
        """Writes a session in a format for other programs."""
        from core.export import export

        done = lambda _none: self.notice.emit(f"Saved as {target}.")  # noqa: E731
        self._run(f"export {next(self._numbers)}", lambda _job: export(session, kind, target), done)

    def media(self, session_id: str) -> Path | None:
        """The recording of a session; None without one."""
        return self._library.media(session_id) if self._library is not None else None

    def _erase(self, act: Callable[[SessionLibrary], Any], words: Callable[[Any], str]) -> None:
        self._counts.clear()
        for topic in ("count", "explain"):
            self._jobs.drop(topic)
        self._judge.forget()
        self._reasons.forget()

        def done(result: Any) -> None:
            self.notice.emit(words(result))
            self.gone.emit()

        self._change(act, done)

    def _change(self, act: Callable[[SessionLibrary], Any], done: Callable[[Any], object]) -> None:
        """Runs one change after another. Each has its own topic, so that none replaces another."""
        if self._library is not None:
            library = self._library
            self._run(f"{CHANGE} {next(self._numbers)}", lambda _job: self._alone(lambda: act(library)), done)

    def _on_change(self, _none: object) -> None:
        self.changed.emit()

    def _run(
        self,
        topic: str,
        work: Callable[[Job], Any],
        done: Callable[[Any], object],
        progressed: Callable[[float], object] = lambda _share: None,
    ) -> None:
        self._jobs.run(topic, work, done, partial(self._on_failed, topic), progressed)

    def _on_failed(self, topic: str, sentence: str) -> None:
        self.failed.emit(topic)
        self.notice.emit(sentence)
        if topic.startswith(CHANGE):
            self.gone.emit()
