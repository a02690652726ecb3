"""The dialogs of a study, and what they lead to: who takes part is asked, and who withdraws is erased.

Sessions are looked through and erased on a thread beside the window: it may take seconds, above all where one of them
is in use.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.session.background_job import Job
from app.study.consent_dialog import ConsentDialog, WithdrawDialog, erased_words
from core.errors import MonitorError, sentence
from core.study.gate import load_gate, problems

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.session.controller import SessionController
    from core.store.stored_session import SessionLine

GATE_SHUT = "Research is locked again. Open Settings, Purpose, and look at the study's four facts."
STILL_AT_IT = "A withdrawal is still under way. Wait for its end."
ENDS_WITHIN_S = 2.0


class StudyController(QObject):
    """One thing at a time. `said` is for the window's banner."""

    said = Signal(str)
    withdrew = Signal()
    """Sessions were erased, or some of them."""

    def __init__(self, controller: SessionController, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller, self._window = controller, parent
        self._job: Job | None = None

    def ask_who(self) -> None:
        """Before a session of Research: whose it is."""
        try:
            gate = load_gate()
            if problems(gate, date.today()):
                self._controller.session_failed.emit(GATE_SHUT)
                return
            dialog = ConsentDialog(gate, self._controller.study.participants(), self._window)
        except MonitorError as error:
            self._controller.session_failed.emit(sentence(error))
            return
        dialog.chosen.connect(self._controller.start_for)
        dialog.agreed.connect(self._agree)
        dialog.open()

    def _agree(self, pseudonym: str) -> None:
        try:
            name = self._controller.study.agree(pseudonym)
        except MonitorError as error:
            self._controller.session_failed.emit(sentence(error))
            return
        self._controller.start_for(name)

    def ask_withdrawal(self) -> None:
        """Who withdraws, once it is known what of each would be erased."""
        self._run(self._controller.study.sessions, self._show_withdrawal)

    def _show_withdrawal(self, sessions: dict[str, list[SessionLine]]) -> None:
        dialog = WithdrawDialog({name: erased_words(name, lines) for name, lines in sessions.items()}, self._window)
        dialog.confirmed.connect(self._withdraw)
        dialog.open()

    def _withdraw(self, pseudonym: str) -> None:
        self.said.emit(f"{pseudonym} is being withdrawn …")
        self._run(lambda: self._controller.study.withdraw(pseudonym), self._tell)

    def _tell(self, readiness_title: str) -> None:
        self.said.emit(readiness_title)
        self.withdrew.emit()

    def _run(self, work: Callable[[], object], done: Callable[[Any], None]) -> None:
        if self._job is not None:
            self.said.emit(STILL_AT_IT)
            return
        self._job = Job("study", lambda _job: work(), self)
        self._job.done.connect(lambda result: self._end(done, result))
        self._job.failed.connect(lambda failure: self._end(self.said.emit, failure))
        self._job.start()

    def _end(self, done: Callable[[Any], None], result: object) -> None:
        self._job = None
        done(result)

    def close(self) -> None:
        """Let what is being erased come to its end."""
        if self._job is not None:
            self._controller.leftover += self._job.end(ENDS_WITHIN_S)
