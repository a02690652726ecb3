"""The thread of a camera, a microphone or the reference: opens, reads and releases it, all on this thread.

Losing the device is a normal state: it is reported, and the device is tried again with growing pauses until it is
back. While the session is paused the device is released, so that its light goes out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.capture.source import EndOfSource, Source
from core.engine.command_queue import CommandQueue
from core.engine.run_control import RunControl
from core.engine.status_store import StatusStore
from core.errors import CaptureError
from core.status import DeviceState, DeviceStatus
from core.types import Chunk, Modality, Reason

READ_S = 0.1
"""How long one read may wait: how soon stop, pause or another choice is noticed."""
_LONGEST_RETRY = 8
"""Pauses between tries double up to this many times the first."""


@dataclass(frozen=True, slots=True)
class DeviceRole:
    """A kind of device, the modality that needs it, and the reason for absence without it.

    `not_recorded`: the reason for absence in a recording that has nothing of the kind.
    """

    kind: str
    modality: Modality
    missing: Reason
    not_recorded: Reason


CAMERA = DeviceRole("camera", "visual", Reason.NO_CAMERA, Reason.NO_PICTURE)
MICROPHONE = DeviceRole("microphone", "audio", Reason.NO_MICROPHONE, Reason.NO_SOUND)


class DeviceThread:
    """Reads the chosen device. `run` is the body of the thread; the other public members are for other threads.

    `take` gets every chunk, and `on_running` whether the device runs now, on this thread.
    """

    def __init__(
        self,
        kind: str,
        source: Source | None,
        take: Callable[[Chunk], None],
        retry_s: float,
        control: RunControl,
        status_store: StatusStore,
        on_running: Callable[[bool], None],
    ) -> None:
        self._kind, self._take, self._retry_s = kind, take, retry_s
        self._control, self._status_store, self._on_running = control, status_store, on_running
        self._commands: CommandQueue[DeviceThread] = CommandQueue()
        self._source = self._chosen = source  # `_chosen` follows a choice at once, `_source` on this thread
        self._tries = 0
        self._status = DeviceStatus()
        on_running(False)

    def run(self) -> None:
        """Until stopped: read the chosen device, or wait for one."""
        while not self._control.stop.is_set():
            self._commands.run(self)
            source = self._source
            if source is None or self._control.paused.is_set():
                self._tries = 0
                self._set_state(DeviceState.OFF)
                self._commands.wait(READ_S)
            else:
                self._read_all(source)

    @property
    def is_chosen(self) -> bool:
        """Whether a device is chosen, lost or not."""
        return self._chosen is not None

    def choose(self, source: Source | None) -> None:
        """Use another device from now on, or none."""
        self._chosen = source
        self._commands.put(lambda thread: thread._use(source))

    def wake(self) -> None:
        """Check stop and pause at once, however long the thread meant to wait."""
        self._commands.put(lambda _thread: None)

    def status(self) -> DeviceStatus:
        """State and message as last reported, with the source's own counters."""
        source, reported = self._source, self._status
        if source is None:
            return reported
        now = source.status()
        return replace(
            reported, name=now.name, rate_hz=now.rate_hz, drift_ppm=now.drift_ppm, gaps=now.gaps, lost_s=now.lost_s
        )

    def leftover(self) -> str:
        """Name of a thread that the closed device still blocks; empty if none."""
        source = self._source
        return source.status().hangs if source else ""

    def _use(self, source: Source | None) -> None:
        self._source, self._tries = source, 0

    def _read_all(self, source: Source) -> None:
        lost = ""
        try:
            if not self._tries:
                self._set_state(DeviceState.OPENING)
            source.open(self._control.clock)
            while not self._is_interrupted():
                chunk = source.read(READ_S)
                if chunk is not None:
                    self._tries = 0
                    self._set_state(DeviceState.RUNNING)
                    self._take(chunk)
        except CaptureError as error:
            lost = str(error)
            self._set_state(DeviceState.LOST, lost)
        except EndOfSource:  # a recording in place of a camera: it does not come back
            self._source = None
            self._chosen = None if self._chosen is source else self._chosen
        finally:
            source.close()
        if lost:
            self._wait_to_retry()

    def _is_interrupted(self) -> bool:
        control = self._control
        return control.stop.is_set() or control.paused.is_set() or self._commands.is_waiting

    def _wait_to_retry(self) -> None:
        if not self._commands.wait(self._retry_s * min(2**self._tries, _LONGEST_RETRY)):
            self._tries += 1

    def _set_state(self, state: DeviceState, message: str = "") -> None:
        if (state, message) == (self._status.state, self._status.message):
            return
        self._status = DeviceStatus(state=state, message=message)
        self._on_running(state is DeviceState.RUNNING)
        self._status_store.report_device(self._kind, self.status())
