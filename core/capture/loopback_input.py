"""What the computer plays, on macOS: a loopback device that the user installed. Not run there yet.

macOS offers no monitor of a loudspeaker. Loopback devices such as BlackHole appear among the microphones, and hear
what is played once the user has made them part of a multi-output device.
"""

from __future__ import annotations

from typing import Any

from core.capture import portaudio
from core.capture.sound_input import SoundInput
from core.errors import CaptureError

LOOPBACK_NAMES = ("blackhole", "loopback audio", "soundflower")
"""Parts of the names of known loopback devices."""
NO_LOOPBACK = (
    "What the computer plays cannot be heard: there is no loopback device. Use headphones, or install BlackHole and "
    "play through it."
)


class LoopbackInput(SoundInput):
    """The loopback device of this name, or the first known one ("auto")."""

    def __init__(self, name: str = "auto") -> None:
        super().__init__(name)

    def _connect(self) -> tuple[str, Any]:
        device = loopback_inputs()[0] if self._name == "auto" else self._named()
        refused = (
            f"What the computer plays cannot be heard: the loopback device '{device.name}' cannot be opened. Use "
            "headphones, or close other programs that use it."
        )
        return device.name, portaudio.open_input(device, self._callback, refused)

    def _named(self) -> portaudio.InputDevice:
        return portaudio.find_input(self._name, "loopback device")

    def _silent(self) -> str:
        return f"The loopback device '{self._shown_name}' gives no more sound; it is being retried."


def loopback_inputs() -> list[portaudio.InputDevice]:
    """The known loopback devices. Raises `CaptureError` where there is none."""
    listed = portaudio.inputs(portaudio.NO_LOUDSPEAKER)
    found = [device for device in listed if any(name in device.name.casefold() for name in LOOPBACK_NAMES)]
    if not found:
        raise CaptureError(NO_LOOPBACK)
    return found
