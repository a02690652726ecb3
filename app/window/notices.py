"""Keeps the banner's lines about lost devices true: made anew from both devices whenever one of them changes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from app.window.banner import Banner
from core.status import DeviceState, DeviceStatus, RunState

REST = {"camera": "continuing with voice", "microphone": "continuing with the picture"}
OTHER = {"camera": "microphone", "microphone": "camera"}


class DeviceNotices(QObject):
    """Told of every change of a device."""

    def __init__(self, banner: Banner) -> None:
        super().__init__(banner)
        self._banner = banner
        self._now: dict[str, DeviceStatus] = {}
        self._ran: set[str] = set()

    def forget(self) -> None:
        """The session is over, and its devices with it."""
        self._now.clear()
        self._ran.clear()
        self._show()

    @Slot(str, object)
    def take(self, kind: str, status: DeviceStatus) -> None:
        """Camera or microphone stands like this now."""
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
            rest = REST[kind] if other.state is DeviceState.RUNNING else "nothing left to go on"
        if kind in self._ran:
            return f"{kind.capitalize()} disconnected{' — ' if rest else ''}{rest}. Retrying."
        message = self._now[kind].message or f"The {kind} cannot be opened."
        return f"{message} {rest.capitalize()}{'; trying' if rest else 'Trying'} again."


READY, ENDED, UNSTARTED = "Ready when you are", "Session ended", "The session could not start"


class ReadinessTitle:
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
