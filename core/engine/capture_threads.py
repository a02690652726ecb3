"""The threads that capture: one for a medium, or one each for camera and microphone."""

from __future__ import annotations

from collections.abc import Callable

from core.capture.source import Source
from core.engine.device_thread import CAMERA, MICROPHONE, DeviceRole, DeviceThread
from core.engine.factories import Sources
from core.engine.playback_thread import PlaybackProgress, PlaybackThread
from core.engine.run_control import RunControl
from core.engine.status_store import StatusStore
from core.errors import CaptureError
from core.session.availability import Availability
from core.status import DeviceStatus
from core.types import Chunk


class CaptureThreads:
    """Either a medium, or a camera and a microphone. `bodies`: the threads to run, by name.

    `take` gets every chunk, on the thread that captured it.
    """

    def __init__(
        self,
        sources: Sources,
        take: Callable[[Chunk], None],
        retry_s: float,
        progress: PlaybackProgress,
        control: RunControl,
        status_store: StatusStore,
        availability: Availability,
    ) -> None:
        self.bodies: dict[str, Callable[[], None]] = {}
        self._devices: dict[str, DeviceThread] = {}
        self._playback: PlaybackThread | None = None
        if sources.medium is not None:
            self._playback = PlaybackThread(sources.medium, take, progress, control, status_store, availability)
            self.bodies["medium"] = self._playback.run
            return
        for role, source in ((CAMERA, sources.camera), (MICROPHONE, sources.microphone)):
            device = DeviceThread(role, source, take, retry_s, control, status_store, availability)
            self._devices[role.kind] = device
            self.bodies[role.kind] = device.run

    @property
    def is_live(self) -> bool:
        """Whether devices are captured, and not a medium."""
        return self._playback is None

    def wake(self) -> None:
        """Have the devices check stop and pause at once."""
        for device in self._devices.values():
            device.wake()

    def choose(self, role: DeviceRole, source: Source | None) -> None:
        """Use another device from now on. Raises `CaptureError` while a recording plays."""
        if self._playback is not None:
            raise CaptureError(f"A recording is playing. Start a live session to choose a {role.kind}.")
        self._devices[role.kind].choose(source)

    def status(self, role: DeviceRole) -> DeviceStatus:
        """Status of a device, or of the medium in its place."""
        return self._playback.status(role.kind) if self._playback else self._devices[role.kind].status()

    def expects_picture(self) -> bool:
        """Whether a camera is chosen, or the medium has pictures."""
        if self._playback is not None:
            return self._playback.has_video
        return self._devices[CAMERA.kind].is_chosen

    def leftovers(self) -> list[str]:
        """Names of threads that closed devices still block."""
        return list(filter(None, (device.leftover() for device in self._devices.values())))
