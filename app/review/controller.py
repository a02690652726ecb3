"""The Review page's desk: what takes longer than a frame is done here in jobs, and said by signals. No widget.

Jobs take turns at the shelf, so that what is being read is not erased meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from app.presentation.text import session_count
from app.review.agreement import AgreementCalculator, PersonalAgreement
from app.review.rescoring import SessionExplanations, compared, explained, telling
from app.session.background_job import Job
from app.session.job_queue import JobQueue
from core.store.stored_session import SessionLine, StoredSession
from core.types import SelfReport

if TYPE_CHECKING:
    from core.self_report.personal_calibration import PersonalCalibration
    from core.store.session_library import SessionLibrary
    from core.store.stored_session import StoredSteps

CHANGE = "change"


class ReviewController(QObject):
    """Reads, judges and changes what lies on a shelf."""

    listed = Signal(object)
    """list[SessionLine]"""
    counted = Signal(str, object)
    """An id, and how many of its steps named each state, and at last none: for the small bar of the list."""
    opened = Signal(object)
    """What `prepare` made of a StoredSession"""
    judged = Signal(object)
    """Judgement"""
    compared = Signal(str, object, object)
    """The session's id, Steps of the other checkpoint, Comparison"""
    progressed = Signal(float)
    """Share of a re-scoring that is done."""
    explaining = Signal(float)
    """Share of a session that is explained."""
    explained = Signal(str)
    """An id: read it again, and it has its reasons."""
    changed = Signal()
    """A session is no longer as it was."""
    gone = Signal()
    """Sessions were erased, or should have been."""
    surveyed = Signal(object, str)
    """list[SessionLine] of all sessions, and the participant whom it was about ("" = everybody)."""
    personal_changed = Signal()
    failed = Signal(str)
    """The topic of what came to nothing; `said` tells why."""
    said = Signal(str)

    def __init__(self, prepare: Callable[[StoredSession], object], parent: QObject) -> None:
        super().__init__(parent)
        self._prepare = prepare
        self._library: SessionLibrary | None = None
        self._judge, self._reasons = AgreementCalculator(), SessionExplanations()
        self._counts: dict[tuple[str, int], tuple[int, ...]] = {}
        self._one = Lock()
        self._jobs = JobQueue(self)
        self._jobs.failed.connect(self._on_failed)

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return self._jobs.busy

    def show_library(self, library: SessionLibrary) -> None:
        """Work with this shelf."""
        self._library = library

    # --- reading -----------------------------------------------------------------------------------------------

    def look(self, query: str) -> None:
        """List what fits the query, then count the states of each."""
        if self._library is not None:
            library = self._library
            self._jobs.run("list", lambda _job: self._alone(lambda: library.lines(query)), self._on_listed)

    def open(self, session_id: str) -> None:
        """Read a session and make it ready to be shown."""
        if self._library is not None:
            library = self._library
            read = lambda: self._reasons.put_into(self._alone(lambda: library.read(session_id)))  # noqa: E731
            self._jobs.run("open", lambda _job: self._prepare(read()), self.opened.emit)

    def survey(self, participant: str) -> None:
        """List all sessions, whatever is searched for: before a participant, or everything, goes."""
        if self._library is not None:
            library = self._library
            done = lambda lines: self.surveyed.emit(lines, participant)  # noqa: E731
            self._jobs.run("survey", lambda _job: self._alone(library.lines), done)

    def _alone(self, act: Callable[[], Any]) -> Any:
        """One at a time: a session that is being read cannot be erased."""
        with self._one:
            return act()

    def _on_listed(self, lines: list[SessionLine]) -> None:
        self.listed.emit(lines)
        missing = [line for line in lines if not line.problem and (line.id, line.steps) not in self._counts]
        for line in lines:
            if (counts := self._counts.get((line.id, line.steps))) is not None:
                self.counted.emit(line.id, counts)
        if missing and self._library is not None:
            self._jobs.run("count", partial(self._count, self._library, missing), lambda _none: None)

    def _count(self, library: SessionLibrary, lines: Sequence[SessionLine], job: Job) -> None:
        for line in lines:
            if job.cancelled:
                return
            with self._one:
                counts = library.counts(line.id)
            self._counts[line.id, line.steps] = counts
            self.counted.emit(line.id, counts)

    # --- judging -----------------------------------------------------------------------------------------------

    def judge(self, session: StoredSession) -> None:
        """How right is it for the person of this session, over all of their sessions?"""
        if self._library is not None:
            look = partial(self._judge.judge, self._library, session)
            self._jobs.run("judge", lambda job: self._alone(lambda: look(job)), self._on_judged)

    def _on_judged(self, judgement: PersonalAgreement | None) -> None:
        if judgement is not None:
            self.judged.emit(judgement)

    def use(self, personal: PersonalCalibration) -> None:
        """Estimate with this calibration from now on."""
        from core.self_report.personal_calibration import save

        self._jobs.run("personal", lambda _job: save(personal), self._on_personal)

    def undo(self) -> None:
        """Estimate as shipped again."""
        from core.self_report.personal_calibration import forget

        self._jobs.run("personal", lambda _job: forget(), self._on_personal)

    def _on_personal(self, _none: object) -> None:
        self.personal_changed.emit()

    def compare(self, session: StoredSession, folder: Path | None) -> None:
        """Score the session's features by the checkpoint in `folder`, None for the shipped one."""
        done = lambda found: self.compared.emit(session.line.id, *found)  # noqa: E731
        self._score("compare", session, partial(compared, folder), self.progressed, done)

    def explain(self, session: StoredSession) -> None:
        """Work out from the session's features why each step came out as it did."""
        self._score("explain", session, explained, self.explaining, partial(self._on_explained, session.line.id))

    def stop(self, topic: str) -> None:
        """What is under way about "compare" or "explain" is no longer wanted."""
        self._jobs.drop(topic)

    def _on_explained(self, session_id: str, steps: StoredSteps) -> None:
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
            self._jobs.run(topic, lambda job: act(session, self._alone(read), telling(progress.emit, job)), done)

    # --- changing ----------------------------------------------------------------------------------------------

    def rename(self, session_id: str, title: str) -> None:
        """Give a session a title."""
        self._change(lambda library: library.rename(session_id, title), self._on_change)

    def note(self, session_id: str, text: str) -> None:
        """Keep a note with a session."""
        self._change(lambda library: library.set_note(session_id, text), self._on_change)

    def report(self, session_id: str, report: SelfReport) -> None:
        """Keep what the person says of a moment of a session."""
        self._change(lambda library: library.add_report(session_id, report), self._on_change)

    def erase(self, session_id: str) -> None:
        """One session, really."""
        self._erase(lambda library: library.erase(session_id), lambda _none: "The session is erased.")

    def forget_words(self, session_id: str) -> None:
        """The recognised words of one session, and nothing else of it."""
        self._change(lambda library: library.forget_words(session_id), self._on_change)

    def erase_participant(self, participant: str) -> None:
        """All sessions of one participant, really."""
        words = lambda count: f"Erased: {session_count(count)} of {participant}."  # noqa: E731
        self._erase(lambda library: library.erase_participant(participant), words)

    def erase_all(self) -> None:
        """Everything, really."""
        self._erase(lambda library: library.erase_all(), lambda count: f"Erased: {session_count(count)}.")

    def export(self, session: StoredSession, kind: str, target: Path) -> None:
        """Write a session for other programs."""
        from core.export import export

        done = lambda _none: self.said.emit(f"Saved as {target}.")  # noqa: E731
        self._jobs.run(f"export {target}", lambda _job: export(session, kind, target), done)

    def media(self, session_id: str) -> Path | None:
        """The recording of a session; None without one."""
        return self._library.media(session_id) if self._library is not None else None

    def _erase(self, act: Callable[[SessionLibrary], Any], words: Callable[[Any], str]) -> None:
        self._counts.clear()
        for topic in ("count", "explain"):
            self._jobs.drop(topic)
        self._judge.forget()
        self._reasons.forget()
        self._change(act, lambda result: (self.said.emit(words(result)), self.gone.emit()))

    def _change(self, act: Callable[[SessionLibrary], Any], done: Callable[[Any], object]) -> None:
        """One change after another: each is a topic of its own, so none is dropped."""
        if self._library is not None:
            library = self._library
            self._jobs.run(f"{CHANGE} {id(act)}", lambda _job: self._alone(lambda: act(library)), done)

    def _on_change(self, _none: object) -> None:
        self.changed.emit()

    @Slot(str, str)
    def _on_failed(self, topic: str, sentence: str) -> None:
        self.failed.emit(topic)
        self.said.emit(sentence)
        if topic.startswith(CHANGE):
            self.gone.emit()

    def close(self) -> list[str]:
        """End all jobs; names of threads that are left."""
        return self._jobs.close()
