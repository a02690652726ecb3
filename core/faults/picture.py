"""Faults of one picture: pure functions from (H, W, 3) uint8 to a new array."""

from __future__ import annotations

import numpy as np

from core.faults.faults import Faults
from core.types import Rgb

COARSEST_PX = 10
"""Width to which full blur shrinks a picture; the weakest blur halves it, which is faster than shrinking by less."""
BAR_COLOR = (38, 40, 44)


def spoil(rgb: Rgb, faults: Faults) -> Rgb:
    """The picture with its faults; the given array itself without any."""
    if faults.blur > 0:
        rgb = blurred(rgb, faults.blur)
    if faults.darkness > 0:
        rgb = darkened(rgb, faults.darkness)
    if faults.occlusion > 0:
        rgb = covered(rgb, faults.occlusion)
    return rgb


def blurred(rgb: Rgb, strength: float) -> Rgb:
    """Shrunk and enlarged again, which looks like a lens out of focus and costs the same at any strength."""
    import cv2

    height, width = rgb.shape[:2]
    shrink = 2 * (width / 2 / COARSEST_PX) ** strength
    size = max(2, round(width / shrink)), max(2, round(height / shrink))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (3, 3), 0)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def darkened(rgb: Rgb, strength: float) -> Rgb:
    """With the share `strength` of the light removed."""
    import cv2

    return np.asarray(cv2.convertScaleAbs(rgb, alpha=1.0 - strength), dtype=np.uint8)


def covered(rgb: Rgb, share: float) -> Rgb:
    """With an upright bar over the middle, which covers a centred face at any height."""
    import cv2

    result = rgb.copy()
    height, width = rgb.shape[:2]
    left, right = round(width * (1 - share) / 2), round(width * (1 + share) / 2) - 1
    if left <= right:
        cv2.rectangle(result, (left, 0), (right, height - 1), BAR_COLOR, cv2.FILLED)
    return result
