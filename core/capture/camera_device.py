"""Opens a camera with OpenCV: tries the backends in order until one delivers a picture.

Opening may take long (Windows cameras up to a minute), so it is called on a thread that no other one waits for.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import Any

from core.errors import CaptureError

NETWORK_OPEN_MS = 8000
NETWORK_READ_MS = 3000


Target = int | str
"""An OpenCV index, a URL or a path."""


@dataclass(frozen=True, slots=True)
class CameraRequest:
    """The requested format; the device may deliver another."""

    width_px: int
    rate_hz: float


def is_file(target: Target) -> bool:
    """Whether the target is a recording and not a device."""
    return isinstance(target, str) and "://" not in target


def open_capture(target: Target, label: str, request: CameraRequest, first: int | None) -> tuple[Any, int, Any]:
    """The open capture, the backend that worked and its first picture (BGR). `first` is the backend tried first.

    A backend works if it delivers a picture: some open without an error and deliver none. Raises `CaptureError`.
    """
    for backend in _order(target, first):
        capture = _try(target, backend, request)
        came, picture = capture.read()
        if came:
            return capture, backend, picture
        capture.release()
    raise CaptureError(_refusal(target, label))


def answers(index: int) -> bool:
    """Whether the camera at this index delivers a picture."""
    try:
        capture, _, _ = open_capture(index, "", CameraRequest(640, 30.0), None)
    except CaptureError:
        return False
    capture.release()
    return True


def quiet_cv2() -> Any:
    """OpenCV without its own log messages and without a slow transform for Windows cameras."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2


def _order(target: Target, first: int | None) -> list[int]:
    cv2 = quiet_cv2()
    if isinstance(target, str):
        order = [cv2.CAP_FFMPEG, cv2.CAP_GSTREAMER]
    else:
        native = {"win32": [cv2.CAP_DSHOW, cv2.CAP_MSMF], "darwin": [cv2.CAP_AVFOUNDATION]}
        order = [*native.get(sys.platform, [cv2.CAP_V4L2]), cv2.CAP_ANY]
    return order if first is None else [first, *(backend for backend in order if backend != first)]


def _try(target: Target, backend: int, request: CameraRequest) -> Any:
    cv2 = quiet_cv2()
    if isinstance(target, str):
        waits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, NETWORK_OPEN_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, NETWORK_READ_MS]
        return cv2.VideoCapture(target, backend, waits if backend == cv2.CAP_FFMPEG else [])
    capture = cv2.VideoCapture(target, backend)
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, request.width_px)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, request.width_px * 3 // 4)
    capture.set(cv2.CAP_PROP_FPS, request.rate_hz)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture


def _refusal(target: Target, label: str) -> str:
    if isinstance(target, str):
        return f"The camera at {label} does not answer. Check that it is switched on and the address is right."
    return f"{label} gives no picture. Close other programs that use it, or choose another camera."
