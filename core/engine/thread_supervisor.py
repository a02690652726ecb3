"""The edge of an engine thread: a failure becomes one sentence for people, a log entry, and the end of the session."""

from __future__ import annotations

import logging
from collections.abc import Callable

from core.errors import MonitorError
from core.load_errors import load_failure

_logger = logging.getLogger(__name__)


def run_supervised(name: str, body: Callable[[], None], on_failure: Callable[[str], None]) -> None:
    """Run a thread's body; calls `on_failure` with a sentence if it raises."""
    try:
        body()
    except MonitorError as error:
        _logger.warning("The %s thread ended: %s", name, error)
        on_failure(str(error))
    except BaseException as error:  # extension modules raise panics that are no Exception; the session must not hang
        _logger.exception("The %s thread failed.", name)
        what = f"{type(error).__name__}: {error}"
        on_failure(
            load_failure(error)
            or f"The {name} thread failed ({what}) and the session was stopped. Start again; the log holds the details."
        )
