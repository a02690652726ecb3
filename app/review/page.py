"""The Review page: stored sessions on the left, the chosen one on the right."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.review.controller import ReviewController
from app.review.dialogs import ReviewDialogs
from app.review.empty_state import ReviewEmptyState
from app.review.panes import wrapped
from app.review.session_list import SessionList
from app.review.session_view import OpenedSession, SessionView, prepare
from app.review.text import CHOOSE, NO_FIT
from app.session.jobs import JobRunner
from app.widgets.style_sheet import set_kind
from app.widgets.theme import UNIT
from core.review.comparison import Comparison
from core.step_columns import StepColumns
from core.store.stored_session import SessionLine
from core.types import SelfReport, Word

if TYPE_CHECKING:
    from core.store.session_library import SessionLibrary

LIST_PX = 31 * UNIT


class ReviewPage(QWidget):
    """Shows a session library.

    `notice` carries a sentence for the banner, `replay` the path of a recording; `personal_changed` is emitted when
    another personal calibration is in use.
    """

    notice = Signal(str)
    replay = Signal(object)
    personal_changed = Signal()

    def __init__(self, jobs: JobRunner) -> None:
        super().__init__()
        self.controller, self.dialogs = ReviewController(prepare, jobs, self), ReviewDialogs(self)
        self.list, self.session, self.empty = SessionList(), SessionView(), ReviewEmptyState()
        self._whole, self.whose = QStackedWidget(), wrapped("caption")
        self._wanted = ""
        self._first: str | None = ""
        self._build()
        self._connect_controller()
        self._connect_session()

    def _build(self) -> None:
        set_kind(self, "page")
        self.list.setFixedWidth(LIST_PX)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, UNIT)
        row.setSpacing(2 * UNIT)
        row.addWidget(self.list)
        row.addWidget(self.session, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.whose.setContentsMargins(3 * UNIT, UNIT, 3 * UNIT, 0)
        self.whose.hide()
        column.addWidget(self.whose)
        column.addWidget(self._whole, 1)
        for page in (self.empty, body):
            self._whole.addWidget(page)

    def _connect_controller(self) -> None:
        controller, session, dialogs = self.controller, self.session, self.dialogs
        self.list.searched.connect(controller.search)
        self.list.chosen.connect(self.open_session)
        controller.listed.connect(self._on_listed)
        controller.counted.connect(self.list.show_counts)
        controller.opened.connect(self._on_opened)
        controller.judged.connect(session.agreement.show_agreement)
        controller.compared.connect(self._on_compared)
        controller.progressed.connect(session.compare.show_progress)
        controller.failed.connect(session.compare.show_failed)
        controller.explaining.connect(session.timeline.why.show_progress)
        controller.explained.connect(self._read_again)
        controller.corrected.connect(self._read_again)
        controller.failed.connect(session.timeline.why.show_failed)
        controller.changed.connect(self._on_changed)
        controller.gone.connect(self.refresh)
        controller.surveyed.connect(self._on_surveyed)
        controller.personal_changed.connect(self._on_agreement_requested)
        controller.personal_changed.connect(self.personal_changed)
        controller.notice.connect(self.notice)
        dialogs.export.connect(self.export_to)
        dialogs.forget_words.connect(controller.forget_words)
        dialogs.erase.connect(controller.erase)
        dialogs.erase_participant.connect(controller.erase_participant)
        dialogs.erase_everything.connect(controller.erase_all)

    def _connect_session(self) -> None:
        session, controller = self.session, self.controller
        session.agreement_requested.connect(self._on_agreement_requested)
        session.header.renamed.connect(self._on_title)
        session.header.export.connect(self._on_export)
        session.header.replay.connect(self._on_replay)
        session.header.erase.connect(self._on_erase)
        session.transcript.corrected.connect(self._on_corrected)
        session.summary.noted.connect(self._on_note)
        session.agreement.use.connect(controller.use)
        session.agreement.undo.connect(controller.undo)
        session.recall.answered.connect(self._on_answer)
        session.compare.wanted.connect(self._on_compare)
        session.compare.stopped.connect(partial(controller.stop, "compare"))
        session.timeline.why.wanted.connect(self._on_explain)
        session.timeline.why.stopped.connect(partial(controller.stop, "explain"))

    # --- called by the window ----------------------------------------------------------------------------------

    def show_library(self, library: SessionLibrary, session_id: str | None = "", whose: str = "") -> None:
        """Lists the sessions of this library and opens one of them, by default the newest.

        For None it opens none, until the user chooses one. `whose` says above the list which sessions these are.
        """
        self.whose.setText(whose)
        self.whose.setVisible(bool(whose))
        self.controller.show_library(library)
        self._first = session_id
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Reads the list again, after a session has ended or was changed elsewhere."""
        self.controller.search(self.list.search.text())

    def show_recorded(self, session_id: str) -> None:
        """Reads the list again after a session has ended, and opens this one; "" where none was stored."""
        if session_id:
            self._first = session_id
        self.refresh()

    @Slot(str)
    def open_session(self, session_id: str) -> None:
        """Reads a session and shows it."""
        self._wanted, self._first = session_id, ""
        self.list.choose(session_id)
        line = self.list.current
        if line is not None and line.problem:
            self.session.show_broken(line)
        else:
            self.controller.open(session_id)

    # --- results of the controller -----------------------------------------------------------------------------

    @Slot(object)
    def _on_listed(self, lines: list[SessionLine]) -> None:
        query = self.list.search.text()
        self._whole.setCurrentIndex(1 if lines or query else 0)
        self.list.show_lines(lines, self._first)
        if self._first is not None:
            self._first = ""
        if lines and self._first is None:
            self._wanted = ""
            self.session.show_nothing(CHOOSE)
        elif not lines:
            self._wanted = ""
            self.session.show_nothing(NO_FIT.format(query=query))

    @Slot(object)
    def _on_opened(self, opened: OpenedSession) -> None:
        if opened.session.line.id != self._wanted:
            return
        if self.session.id != self._wanted:
            self.controller.stop("compare")
            self.controller.stop("explain")
        self.session.show_opened(opened)

    @Slot(str, object, object)
    def _on_compared(self, session_id: str, other: StepColumns, found: Comparison) -> None:
        if session_id == self.session.id:
            self.session.show_comparison(other, found)

    @Slot(str)
    def _read_again(self, session_id: str) -> None:
        if session_id == self._wanted:
            self.controller.open(session_id)

    @Slot()
    def _on_changed(self) -> None:
        self.refresh()
        if self.session.id == self._wanted:
            self.controller.open(self._wanted)

    @Slot(object, str)
    def _on_surveyed(self, lines: list[SessionLine], participant: str) -> None:
        if participant:
            self.dialogs.confirm_participant(participant, lines)
        else:
            self.dialogs.confirm_everything(lines)

    # --- actions of the user -----------------------------------------------------------------------------------

    @Slot()
    def _on_agreement_requested(self) -> None:
        if self.session.opened is not None:
            self.controller.judge(self.session.opened.session)

    @Slot(str)
    def _on_title(self, title: str) -> None:
        self.controller.rename(self.session.id, title)

    @Slot(str)
    def _on_note(self, text: str) -> None:
        self.controller.note(self.session.id, text)

    @Slot(object, str)
    def _on_corrected(self, word: Word, text: str) -> None:
        self.controller.correct(self.session.id, word, text)

    @Slot(object)
    def _on_answer(self, report: SelfReport) -> None:
        self.controller.report(self.session.id, report)

    @Slot(object)
    def _on_compare(self, folder: Path | None) -> None:
        if self.session.opened is not None:
            self.controller.compare(self.session.opened.session, folder)

    @Slot()
    def _on_explain(self) -> None:
        if self.session.opened is not None:
            self.controller.explain(self.session.opened.session)

    @Slot()
    def _on_replay(self) -> None:
        media = self.controller.media(self.session.id)
        if media is not None:
            self.replay.emit(media)

    @Slot(str)
    def _on_export(self, kind: str) -> None:
        if self.session.opened is not None:
            self.dialogs.choose_target(kind, self.session.opened.session.line)

    @Slot(str, object)
    def export_to(self, kind: str, target: Path) -> None:
        """Writes the session that is shown to `target` as `kind`."""
        if self.session.opened is not None:
            self.controller.export(self.session.opened.session, kind, target)

    @Slot(str)
    def _on_erase(self, what: str) -> None:
        line = self.list.current
        if line is not None and what == "words":
            self.dialogs.confirm_words(line)
        elif line is not None and what == "session":
            self.dialogs.confirm_session(line)
        elif line is not None:
            self.controller.survey(line.participant if what == "participant" else "")
