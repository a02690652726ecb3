"""What becomes of a thread that fails: it is said in one sentence, logged, and the engine stops."""

from __future__ import annotations

import logging
from collections.abc import Callable
from types import TracebackType

from core.engine.status_store import StatusStore
from core.errors import MonitorError
from core.status import RunState

_log = logging.getLogger(__name__)


class ThreadSupervisor:
    """Around a thread's body: whatever ends it unexpectedly is said in one sentence, logged, and stops the engine."""

    def __init__(self, name: str, status_store: StatusStore, stop: Callable[[], None]) -> None:
        self._name, self._status_store, self._stop = name, status_store, stop

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None:
            return False
        if not isinstance(error, MonitorError):
            _log.error("The %s thread failed.", self._name, exc_info=error)
        self._stop()
        self._status_store.error(_sentence(self._name, error))
        self._status_store.state(RunState.STOPPED)
        return True


def _sentence(name: str, error: BaseException) -> str:
    if isinstance(error, MonitorError):
        return str(error)
    what = f"{type(error).__name__}: {error}"
    return f"The {name} part failed ({what}) and the session was stopped. Start again; the log holds the details."
