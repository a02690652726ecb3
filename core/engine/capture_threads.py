"""The threads that capture: one for a medium, or one each for camera, microphone and loudspeaker."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from core.capture.source import Source
from core.engine.chunk_inlet import ChunkInlet
from core.engine.device_thread import CAMERA, MICROPHONE, DeviceRole, DeviceThread
from core.engine.factories import Sources
from core.engine.playback_thread import PlaybackProgress, PlaybackThread
from core.engine.run_control import RunControl
from core.engine.status_store import StatusStore
from core.errors import CaptureError
from core.session.availability import Availability
from core.status import LOUDSPEAKER, DeviceState, DeviceStatus
from core.types import Chunk


class CaptureThreads:
    """Either a medium, or devices. `bodies`: the threads to run, by name.

    What the loudspeaker plays is recorded only while the microphone runs, for it serves to judge the microphone's
    sound alone. So it never stands in the way when PortAudio lists devices anew to find a lost microphone.
    """

    def __init__(
        self,
        sources: Sources,
        inlet: ChunkInlet,
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
            self._playback = PlaybackThread(sources.medium, inlet.take, progress, control, status_store, availability)
            self.bodies["medium"] = self._playback.run
            return
        self._inlet, self._availability, self._loudspeaker = inlet, availability, sources.loudspeaker
        self._reference_name = ""  # of the loudspeaker whose sound came last

        def add(
            kind: str, source: Source | None, take: Callable[[Chunk], None], on_running: Callable[[bool], None]
        ) -> None:
            self._devices[kind] = DeviceThread(kind, source, take, retry_s, control, status_store, on_running)
            self.bodies[kind] = self._devices[kind].run

        add(LOUDSPEAKER, None, self._take_reference, self._on_loudspeaker)
        add(CAMERA.kind, sources.camera, inlet.take, partial(self._on_device, CAMERA))
        add(MICROPHONE.kind, sources.microphone, inlet.take, self._on_microphone)

    def _on_device(self, role: DeviceRole, running: bool) -> None:
        self._availability.set(role.modality, "device", None if running else role.missing)

    def _on_microphone(self, running: bool) -> None:
        self._on_device(MICROPHONE, running)
        if not running:
            self._inlet.end_sound()
        self._devices[LOUDSPEAKER].choose(self._loudspeaker if running else None)

    def _on_loudspeaker(self, running: bool) -> None:
        if not running:
            self._inlet.end_reference()

    def _take_reference(self, played: Chunk) -> None:
        """A source that follows the default loudspeaker goes on with another one, which is heard at another lag."""
        name = self._devices[LOUDSPEAKER].status().name
        if name != self._reference_name:
            self._reference_name = name
            self._inlet.end_reference()
        self._inlet.take_reference(played)

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
        self._refuse_while_playing(role.kind)
        self._devices[role.kind].choose(source)

    def choose_loudspeaker(self, source: Source | None) -> None:
        """Record what another loudspeaker plays from now on. Raises `CaptureError` while a recording plays."""
        self._refuse_while_playing(LOUDSPEAKER)
        self._loudspeaker = source
        if self._devices[MICROPHONE.kind].status().state is DeviceState.RUNNING:
            self._devices[LOUDSPEAKER].choose(source)

    def _refuse_while_playing(self, kind: str) -> None:
        if self._playback is not None:
            raise CaptureError(f"A recording is playing. Start a live session to choose a {kind}.")

    def status(self, role: DeviceRole) -> DeviceStatus:
        """Status of a device, or of the medium in its place."""
        return self._playback.status(role.kind) if self._playback else self._devices[role.kind].status()

    def loudspeaker(self) -> DeviceStatus:
        """Status of the loudspeaker whose sound is the reference; off while a medium is played."""
        return DeviceStatus() if self._playback else self._devices[LOUDSPEAKER].status()

    def expects_picture(self) -> bool:
        """Whether a camera is chosen, or the medium has pictures."""
        if self._playback is not None:
            return self._playback.has_video
        return self._devices[CAMERA.kind].is_chosen

    def leftovers(self) -> list[str]:
        """Names of threads that closed devices still block."""
        return list(filter(None, (device.leftover() for device in self._devices.values())))
