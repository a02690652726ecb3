"""The face detector: a small RGB picture in, boxes in its pixels out.

It is YuNet, run by OpenCV from a file in `assets/face_detector` (made by `packaging/make_face_detector.py`).
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Protocol

import numpy as np

from core import paths
from core.errors import ModelError
from core.types import FaceBox, Rgb

MIN_CONFIDENCE = 0.7
"""Of 2,000 FER2013 pictures, 90 % of the faces found score 0.85 to 0.93; clips without a person give no detection."""

SHA256 = "86d5bc423e7a220b5cdfcda5a9a36603a260c198cf1633e48ce7c56f9fa5f392"
"""Of the network's file. With a changed one OpenCV may open it all the same and find no face, or end the process."""
NO_CONFIGURATION = np.zeros(0, np.uint8)


class FaceDetector(Protocol):
    """Finds every face of one picture. Stateless."""

    def detect(self, rgb: Rgb) -> list[FaceBox]:
        """Faces in pixels of `rgb` (H, W, 3), in no particular order."""


def network_file() -> Path:
    """The network that is shipped with the program."""
    return paths.assets() / "face_detector" / "yunet.onnx"


class YuNet:
    """YuNet, the network of libfacedetection; 3 ms of processor time for 320 x 180 px.

    For use by one thread. Raises `ModelError` if the file cannot be read or was changed.
    """

    def __init__(self, file: Path) -> None:
        import cv2

        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # OpenCV 5 warns of a setting nobody chose
        try:
            network = file.read_bytes()
            if sha256(network).hexdigest() != SHA256:
                raise ModelError(f"The face detector {file} is damaged. Please install the program again.")
            # Not by its path: OpenCV cannot open every name that a folder may have.
            content = np.frombuffer(network, np.uint8)
            self._net = cv2.FaceDetectorYN.create("onnx", content, NO_CONFIGURATION, (320, 320), MIN_CONFIDENCE)
        except (OSError, cv2.error) as error:
            raise ModelError(f"The face detector {file} cannot be read. Please install the program again.") from error

    def detect(self, rgb: Rgb) -> list[FaceBox]:
        """Faces in pixels of `rgb`."""
        import cv2

        self._net.setInputSize((rgb.shape[1], rgb.shape[0]))
        _, rows = self._net.detect(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
        found = [] if rows is None else rows.tolist()
        return [FaceBox(row[0], row[1], row[2], row[3], row[-1]) for row in found]
