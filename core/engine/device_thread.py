"""The thread of a camera or a microphone: opens, reads and releases it, all on this thread.

Losing the device is a normal state: it is said, and the device is tried again with growing pauses until it is back.
While the session is paused the device is released, so that its light goes out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event

from core.capture.source import EndOfSource, Source
from core.engine.shared_state import Shared
from core.errors import CaptureError
from core.status import DeviceState, DeviceStatus
from core.types import Chunk, Modality, Reason

READ_S = 0.1
"""How long one read may wait: how soon stop, pause or another choice is noticed."""
_LONGEST_RETRY = 8
"""Pauses between tries double up to this many times the first."""


@dataclass(frozen=True, slots=True)
class DeviceRole:
    """What a device is for: its name in words, the modality that needs it, and what is missing without it.

    `not_recorded` is what is missing in a recording that has nothing of the kind.
    """

    kind: str
    modality: Modality
    missing: Reason
    not_recorded: Reason


CAMERA = DeviceRole("camera", "visual", Reason.NO_CAMERA, Reason.NO_PICTURE)
MICROPHONE = DeviceRole("microphone", "audio", Reason.NO_MICROPHONE, Reason.NO_SOUND)


class DeviceThread:
    """Drives one source after another: the one that is chosen now. `run` is the body of the thread."""

    def __init__(
        self, role: DeviceRole, source: Source | None, take: Callable[[Chunk], None], retry_s: float, shared: Shared
    ) -> None:
        self._role, self._take, self._retry_s = role, take, retry_s
        self._signals, self._status_store, self._availability = shared.signals, shared.status_store, shared.availability
        self._source = source
        self._turn = Event()
        self._tries = 0
        self._status = DeviceStatus()
        self._availability.say(role.modality, "device", role.missing)

    def run(self) -> None:
        """Until stopped: attend to the chosen device, or rest."""
        while self._goes_on():
            source = self._source
            if source is None or self._signals.paused.is_set():
                self._tries = 0
                self._say(DeviceState.OFF)
                self._turn.wait(READ_S)
            else:
                self._attend(source)

    @property
    def is_chosen(self) -> bool:
        """Whether there is a device that should give something, lost or not."""
        return self._source is not None

    def choose(self, source: Source | None) -> None:
        """Use another device from now on, or none. From any thread."""
        self._source = source
        self._tries = 0
        self.wake()

    def wake(self) -> None:
        """Have it look at once whether it is still wanted, however long it meant to wait. From any thread."""
        self._turn.set()

    def status(self) -> DeviceStatus:
        """State and message as last said, with the source's own counters."""
        source, said = self._source, self._status
        if source is None:
            return said
        now = source.status()
        return replace(
            said, name=now.name, rate_hz=now.rate_hz, drift_ppm=now.drift_ppm, gaps=now.gaps, lost_s=now.lost_s
        )

    def _goes_on(self) -> bool:
        self._turn.clear()  # before looking at what it may announce
        return not self._signals.stop.is_set()

    def leftover(self) -> str:
        """Name of a thread that the device still holds up, though it was closed; empty if none."""
        source = self._source
        return source.status().hangs if source else ""

    def _attend(self, source: Source) -> None:
        try:
            if not self._tries:
                self._say(DeviceState.OPENING)
            source.open(self._signals.clock)
            while self._wanted():
                chunk = source.read(READ_S)
                if chunk is not None:
                    self._found()
                    self._take(chunk)
        except CaptureError as error:
            self._lost(str(error))
        except EndOfSource:  # a recording in a camera's place: it will not come back
            self._source = None if self._source is source else self._source
        finally:
            source.close()

    def _wanted(self) -> bool:
        signals = self._signals
        return not (signals.stop.is_set() or signals.paused.is_set() or self._turn.is_set())

    def _found(self) -> None:
        self._tries = 0
        self._say(DeviceState.RUNNING)

    def _lost(self, message: str) -> None:
        self._say(DeviceState.LOST, message)
        if not self._turn.wait(self._retry_s * min(2**self._tries, _LONGEST_RETRY)):
            self._tries += 1

    def _say(self, state: DeviceState, message: str = "") -> None:
        if (state, message) == (self._status.state, self._status.message):
            return
        self._status = DeviceStatus(state=state, message=message)
        running = state is DeviceState.RUNNING
        self._availability.say(self._role.modality, "device", None if running else self._role.missing)
        self._status_store.device(self._role.kind, self.status())
