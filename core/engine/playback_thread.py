"""The thread of a file or a synthetic learner: one medium with pictures and sound, played at its own pace.

It waits for the model, and the session clock waits for it, so that nothing of it is missed. While the session is
paused the clock stands still and no chunk is due.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.capture.source import EndOfSource, Source
from core.engine.device_thread import CAMERA, MICROPHONE, READ_S, DeviceRole
from core.engine.run_control import RunControl
from core.engine.status_store import StatusStore
from core.session.availability import Availability
from core.session.hop_grid import end_of
from core.status import DeviceState, DeviceStatus
from core.types import Chunk


@dataclass(slots=True)
class PlaybackProgress:
    """How far a medium has been played. Written by the playback thread alone; never written for live devices.

    `played_s`: everything up to here has been taken; on a busy machine it may lag behind the clock.
    `ended_s`: duration of the medium once it has been played to its end.
    """

    played_s: float = float("inf")
    ended_s: float | None = None


class PlaybackThread:
    """Plays one medium to its end. `run` is the body of the thread; a medium that cannot be read ends the session.

    `take` gets every chunk, on this thread.
    """

    def __init__(
        self,
        source: Source,
        take: Callable[[Chunk], None],
        progress: PlaybackProgress,
        control: RunControl,
        status_store: StatusStore,
        availability: Availability,
    ) -> None:
        self._source, self._take, self._progress, self._control = source, take, progress, control
        self._status_store, self._availability = status_store, availability
        self._end_s = progress.played_s = 0.0
        self._states = dict.fromkeys(("camera", "microphone"), DeviceState.OFF)

    @property
    def has_video(self) -> bool:
        """Whether the medium has pictures."""
        return self._source.has_video

    def run(self) -> None:
        """Wait for the model, play to the end, release."""
        while not self._control.ready.wait(READ_S) and not self._control.stop.is_set():
            pass
        if not self._control.stop.is_set():
            self._play_opened()

    def status(self, kind: str) -> DeviceStatus:
        """The medium's status in place of a camera or a microphone."""
        now = self._source.status()
        return DeviceStatus(now.name, self._states[kind], now.message, now.rate_hz, now.drift_ppm, now.gaps, now.lost_s)

    def _play_opened(self) -> None:
        try:
            self._source.open(self._control.clock)
            self._report_missing()
            if not self._control.paused.is_set():
                self._control.clock.run()
            self._set_states(DeviceState.RUNNING)
            self._play()
        finally:
            self._source.close()
            self._set_states(DeviceState.OFF)

    def _play(self) -> None:
        progress = self._progress
        try:
            while not self._control.stop.is_set():
                before_s = self._control.clock()
                chunk = self._source.read(READ_S)
                if chunk is None:  # nothing was due, so nothing before the read is missing
                    progress.played_s = max(progress.played_s, before_s)
                    continue
                self._end_s = max(self._end_s, end_of(chunk))
                self._take(chunk)
                progress.played_s = max(progress.played_s, chunk.t_s)
        except EndOfSource:
            progress.ended_s = self._end_s
            if message := self._source.status().message:
                self._status_store.report_error(message)

    def _report_missing(self) -> None:
        for role, recorded in ((CAMERA, self._source.has_video), (MICROPHONE, self._source.has_audio)):
            self._availability.set(role.modality, "device", None if recorded else role.not_recorded)

    def _set_states(self, state: DeviceState) -> None:
        self._set_state(CAMERA, state if self._source.has_video else DeviceState.OFF)
        self._set_state(MICROPHONE, state if self._source.has_audio else DeviceState.OFF)

    def _set_state(self, role: DeviceRole, state: DeviceState) -> None:
        if state is not self._states[role.kind]:
            self._states[role.kind] = state
            self._status_store.report_device(role.kind, self.status(role.kind))
