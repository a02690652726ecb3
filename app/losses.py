"""What the banner says of devices that are lost: kept from what the engine told, one line for each. No Qt."""

from __future__ import annotations

from core.status import DeviceState, DeviceStatus

REST = {"camera": "continuing with voice", "microphone": "continuing with the picture"}
OTHER = {"camera": "microphone", "microphone": "camera"}


class Losses:
    """Told of every change of a device; its lines hold until the next one."""

    def __init__(self) -> None:
        self._now: dict[str, DeviceStatus] = {}
        self._ran: set[str] = set()

    def take(self, kind: str, status: DeviceStatus) -> None:
        """Camera or microphone stands like this now."""
        self._now[kind] = status
        if status.state is DeviceState.RUNNING:
            self._ran.add(kind)
        elif status.state is DeviceState.OPENING:  # another device, or the first try: this one has not run yet
            self._ran.discard(kind)

    def lines(self) -> dict[str, str]:
        """A sentence for every device that is lost."""
        return {kind: self._line(kind) for kind, status in self._now.items() if status.state is DeviceState.LOST}

    def _line(self, kind: str) -> str:
        other = self._now.get(OTHER[kind])
        rest = ""
        if other is not None and other.state is not DeviceState.OPENING:
            rest = REST[kind] if other.state is DeviceState.RUNNING else "nothing left to go on"
        if kind in self._ran:
            return f"{kind.capitalize()} disconnected{' — ' if rest else ''}{rest}. Retrying."
        message = self._now[kind].message or f"The {kind} cannot be opened."
        return f"{message} {rest.capitalize()}{'; trying' if rest else 'Trying'} again."
