"""Everything that comes in from outside: the threads of devices or of a medium, and the way into the rings.

Who records gets what was captured, a second later; faults that were put in on purpose come after that, before anything
looks at it.
"""

from __future__ import annotations

from collections.abc import Callable

from core.capture.source import Source
from core.engine.audio_inlet import AudioInlet
from core.engine.device_thread import CAMERA, MICROPHONE, DeviceThread, Role
from core.engine.factories import EngineParts, Sources
from core.engine.playback_thread import MediumThread
from core.engine.shared_state import Shared
from core.errors import CaptureError
from core.lab.sync_run import SyncRun
from core.session.session import Intake
from core.settings import CaptureSettings
from core.status import DeviceState, DeviceStatus
from core.types import Chunk, Reason, VideoFrame


class Capture:
    """Either a medium, or a camera and a microphone. `bodies` are the threads to run."""

    def __init__(
        self,
        settings: CaptureSettings,
        parts: EngineParts,
        sources: Sources | None,
        intake: Intake,
        shared: Shared,
        sync: SyncRun,
    ) -> None:
        self._intake, self._shared, self._sync = intake, shared, sync
        self._ledger, self._availability = shared.ledger, shared.availability
        self.bodies: dict[str, Callable[[], None]] = {}
        self._devices: dict[str, DeviceThread] = {}
        self._medium: MediumThread | None = None
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

    def choose(self, role: Role, source: Source | None) -> None:
        """Go on with another device. Raises `CaptureError` while a recording plays."""
        if self._medium is not None:
            raise CaptureError(f"A recording is playing. Start a live session to choose a {role.kind}.")
        self._devices[role.kind].choose(source)

    def status(self, role: Role) -> DeviceStatus:
        """How a device, or the medium in its place, stands."""
        return self._medium.status(role.kind) if self._medium else self._devices[role.kind].status()

    def expects_picture(self) -> bool:
        """Whether there should be pictures: of a chosen camera, or of a recording that has any."""
        if self._medium is not None:
            return self._medium.has_video
        return self._devices[CAMERA.kind].is_chosen

    def is_running(self, role: Role) -> bool:
        """Whether it gives anything now."""
        return self.status(role).state is DeviceState.RUNNING

    def leftovers(self) -> list[str]:
        """Names of threads that a device still holds up, though it was closed."""
        return list(filter(None, (device.leftover() for device in self._devices.values())))

    def _add_medium(self, medium: Source) -> None:
        self._inlet = AudioInlet(self._intake.audio, float("inf"), self._say_zeros)
        self._medium = MediumThread(medium, self._take, self._shared)
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
        chunk = self._shared.company.injector.take(captured)
        if chunk is None:
            return
        if isinstance(chunk, VideoFrame):
            self._intake.frames.write(chunk)
            self._ledger.framed(chunk.t_s)
        else:
            self._inlet.write(chunk)

    def _say_zeros(self, lasting: bool) -> None:
        self._availability.say("audio", "signal", Reason.MICROPHONE_ZEROS if lasting else None)


def _named(settings: CaptureSettings, parts: EngineParts) -> Sources:
    return Sources(parts.make_camera(settings.camera, settings), parts.make_microphone(settings.microphone))
