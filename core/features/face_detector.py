"""The face detector: a small RGB picture in, boxes in its pixels out.

It is YuNet, run by OpenCV from a file in `assets/face_detector` (made by `packaging/make_face_detector.py`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from core import paths
from core.errors import ModelError
from core.types import FaceBox, Rgb

MIN_CONFIDENCE = 0.7
"""Of 2,000 FER2013 pictures, 90 % of the faces found score 0.85 to 0.93; clips without a person give no detection."""


class FaceDetector(Protocol):
    """Finds every face of one picture. Stateless."""

    def detect(self, rgb: Rgb) -> list[FaceBox]:
        """Faces in pixels of `rgb` (H, W, 3), in no particular order."""


def network_file() -> Path:
    """The network that is shipped with the program."""
    return paths.assets() / "face_detector" / "yunet.onnx"


class YuNet:
    """YuNet, the network of libfacedetection; 3 ms of processor time for 320 x 180 px.

    For use by one thread. Raises `ModelError` if the file cannot be read.
    """

    def __init__(self, file: Path) -> None:
        import cv2

        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # OpenCV 5 warns of a setting nobody chose
        try:
            self._net = cv2.FaceDetectorYN.create(str(file), "", (320, 320), MIN_CONFIDENCE)
        except cv2.error as error:
            raise ModelError(f"The face detector {file} cannot be read. Please install the program again.") from error

    def detect(self, rgb: Rgb) -> list[FaceBox]:
        """Faces in pixels of `rgb`."""
        import cv2

        self._net.setInputSize((rgb.shape[1], rgb.shape[0]))
        _, rows = self._net.detect(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
        found = [] if rows is None else rows.tolist()
        return [FaceBox(row[0], row[1], row[2], row[3], row[-1]) for row in found]
