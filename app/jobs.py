"""Work that may take longer than a frame: one function on one QThread, which says how it ended."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from PySide6.QtCore import QObject, QThread, Signal

from core.errors import MonitorError


class Job(QThread):
    """Runs `work(job)` on its own thread. `progress` carries a share of 1; `cancelled` is for the work to look at."""

    done = Signal(object)
    failed = Signal(str)
    progress = Signal(float)

    def __init__(self, name: str, work: Callable[[Job], object], parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._work = work
        self._cancel = Event()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._cancel.is_set()

    def cancel(self) -> None:
        """Ask the work to stop at its next look at `cancelled`."""
        self._cancel.set()

    def run(self) -> None:
        """The thread's body."""
        try:
            result = self._work(self)
        except MonitorError as error:
            self.failed.emit(str(error))
        else:
            self.done.emit(result)
