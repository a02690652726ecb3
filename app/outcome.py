"""Keeps the first line of the readiness list true: what became of the last session. No Qt."""

from __future__ import annotations

from collections.abc import Callable

from core.status import RunState

READY, ENDED, UNSTARTED = "Ready when you are", "Session ended", "The session could not start"


class Outcome:
    """Told of every state and of every failure, it hands on the line."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._words = READY

    def take(self, state: RunState) -> None:
        """The run stands like this now."""
        if state is RunState.LIVE:
            self._words = ENDED
        elif state is RunState.STARTING:
            self._words = READY
        elif state in (RunState.IDLE, RunState.STOPPED):
            self._show(self._words)
        if state is RunState.IDLE:  # a start that fails at once is never seen as STARTING
            self._words = READY

    def fail(self) -> None:
        """A session ended that nobody stopped, or could not begin."""
        if self._words != ENDED:
            self._words = UNSTARTED
        self._show(self._words)
