"""Which cameras and microphones there are, by the names that people know.

PortAudio lists devices once, when it starts; `refresh` starts it again, but not under an open microphone. Cameras are
looked up afresh each time: on Linux from the kernel's own list, elsewhere by trying the first few indices, because
OpenCV knows no names (a window may know better ones and show those).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from core.capture import portaudio
from core.capture.camera_device import Target, answers
from core.errors import CaptureError

KERNEL_LIST = Path("/sys/class/video4linux")
PROBED_CAMERAS = 4


@dataclass(frozen=True, slots=True)
class Device:
    """A camera (index of OpenCV) or a microphone (index of PortAudio)."""

    name: str
    index: int
    is_default: bool = False


def cameras() -> list[Device]:
    """Cameras that can be opened, the default one first."""
    return listed_cameras(KERNEL_LIST) if sys.platform == "linux" else _probed_cameras()


def microphones() -> list[Device]:
    """Devices with an input channel. Raises `CaptureError` where there is no sound system at all."""
    return [Device(found.name, found.index, found.is_default) for found in portaudio.inputs()]


def refresh() -> bool:
    """Make PortAudio look again; False, and nothing done, while a microphone is open, for that would be cut off."""
    return portaudio.relist()


def listed_cameras(folder: Path) -> list[Device]:
    """Cameras in the kernel's list; a camera's further nodes (metadata, index above 0) cannot be looked through."""
    nodes = sorted(folder.glob("video*"), key=lambda node: int(node.name.removeprefix("video")))
    looking = [node for node in nodes if _text(node / "index", "0") == "0"]
    return [
        Device(_text(node / "name", node.name), int(node.name.removeprefix("video")), place == 0)
        for place, node in enumerate(looking)
    ]


def _probed_cameras() -> list[Device]:
    found = [index for index in range(PROBED_CAMERAS) if answers(index)]
    return [Device(f"Camera {index}", index, place == 0) for place, index in enumerate(found)]


def _text(file: Path, otherwise: str) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip() or otherwise
    except OSError:
        return otherwise


def resolve(name: str | int) -> tuple[Target, str]:
    """What OpenCV should open for a device name, an index, "auto", a URL or a path; and its name for people."""
    text = str(name).strip()
    if text.isascii() and text.isdecimal():
        return int(text), f"Camera {text}"
    if "://" in text:
        return text, without_password(text)
    return (text, Path(text).name) if Path(text).is_file() else _named(text)


def _named(text: str) -> tuple[Target, str]:
    known = cameras()
    if text == "auto":
        if not known:
            raise CaptureError("No camera was found. Connect one, or watch the demo with 'edu-emotionnet --demo'.")
        return known[0].index, known[0].name
    for device in known:
        if device.name == text:
            return device.index, device.name
    names = ", ".join(f"'{device.name}'" for device in known) or "none"
    raise CaptureError(f"There is no camera named '{text}'. Connected: {names}.")


def without_password(url: str) -> str:
    """The URL as it may be shown and kept: without user, password and query."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
