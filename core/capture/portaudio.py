"""PortAudio's device list, and the one rule about it: it is made when PortAudio starts and never looks again.

So a microphone that was plugged in later is found only after PortAudio was started anew, which would break every open
stream. `relist` therefore does it only while none is open; streams are opened by `open_input` and `open_output` only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from core.errors import CaptureError
from core.types import SAMPLE_RATE_HZ

BLOCK_S = 0.02
LATENCY_S = 0.2
"""Room in the device's buffer for a late callback; sound itself is handed over every `BLOCK_S` or two."""

NO_ANSWER = "The computer's sound system does not answer. Start it, or log out and in again."

_lock = Lock()
_open_streams: set[int] = set()


@dataclass(frozen=True, slots=True)
class InputDevice:
    """A microphone as PortAudio lists it. `index` is good until the next `relist`."""

    name: str
    index: int
    channels: int
    rate_hz: float
    is_default: bool


def sounddevice() -> Any:
    """The library; `CaptureError` where PortAudio is missing."""
    try:
        import sounddevice as library
    except OSError as error:
        raise CaptureError(
            "The sound library PortAudio is missing. Run 'sudo apt install libportaudio2', then start again."
        ) from error
    except Exception as error:
        if type(error).__name__ != "PortAudioError":  # raised by the import itself, so the class cannot be named
            raise
        raise CaptureError(NO_ANSWER) from error
    return library


def inputs() -> list[InputDevice]:
    """Every microphone, in PortAudio's order."""
    library = sounddevice()
    try:
        with _lock:
            entries = [entry for entry in library.query_devices() if entry["max_input_channels"] > 0]
            default = library.query_hostapis(library.default.hostapi)["default_input_device"] if entries else -1
    except library.PortAudioError as error:
        raise CaptureError(NO_ANSWER) from error
    return [
        InputDevice(
            name=entry["name"],
            index=entry["index"],
            channels=entry["max_input_channels"],
            rate_hz=entry["default_samplerate"],
            is_default=entry["index"] == default,
        )
        for entry in entries
    ]


def relist() -> bool:
    """Start PortAudio anew so that it sees what was plugged in; False, and nothing done, while a stream is open."""
    library = sounddevice()
    with _lock:
        if _open_streams:
            return False
        try:
            if library._initialized:
                library._terminate()
            library._initialize()
        except library.PortAudioError as error:
            raise CaptureError(NO_ANSWER) from error
        return True


def find_input(name: str) -> InputDevice:
    """The microphone of that name ("auto" = the system's default); `CaptureError` says which there are."""
    found = inputs()
    if not found:
        raise CaptureError("No microphone was found. Plug one in, or allow this program to use it.")
    if name == "auto":
        return next((device for device in found if device.is_default), found[0])
    exact = [device for device in found if device.name == name]
    alike = [device for device in found if name.casefold() in device.name.casefold()]
    if not exact and not alike:
        names = ", ".join(f"'{device.name}'" for device in found)
        raise CaptureError(f"The microphone '{name}' is not there. Plug it in, or choose one of {names}.")
    return (exact or alike)[0]


def open_input(device: InputDevice, callback: Callable[..., None]) -> Any:
    """A running raw float32 stream, 16 kHz mono if the device will, else what it offers; `CaptureError` if it won't.

    The stream's `samplerate` and `channels` say what came out. Close it with `close_stream`.
    """
    library = sounddevice()
    offers = [(SAMPLE_RATE_HZ, 1), (device.rate_hz, 1), (device.rate_hz, min(2, device.channels))]
    problem: Exception | None = None
    for rate_hz, channels in [*offers, (device.rate_hz, device.channels)]:
        try:
            return _start(library, device, rate_hz, channels, callback)
        except library.PortAudioError as error:
            problem = error
    raise CaptureError(
        f"The microphone '{device.name}' cannot be opened. Close other programs that use it, or choose another one."
    ) from problem


def _start(library: Any, device: InputDevice, rate_hz: float, channels: int, callback: Callable[..., None]) -> Any:
    with _lock:
        stream = library.RawInputStream(
            device=device.index,
            samplerate=rate_hz,
            channels=channels,
            dtype="float32",
            blocksize=round(rate_hz * BLOCK_S),
            latency=LATENCY_S,
            callback=callback,
        )
        try:
            stream.start()
        except library.PortAudioError:
            stream.close(ignore_errors=True)
            raise
        _open_streams.add(id(stream))
        return stream


def open_output(callback: Callable[..., None]) -> Any:
    """A running raw float32 stream to the system's loudspeaker, one channel; `CaptureError` if it has none.

    Close it with `close_stream`.
    """
    library = sounddevice()
    with _lock:
        try:
            stream = library.RawOutputStream(channels=1, dtype="float32", latency="low", callback=callback)
        except (library.PortAudioError, ValueError) as error:
            raise CaptureError("No loudspeaker was found. Connect one, or choose one in the system.") from error
        try:
            stream.start()
        except library.PortAudioError as error:
            stream.close(ignore_errors=True)
            raise CaptureError("The loudspeaker cannot be opened. Close other programs that use it.") from error
        _open_streams.add(id(stream))
        return stream


def close_stream(stream: Any) -> None:
    """Stop and close a stream; a device that is gone does not object."""
    with _lock:
        stream.abort(ignore_errors=True)
        stream.close(ignore_errors=True)
        _open_streams.discard(id(stream))
