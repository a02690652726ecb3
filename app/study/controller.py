"""Opens the dialogs of a study: who takes part in the next session, and who withdraws.

Sessions are read and erased in background jobs: that may take seconds, above all where one of them is in use.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.study.consent_dialog import ConsentDialog, WithdrawDialog, erased_words
from core.errors import MonitorError, sentence
from core.study.gate import load_gate, problems

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.session.controller import SessionController
    from core.store.stored_session import SessionLine

TOPIC = "study"
GATE_SHUT = "Research is locked again. Open Settings, Purpose, and check the study's four facts."
STILL_AT_IT = "A withdrawal is still under way. Wait until it has ended."
T = TypeVar("T")


class StudyController(QObject):
    """At most one job at a time."""

    notice = Signal(str)
    withdrew = Signal()
    """Some or all sessions of a participant were erased."""

    def __init__(self, controller: SessionController, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller, self._window = controller, parent

    def choose_participant(self) -> None:
        """Opens the dialog in which the participant of the next session is chosen and consents."""
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

    def choose_withdrawal(self) -> None:
        """Lists what a withdrawal would erase of each participant, then opens the dialog to choose one."""
        self._run(self._controller.study.sessions, self._show_withdrawal)

    def _show_withdrawal(self, sessions: dict[str, list[SessionLine]]) -> None:
        dialog = WithdrawDialog({name: erased_words(name, lines) for name, lines in sessions.items()}, self._window)
        dialog.confirmed.connect(self._withdraw)
        dialog.open()

    def _withdraw(self, pseudonym: str) -> None:
        self.notice.emit(f"{pseudonym} is being withdrawn …")
        self._run(lambda: self._controller.study.withdraw(pseudonym), self._on_withdrawn)

    def _on_withdrawn(self, result: str) -> None:
        self.notice.emit(result)
        self.withdrew.emit()

    def _run(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        jobs = self._controller.jobs
        if jobs.running(TOPIC):
            self.notice.emit(STILL_AT_IT)
        else:
            jobs.run(TOPIC, lambda _job: work(), done, self.notice.emit)
