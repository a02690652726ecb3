"""Work that may take longer than a frame: one function on a thread of its own, which says how it ended."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from threading import Event, Thread
from types import TracebackType

from PySide6.QtCore import QObject, Signal, Slot

from app.failure import sentence
from core.errors import MonitorError

_log = logging.getLogger(__name__)


class Job(QObject):
    """Runs `work(job)` once. Exactly one of `done` and `failed` comes, whatever the work raises.

    `cancelled` is for the work to look at. The thread is a daemon: work that hangs in a library must not keep the
    program from ending.
    """

    done = Signal(object)
    failed = Signal(str)
    _over = Signal()
    """After the other two: a job that was deleted while it emits would not reach all its receivers."""

    def __init__(self, name: str, work: Callable[[Job], object], parent: QObject) -> None:
        super().__init__(parent)
        self._name, self._work = name, work
        self._cancel = Event()
        self._thread = Thread(target=self._run, name=f"job-{name}", daemon=True)
        self._over.connect(self._go)

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._cancel.is_set()

    def start(self) -> None:
        """Begin the work."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask the work to stop at its next look at `cancelled`."""
        self._cancel.set()

    def end(self, within_s: float) -> list[str]:
        """Ask it to stop and wait so long; its thread's name if it is still at work."""
        self.cancel()
        self._thread.join(within_s)
        return [self._thread.name] if self._thread.is_alive() else []

    @Slot()
    def _go(self) -> None:
        self.deleteLater()

    def _run(self) -> None:
        with ExitStack() as boundary:
            boundary.push(self._say_failure)
            self.done.emit(self._work(self))
        self._over.emit()

    def _say_failure(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        if error is None:
            return False
        if not isinstance(error, (MonitorError, OSError)):
            _log.error("The job '%s' failed.", self._name, exc_info=error)
        self.failed.emit(sentence(error))
        return True
