"""Lists cameras and microphones by name, and resolves a camera's name to what OpenCV opens.

PortAudio lists devices once, when it starts; `refresh` restarts it unless a microphone is open. Cameras are listed
anew each time: on Linux from the kernel's list, elsewhere by trying the first few indices, because OpenCV has no names
(Qt has, and the window shows those).
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
    """A camera (OpenCV index) or a microphone (PortAudio index)."""

    name: str
    index: int
    is_default: bool = False


def cameras() -> list[Device]:
    """Cameras that can be opened, the default one first."""
    return listed_cameras(KERNEL_LIST) if sys.platform == "linux" else _probed_cameras()


def microphones() -> list[Device]:
    """Devices with an input channel. Raises `CaptureError` where there is no sound system."""
    return [Device(found.name, found.index, found.is_default) for found in portaudio.inputs()]


def refresh() -> bool:
    """List audio devices anew; False, without any effect, while a microphone is open, which it would cut off."""
    return portaudio.relist()


def listed_cameras(folder: Path) -> list[Device]:
    """Cameras in the kernel's list; a camera's further nodes (metadata, index above 0) are left out."""
    nodes = sorted(folder.glob("video*"), key=lambda node: int(node.name.removeprefix("video")))
    capturing = [node for node in nodes if _text(node / "index", "0") == "0"]
    return [
        Device(_text(node / "name", node.name), int(node.name.removeprefix("video")), place == 0)
        for place, node in enumerate(capturing)
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
    """What OpenCV opens for a device name, an index, "auto", a URL or a path; and its display name."""
    text = str(name).strip()
    if text.isascii() and text.isdecimal():
        return int(text), f"Camera {text}"
    if "://" in text:
        return text, without_password(text)
    return (text, Path(text).name) if Path(text).is_file() else _find_camera(text)


def _find_camera(text: str) -> tuple[Target, str]:
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
    """The URL for display and storage: without user, password and query."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
