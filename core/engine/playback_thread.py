"""The thread of a file or a drawn learner: one medium with pictures and sound, played at its own pace.

It waits for the model, and the session clock waits for it, so that nothing of it is missed. While the session is paused
the clock stands and nothing comes.
"""

from __future__ import annotations

from collections.abc import Callable

from core.capture.source import EndOfSource, Source
from core.engine.device_thread import CAMERA, MICROPHONE, READ_S, DeviceRole
from core.engine.shared_state import Shared
from core.session.hop_grid import end_of
from core.status import DeviceState, DeviceStatus
from core.types import Chunk


class PlaybackThread:
    """Drives one medium to its end. `run` is the body of the thread; a medium that cannot be read ends the session."""

    def __init__(self, source: Source, take: Callable[[Chunk], None], shared: Shared) -> None:
        self._source, self._take = source, take
        self._signals, self._status_store, self._availability = shared.signals, shared.status_store, shared.availability
        self._end_s = self._signals.played_s = 0.0
        self._states = dict.fromkeys(("camera", "microphone"), DeviceState.OFF)

    @property
    def has_video(self) -> bool:
        """Whether the medium has pictures."""
        return self._source.has_video

    def run(self) -> None:
        """Wait for the model, play to the end, release."""
        while not self._signals.ready.wait(READ_S) and not self._signals.stop.is_set():
            pass
        if not self._signals.stop.is_set():
            self._play_opened()

    def _play_opened(self) -> None:
        try:
            self._source.open(self._signals.clock)
            if not self._signals.paused.is_set():
                self._signals.clock.run()
            self._say_all(DeviceState.RUNNING)
            self._play()
        finally:
            self._source.close()
            self._say_all(DeviceState.OFF)

    def status(self, kind: str) -> DeviceStatus:
        """How the medium stands in for a camera or a microphone."""
        now = self._source.status()
        return DeviceStatus(now.name, self._states[kind], now.message, now.rate_hz, now.drift_ppm, now.gaps, now.lost_s)

    def _play(self) -> None:
        try:
            while not self._signals.stop.is_set():
                asked_at_s = self._signals.clock()
                chunk = self._source.read(READ_S)
                if chunk is None:  # nothing was due, so nothing up to then is missing
                    self._signals.played_s = max(self._signals.played_s, asked_at_s)
                    continue
                self._end_s = max(self._end_s, end_of(chunk))
                self._take(chunk)
                self._signals.played_s = max(self._signals.played_s, chunk.t_s)
        except EndOfSource:
            self._signals.ended_s = self._end_s
            if wrong := self._source.status().message:
                self._status_store.error(wrong)

    def _say_all(self, state: DeviceState) -> None:
        self._say(CAMERA, state if self._source.has_video else DeviceState.OFF)
        self._say(MICROPHONE, state if self._source.has_audio else DeviceState.OFF)

    def _say(self, role: DeviceRole, state: DeviceState) -> None:
        news = state is not self._states[role.kind]
        self._states[role.kind] = state
        if state is DeviceState.OFF and self._signals.ended_s is None:
            self._availability.say(role.modality, "device", role.not_recorded)
        if news:
            self._status_store.device(role.kind, self.status(role.kind))
