"""Work that may take longer than a frame: one function on a thread of its own, which says how it ended."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from threading import Event, Thread
from types import TracebackType

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import MonitorError, sentence

_log = logging.getLogger(__name__)


class Job(QObject):
    """Runs `work(job)` once. Exactly one of `done` and `failed` comes in the window's thread, whatever the work raises.

    `cancelled` is for the work to look at. The thread is a daemon: work that hangs in a library must not keep the
    program from ending.
    """

    done = Signal(object)
    failed = Signal(str)
    _ended = Signal(object, str)
    """The result, or what failed; from the job's thread to the window's."""

    def __init__(self, name: str, work: Callable[[Job], object], parent: QObject) -> None:
        super().__init__(parent)
        self._name, self._work = name, work
        self._cancel = Event()
        self._thread = Thread(target=self._run, name=f"job-{name}", daemon=True)
        self._ended.connect(self._say_end)

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

    @Slot(object, str)
    def _say_end(self, result: object, failure: str) -> None:
        self._thread.join()  # it has nothing left to do; whoever hears of the end may delete this object
        if failure:
            self.failed.emit(failure)
        else:
            self.done.emit(result)
        self.deleteLater()

    def _run(self) -> None:
        with ExitStack() as boundary:
            boundary.push(self._say_failure)
            self._ended.emit(self._work(self), "")

    def _say_failure(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        if error is None:
            return False
        if not isinstance(error, (MonitorError, OSError)):
            _log.error("The job '%s' failed.", self._name, exc_info=error)
        self._ended.emit(None, sentence(error))
        return True
