"""Everything that comes in from outside: the threads of devices or of a medium, and the way into the rings.

Who records gets what was captured, a second later; faults that were put in on purpose come after that, before anything
looks at it.
"""

from __future__ import annotations

from collections.abc import Callable

from core.capture.source import Source
from core.engine.audio_inlet import AudioInlet
from core.engine.device_thread import CAMERA, MICROPHONE, DeviceRole, DeviceThread
from core.engine.factories import EngineFactories, Sources
from core.engine.playback_thread import PlaybackThread
from core.engine.shared_state import Shared
from core.errors import CaptureError
from core.lab.sync_run import SyncRun
from core.session.session import Intake
from core.settings import CaptureSettings
from core.status import DeviceState, DeviceStatus
from core.types import Chunk, Reason, VideoFrame


class CaptureThreads:
    """Either a medium, or a camera and a microphone. `bodies` are the threads to run."""

    def __init__(
        self,
        settings: CaptureSettings,
        parts: EngineFactories,
        sources: Sources | None,
        intake: Intake,
        shared: Shared,
        sync: SyncRun,
    ) -> None:
        self._intake, self._shared, self._sync = intake, shared, sync
        self._status_store, self._availability = shared.status_store, shared.availability
        self.bodies: dict[str, Callable[[], None]] = {}
        self._devices: dict[str, DeviceThread] = {}
        self._medium: PlaybackThread | None = None
        if sources is not None and sources.medium is not None:
            self._add_medium(sources.medium)
        else:
            self._add_devices(settings, sources or _named(settings, parts))

    @property
    def is_live(self) -> bool:
        """Whether there are devices, and not a recording in their place."""
        return self._medium is None

    def wake(self) -> None:
        """Have the devices look at once whether they are still wanted."""
        for device in self._devices.values():
            device.wake()

    def choose(self, role: DeviceRole, source: Source | None) -> None:
        """Go on with another device. Raises `CaptureError` while a recording plays."""
        if self._medium is not None:
            raise CaptureError(f"A recording is playing. Start a live session to choose a {role.kind}.")
        self._devices[role.kind].choose(source)

    def status(self, role: DeviceRole) -> DeviceStatus:
        """How a device, or the medium in its place, stands."""
        return self._medium.status(role.kind) if self._medium else self._devices[role.kind].status()

    def expects_picture(self) -> bool:
        """Whether there should be pictures: of a chosen camera, or of a recording that has any."""
        if self._medium is not None:
            return self._medium.has_video
        return self._devices[CAMERA.kind].is_chosen

    def is_running(self, role: DeviceRole) -> bool:
        """Whether it gives anything now."""
        return self.status(role).state is DeviceState.RUNNING

    def leftovers(self) -> list[str]:
        """Names of threads that a device still holds up, though it was closed."""
        return list(filter(None, (device.leftover() for device in self._devices.values())))

    def _add_medium(self, medium: Source) -> None:
        self._inlet = AudioInlet(self._intake.audio, float("inf"), self._say_zeros)
        self._medium = PlaybackThread(medium, self._take, self._shared)
        self.bodies["medium"] = self._medium.run

    def _add_devices(self, settings: CaptureSettings, sources: Sources) -> None:
        self._inlet = AudioInlet(self._intake.audio, settings.zeros_are_muted_after_s, self._say_zeros)
        for role, source in ((CAMERA, sources.camera), (MICROPHONE, sources.microphone)):
            device = DeviceThread(role, source, self._take, settings.retry_s, self._shared)
            self._devices[role.kind] = device
            self.bodies[role.kind] = device.run

    def _take(self, captured: Chunk) -> None:
        self._sync.chunk(captured)
        self._shared.media_gate.put(captured)
        chunk = self._shared.session_options.injector.take(captured)
        if chunk is None:
            return
        if isinstance(chunk, VideoFrame):
            self._intake.frames.write(chunk)
            self._status_store.framed(chunk.t_s)
        else:
            self._inlet.write(chunk)

    def _say_zeros(self, lasting: bool) -> None:
        self._availability.say("audio", "signal", Reason.MICROPHONE_ZEROS if lasting else None)


def _named(settings: CaptureSettings, parts: EngineFactories) -> Sources:
    return Sources(parts.make_camera(settings.camera, settings), parts.make_microphone(settings.microphone))
