"""Notices about lost devices in the banner, and the title of the readiness list."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from app.window.banner import Banner
from core.status import DeviceState, DeviceStatus, RunState

REST = {"camera": "continuing with voice", "microphone": "continuing with the picture"}
OTHER = {"camera": "microphone", "microphone": "camera"}


class DeviceNotices(QObject):
    """Rebuilds the lines about both devices whenever one of them changes."""

    def __init__(self, banner: Banner) -> None:
        super().__init__(banner)
        self._banner = banner
        self._now: dict[str, DeviceStatus] = {}
        self._ran: set[str] = set()

    def clear(self) -> None:
        """Removes all lines at the end of a session."""
        self._now.clear()
        self._ran.clear()
        self._show()

    @Slot(str, object)
    def on_change(self, kind: str, status: DeviceStatus) -> None:
        """Takes the new status of the camera or the microphone."""
        self._now[kind] = status
        if status.state is DeviceState.RUNNING:
            self._ran.add(kind)
        elif status.state is DeviceState.OPENING:  # another device, or the first try: this one has not run yet
            self._ran.discard(kind)
        self._show()

    def _show(self) -> None:
        for kind in OTHER:
            if kind in self._now and self._now[kind].state is DeviceState.LOST:
                self._banner.hold(kind, self._line(kind))
            else:
                self._banner.release(kind)

    def _line(self, kind: str) -> str:
        other = self._now.get(OTHER[kind])
        rest = ""
        if other is not None and other.state is not DeviceState.OPENING:
            rest = REST[kind] if other.state is DeviceState.RUNNING else "nothing left to estimate from"
        if kind in self._ran:
            return f"{kind.capitalize()} disconnected{' — ' if rest else ''}{rest}. Retrying."
        message = self._now[kind].message or f"The {kind} cannot be opened."
        return f"{message} {rest.capitalize()}{'; trying' if rest else 'Trying'} again."


READY, ENDED, UNSTARTED = "Ready when you are", "Session ended", "The session could not start"


class ReadinessTitle:
    """Updates the title from the states of the run and its failures."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._words = READY

    def on_state(self, state: RunState) -> None:
        """Takes the run's new state."""
        if state is RunState.LIVE:
            self._words = ENDED
        elif state is RunState.STARTING:
            self._words = READY
        elif state in (RunState.IDLE, RunState.STOPPED):
            self._show(self._words)
        if state is RunState.IDLE:  # a start that fails at once is never seen as STARTING
            self._words = READY

    def on_failure(self) -> None:
        """Takes note that a session could not start, or ended without being stopped."""
        if self._words != ENDED:
            self._words = UNSTARTED
        self._show(self._words)
