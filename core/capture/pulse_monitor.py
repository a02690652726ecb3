"""What the computer plays, on Linux: the monitor of a PulseAudio or PipeWire loudspeaker, recorded through PortAudio.

PortAudio's devices "pulse" and "pipewire" record what an environment variable names; it names the monitor only while
this stream is opened. The server moves the stream to the monitor of another default loudspeaker; where it does not, the
stream is opened again.
"""

from __future__ import annotations

from time import monotonic
from typing import Any

from core.capture import portaudio
from core.capture.sound_input import SoundInput
from core.capture.sound_server import Sink, SoundServer
from core.capture.source import Clock
from core.errors import CaptureError
from core.types import AudioBlock

PULSE, PIPEWIRE = "pulse", "pipewire"
"""PortAudio's devices for the clients of the two servers. PipeWire is a server for both."""
DEFAULT_MONITOR = "@DEFAULT_MONITOR@"
"""The server's own name of the default loudspeaker's monitor."""
CHECK_EVERY_S = 1.0
NO_DEVICE = (
    "What the computer plays cannot be heard: PortAudio lists neither PulseAudio nor PipeWire. Use headphones, or "
    "run: sudo apt-get install libasound2-plugins"
)
IS_THE_MICROPHONE = (
    "The microphone records what the computer plays, so nothing can be told apart. Choose another microphone if you "
    "speak yourself."
)


class PulseMonitor(SoundInput):
    """What the loudspeaker of this name plays, or the default one ("auto"), which it follows."""

    def __init__(self, name: str = "auto") -> None:
        super().__init__(name)
        self._server: SoundServer | None = None
        self._checked_s = 0.0
        self._sink_name = ""  # of the sink whose monitor is recorded

    def _connect(self) -> tuple[str, Any]:
        device = server_device()
        self._server = SoundServer()
        sink = self._server.sink(self._name)
        if sink.monitor in self._server.recorded():
            raise CaptureError(IS_THE_MICROPHONE)
        variables = monitor_variables(device.name, "" if self._name == "auto" else sink.name)
        stream = portaudio.open_input(device, self._callback, _refused(sink), variables)
        self._sink_name, self._checked_s = sink.name, monotonic()
        return sink.description, stream

    def read(self, timeout_s: float) -> AudioBlock | None:
        """The next block; None if none came in time. `CaptureError` when it is gone, or when the microphone is it."""
        if monotonic() - self._checked_s > CHECK_EVERY_S:
            self._checked_s = monotonic()
            self._follow()
        return super().read(timeout_s)

    def _follow(self) -> None:
        assert self._server is not None
        sink, recorded = self._server.sink(self._name), self._server.recorded()
        if recorded.count(sink.monitor) > 1:
            raise CaptureError(IS_THE_MICROPHONE)
        if sink.name != self._sink_name:
            self._move_to(sink, moved=sink.monitor in recorded)

    def _move_to(self, sink: Sink, moved: bool) -> None:
        if moved:
            self._sink_name, self._shown_name = sink.name, sink.description
        else:
            self.open(self._clock)

    def open(self, clock: Clock) -> None:
        """Connect to the sound server and start to record. Raises `CaptureError`."""
        try:
            super().open(clock)
        except CaptureError:
            self.close()
            raise

    def close(self) -> None:
        """Stop recording and end the connection."""
        super().close()
        if self._server is not None:
            self._server.close()
            self._server = None

    def _silent(self) -> str:
        return "What the computer plays cannot be heard any more; it is being retried."


def _refused(sink: Sink) -> str:
    return (
        f"What the computer plays cannot be heard: the sound server does not let '{sink.description}' be recorded. Use "
        "headphones, or choose another loudspeaker."
    )


def server_device() -> portaudio.InputDevice:
    """PortAudio's device for the sound server. Raises `CaptureError`."""
    listed = {device.name: device for device in portaudio.inputs(portaudio.NO_LOUDSPEAKER)}
    device = listed.get(PULSE) or listed.get(PIPEWIRE)
    if device is None:
        raise CaptureError(NO_DEVICE)
    return device


def monitor_variables(device: str, sink: str) -> dict[str, str]:
    """The environment that makes this device record the monitor of a sink; "": of the default one."""
    if device == PULSE:
        return {"PULSE_SOURCE": f"{sink}.monitor" if sink else DEFAULT_MONITOR}
    target = f' target.object = "{sink}"' if sink else ""
    return {"PIPEWIRE_ALSA": f"{{ stream.capture.sink = true{target} }}"}


def sinks() -> list[Sink]:
    """Every loudspeaker that can be heard, the default one first. Raises `CaptureError`."""
    server_device()
    server = SoundServer()
    try:
        return server.sinks()
    finally:
        server.close()
