"""PortAudio: its device list and its streams. PortAudio lists devices only when it starts.

A microphone that is plugged in later is found only after a restart of PortAudio, which would break every open stream.
`relist` therefore restarts it only while none is open; only `open_input` and `open_output` open streams.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from core.errors import CaptureError
from core.load_errors import named, remedy
from core.system_libraries import LIBRARIES, MICROPHONES
from core.types import SAMPLE_RATE_HZ

BLOCK_S = 0.02
LATENCY_S = 0.2
"""Buffer for a late callback; the callback itself comes every `BLOCK_S` or two."""

PORTAUDIO = tuple(library for library in LIBRARIES if library.gives == MICROPHONES)
NO_ANSWER = "The computer's sound system does not answer. Start it, or log out and in again."
_NO_DEVICE = "This computer has no sound device at all. Connect {}; on Linux see that PipeWire or PulseAudio runs."
NO_DEVICE = _NO_DEVICE.format("a microphone")
NO_LOUDSPEAKER = _NO_DEVICE.format("a loudspeaker or headphones")

_lock = Lock()
_open_streams: set[int] = set()


@dataclass(frozen=True, slots=True)
class InputDevice:
    """A microphone as PortAudio lists it. `index` is valid until the next `relist`."""

    name: str
    index: int
    channels: int
    rate_hz: float
    is_default: bool


def sounddevice() -> Any:
    """The library. Raises `CaptureError` where PortAudio is missing."""
    try:
        import sounddevice as library
    except OSError as error:
        raise CaptureError(f"Microphones need PortAudio: {named(PORTAUDIO)}; {remedy(PORTAUDIO)}.") from error
    except Exception as error:
        if type(error).__name__ != "PortAudioError":  # raised by the import itself, so the class cannot be imported
            raise
        raise CaptureError(NO_ANSWER) from error
    return library


def inputs(no_device: str = NO_DEVICE) -> list[InputDevice]:
    """Every microphone, in PortAudio's order.

    Raises `CaptureError` where there is no sound device of any kind: `no_device`.
    """
    library = sounddevice()
    try:
        with _lock:
            listed = list(library.query_devices())
            entries = [entry for entry in listed if entry["max_input_channels"] > 0]
            default = library.query_hostapis(library.default.hostapi)["default_input_device"] if entries else -1
    except library.PortAudioError as error:
        raise CaptureError(NO_ANSWER) from error
    if not listed:
        raise CaptureError(no_device)
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
    """Restart PortAudio so that it lists new devices; False, without any effect, while a stream is open."""
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


def find_input(name: str, kind: str = "microphone") -> InputDevice:
    """The input of that name ("auto": the system's default). Raises `CaptureError`, which lists the names.

    `kind`: what to call it.
    """
    found = inputs()
    if not found:
        raise CaptureError(f"No {kind} was found. Plug one in, or allow this program to use it.")
    if name == "auto":
        return next((device for device in found if device.is_default), found[0])
    exact = [device for device in found if device.name == name]
    similar = [device for device in found if name.casefold() in device.name.casefold()]
    if not exact and not similar:
        names = ", ".join(f"'{device.name}'" for device in found)
        raise CaptureError(f"The {kind} '{name}' is not there. Plug it in, or choose one of {names}.")
    return (exact or similar)[0]


def open_input(
    device: InputDevice, callback: Callable[..., None], refused: str, environment: Mapping[str, str] | None = None
) -> Any:
    """A running raw float32 stream, 16 kHz mono where the device supports it. Raises `CaptureError(refused)`.

    `samplerate` and `channels` of the stream give the actual format. Close it with `close_stream`.
    `environment`: variables that tell the sound server's client what to record, in place of the user's own.
    """
    with _lock, _changed_environment(environment or {}):
        return _open_input(sounddevice(), device, callback, refused)


@contextmanager
def _changed_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """A sound server's client reads its variables when a stream is opened. Afterwards they are what they were.

    Known risk: a child process that another thread starts in these milliseconds inherits them, and the C library does
    not guard its environment against code that reads it on another thread meanwhile. No stream of this program opens
    then (`_lock`).
    """
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _open_input(library: Any, device: InputDevice, callback: Callable[..., None], refused: str) -> Any:
    offers = [(SAMPLE_RATE_HZ, 1), (device.rate_hz, 1), (device.rate_hz, min(2, device.channels))]
    problem: Exception | None = None
    for rate_hz, channels in [*offers, (device.rate_hz, device.channels)]:
        try:
            return _start(library, device, rate_hz, channels, callback)
        except library.PortAudioError as error:
            problem = error
    raise CaptureError(refused) from problem


def _start(library: Any, device: InputDevice, rate_hz: float, channels: int, callback: Callable[..., None]) -> Any:
    """The caller holds the lock."""
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
    """A running raw float32 stream to the system's loudspeaker, one channel. Raises `CaptureError` without one.

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
    """Stop and close a stream, also of a device that is gone."""
    with _lock:
        stream.abort(ignore_errors=True)
        stream.close(ignore_errors=True)
        _open_streams.discard(id(stream))
