"""Quality of a face picture: sharpness, light, size and detector confidence, each from 0 to 1.

The overall quality is that of the weakest part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.features.face_choice import side
from core.types import FaceBox, Rgb

SHARPNESS = (2.0, 6.5)
"""Deviation of the Laplacian on a 96 px face, from "blur" to "as sharp as the training pictures" (98 % of FER2013
score above 6.4, clips of webcams 15 to 35; a Gaussian blur of a 30th of the face's side scores 3.6)."""
LIGHT = (15.0, 60.0)
"""Mean grey of the face, from "cannot be seen" to "well lit" (0 to 255)."""
DOUBTFUL_LIGHT = 0.25
GLARE = (250.0, 225.0)
"""Mean grey of the face, from "burnt out" down to "well lit"."""
SIZE_PX = (20.0, 56.0)
"""Side of the face in camera pixels; the compact model was trained on faces of 48 px."""
CONFIDENCE = (0.6, 0.85)
"""Of FER2013 faces that are found, 95 % score above 0.84."""
DARK_FRAME = 16.0
"""Mean grey of a frame without a face below which "too dark" is reported instead of "no face"."""
_FACE_PX = 96


@dataclass(frozen=True, slots=True)
class FaceQuality:
    """The four parts, each 0 (useless) to 1 (good). `is_dark`: the light is poor because there is too little of it."""

    sharpness: float
    light: float
    size: float
    confidence: float
    is_dark: bool

    @property
    def whole(self) -> float:
        """Quality of the weakest part."""
        return min(self.sharpness, self.light, self.size, self.confidence)


def measure_quality(crop: Rgb, face: FaceBox) -> FaceQuality:
    """Measures the quality of `crop` (S, S, 3), cut around `face`, whose box is in camera pixels."""
    import cv2

    grey = cv2.resize(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), (_FACE_PX, _FACE_PX), interpolation=cv2.INTER_AREA)
    inner = grey[_FACE_PX // 6 : -_FACE_PX // 6, _FACE_PX // 6 : -_FACE_PX // 6]
    brightness = float(inner.mean())
    return FaceQuality(
        sharpness=_ramp(float(cv2.Laplacian(inner, cv2.CV_32F).std()), *SHARPNESS),
        light=min(_ramp(brightness, *LIGHT), _ramp(brightness, *GLARE)),
        size=_ramp(side(face), *SIZE_PX),
        confidence=_ramp(face.confidence, *CONFIDENCE),
        is_dark=_ramp(brightness, *LIGHT) < DOUBTFUL_LIGHT,
    )


def is_dark(grey: Any) -> bool:
    """Whether a grey picture (H, W) is too dark to find a face in it."""
    return float(grey.mean()) < DARK_FRAME


class StillnessDetector:
    """Measures how long the picture has stayed bit-identical; the noise of a working camera never repeats."""

    def __init__(self) -> None:
        self._last: NDArray[np.uint8] | None = None
        self._since_s = 0.0

    def seconds(self, picture: NDArray[np.uint8], t_s: float) -> float:
        """Takes the picture at time `t_s` and returns for how many seconds it has been the same."""
        if self._last is None or not np.array_equal(self._last, picture):
            self._last, self._since_s = picture, t_s
        return t_s - self._since_s


def _ramp(value: float, worst: float, best: float) -> float:
    return float(np.clip((value - worst) / (best - worst), 0.0, 1.0))
