"""A microphone as a source: found by its name, also after it was unplugged and plugged in again."""

from __future__ import annotations

from typing import Any

from core.capture import portaudio
from core.capture.sound_input import WAITING_BLOCKS, SoundInput
from core.errors import CaptureError


class Microphone(SoundInput):
    """A microphone by its name in `core.capture.devices`, or "auto"; its number may change when it is plugged in again.

    Devices are listed anew if it was lost or is not listed.
    """

    def __init__(self, name: str = "auto", waiting_blocks: int = WAITING_BLOCKS) -> None:
        super().__init__(name, waiting_blocks)

    def _connect(self) -> tuple[str, Any]:
        if self._was_lost:
            portaudio.relist()
        device = self._find()
        refused = (
            f"The microphone '{device.name}' cannot be opened. Close other programs that use it, or choose another one."
        )
        return device.name, portaudio.open_input(device, self._callback, refused)

    def _find(self) -> portaudio.InputDevice:
        try:
            return portaudio.find_input(self._name)
        except CaptureError:
            if not portaudio.relist():
                raise
            return portaudio.find_input(self._name)

    def _silent(self) -> str:
        return f"The microphone '{self._shown_name}' gives no more sound. Plug it in again; it is being retried."
