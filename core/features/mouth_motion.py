"""Measures how much the mouth moved between two glances, beside what the whole face moved.

Both pictures of the face are cut at one size, laid over each other by their upper halves, and compared: the mean
difference in the lower face, less `HEAD_SHARE` of that in the upper face (which the head's own movement and the
camera's noise cause too), over the contrast of both. The result has no unit: a still mouth gives about 0 to 0.05, a
speaking one 0.1 to 0.4 in the mean of two seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from core.features.face_choice import centre, side
from core.features.face_crop import CROP_SIDE
from core.types import FaceBox, Rgb, Sighting, VideoFrame

MAX_GAP_S = 0.3
"""Glances further apart than this, as at fewer than four pictures a second, are not compared."""
HEAD_SHARE = 0.7
MIN_SIDE_PX = 40.0
"""Side of the smallest face whose mouth can be followed, in camera pixels."""
MIN_QUALITY = 0.4
"""Of the face picture; below it the mouth is a blur, or lost in noise."""
MAX_SHIFT, MAX_GROWTH = 0.25, 1.2
"""Of the box between two glances, relative to its side. Beyond, the face was found anew, perhaps another one."""
_PX = 64
_MOUTH = (slice(40, 61), slice(17, 47))
_UPPER = (slice(8, 38), slice(15, 49))
"""Rows and columns of the cut face (`_PX` square): lips, chin and the corners of the mouth; forehead to nose."""
_ALIGNED = (slice(6, 38), slice(14, 50))
_MIN_CONTRAST = 4.0
"""Grey levels; a flat face gives no verdict by its noise."""


@dataclass(frozen=True, slots=True)
class FaceChange:
    """Mean differences in grey levels in the lower and the upper face, and the contrast (deviation) of both."""

    mouth: float
    upper: float
    contrast: float

    @property
    def motion(self) -> float:
        """The mouth's own motion, from 0; a blink does not make up for it."""
        return max(self.mouth - HEAD_SHARE * self.upper, 0.0) / max(self.contrast, _MIN_CONTRAST)


class MouthMotion:
    """Compares each frame's face with that of the glance before. Takes one camera's frames in order."""

    def __init__(self) -> None:
        self._last: tuple[VideoFrame, FaceBox] | None = None

    def measure(self, frame: VideoFrame, sighting: Sighting) -> float | None:
        """The mouth's motion since the glance before; None where it cannot be told."""
        last, box = self._last, sighting.box
        if box is None or not is_measurable(sighting):
            self._last = None
            return None
        self._last = (frame, box)
        if last is None or not _is_continued(last, (frame, box)):
            return None
        return compare(last[0].rgb, last[1], frame.rgb, box).motion


def is_measurable(sighting: Sighting) -> bool:
    """Whether the face is there, large and clear enough to see its mouth move."""
    seen, box = sighting.presence, sighting.box
    if not seen.present or seen.quality < MIN_QUALITY or box is None or side(box) < MIN_SIDE_PX:
        return False
    (x, y), (width, height) = centre(box), sighting.frame_size
    return 0 <= x < width and 0 <= y < height


def compare(before: Rgb, box_before: FaceBox, now: Rgb, box: FaceBox) -> FaceChange:
    """The change of the face from frame `before` to frame `now`."""
    import cv2

    old, new = _grey(before, _resized(box_before, box)), _grey(now, box)
    (x, y), _ = cv2.phaseCorrelate(old[_ALIGNED].astype(np.float32), new[_ALIGNED].astype(np.float32), _window())
    moved = cv2.warpAffine(
        new,
        np.array([[1, 0, x], [0, 1, y]], np.float32),
        (_PX, _PX),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    light = min(max(float(old[_UPPER].mean()) / max(float(moved[_UPPER].mean()), 1.0), 0.5), 2.0)
    difference = cv2.absdiff(old, cv2.convertScaleAbs(moved, alpha=light))
    return FaceChange(
        float(difference[_MOUTH].mean()),
        float(difference[_UPPER].mean()),
        (float(old[_MOUTH].std()) + float(old[_UPPER].std())) / 2,
    )


def _is_continued(last: tuple[VideoFrame, FaceBox], now: tuple[VideoFrame, FaceBox]) -> bool:
    (before, old), (frame, box) = last, now
    (x0, y0), (x1, y1), edge = centre(old), centre(box), side(box)
    shift, growth = max(abs(x1 - x0), abs(y1 - y0)) / edge, edge / side(old)
    near = shift <= MAX_SHIFT and 1 / MAX_GROWTH <= growth <= MAX_GROWTH
    return near and 0.0 < frame.t_s - before.t_s <= MAX_GAP_S and before.rgb.shape == frame.rgb.shape


def _resized(box: FaceBox, like: FaceBox) -> FaceBox:
    """`box` around its centre in the size of another, so that both pictures have one scale."""
    x, y = centre(box)
    return replace(like, x=x - like.width / 2, y=y - like.height / 2)


def _grey(rgb: Rgb, box: FaceBox) -> Any:
    """The face as `cut_face` frames it, grey and small; cheaper than cutting it in colour."""
    import cv2

    edge, (x, y), (height, width) = max(round(CROP_SIDE * side(box)), 2), centre(box), rgb.shape[:2]
    left, top = round(x - edge / 2), round(y - edge / 2)
    above, below = max(-top, 0), max(top + edge - height, 0)
    before, behind = max(-left, 0), max(left + edge - width, 0)
    inside = cv2.cvtColor(rgb[max(top, 0) : top + edge, max(left, 0) : left + edge], cv2.COLOR_RGB2GRAY)
    square = cv2.copyMakeBorder(inside, above, below, before, behind, cv2.BORDER_REPLICATE)
    return cv2.resize(square, (_PX, _PX), interpolation=cv2.INTER_AREA if edge > _PX else cv2.INTER_LINEAR)


@cache
def _window() -> Any:
    import cv2

    rows, columns = _ALIGNED
    return cv2.createHanningWindow((columns.stop - columns.start, rows.stop - rows.start), cv2.CV_32F)
