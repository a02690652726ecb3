"""The parts of the drawn face that move: eyes, brows and mouth, painted straight onto the finished head.

All lengths are in pixels of the head's canvas, from the middle of the face (see `core.synthetic.appearance`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.synthetic.appearance import TURN_PX, CharacterLook, at
from core.synthetic.paint import SUBPIXEL_BITS, Colour, Points, fixed, shade, smooth

Canvas = NDArray[np.uint8]
Spot = tuple[float, float]
EYE_X, EYE_Y = 64.0, -12.0
BROW_Y = -62.0
MOUTH_Y = 118.0


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression. Brow and mouth values in -1 to 1, 0 at rest; `lids` 0 shut, 1 open, above 1 wide.

    `skew` lifts one brow against the other and pulls the mouth aside; `speech` 0 to 1 opens the mouth for sound.
    """

    brow_inner: float = 0.0
    brow_outer: float = 0.0
    skew: float = 0.0
    lids: float = 1.0
    gaze_x: float = 0.0
    gaze_y: float = 0.0
    corners: float = 0.12
    width: float = 0.0
    open: float = 0.0
    speech: float = 0.0


def paint_features(canvas: Canvas, look: CharacterLook, face: Expression, turn: float) -> None:
    """Eyes, brows and mouth of `face` on a head turned by `turn`."""
    eyes_dx, mouth_dx = TURN_PX["eyes"] * turn, TURN_PX["mouth"] * turn
    for sign in (-1.0, 1.0):
        _eye(canvas, look, face, sign, eyes_dx)
        _brow(canvas, look, face, sign, eyes_dx)
    _mouth(canvas, look, face, mouth_dx)


def _eye(canvas: Canvas, look: CharacterLook, face: Expression, sign: float, dx: float) -> None:
    lids = max(face.lids - 0.12 * sign * face.skew, 0.0)
    upper, lower = 20.0 * lids - 3.0 * (lids < 0.2), 12.0 * min(0.35 + 0.65 * lids, 1.0)
    x, y = sign * EYE_X + dx, EYE_Y
    lid = [(-34, 3), (-20, -upper * 0.74), (2, -upper), (22, -upper * 0.66), (34, 3)]
    outer = [(x + px, y + py) for px, py in lid]
    almond = smooth(at([*outer, (x + 16, y + lower * 0.9), (x - 2, y + lower), (x - 20, y + lower * 0.8)]))
    iris = (x + 9 * face.gaze_x, y - 3 + 6 * face.gaze_y)
    if lids > 0.12:
        _eyeball(canvas, look, almond, iris)
    lash = smooth(at([*outer, *[(px, py - 4.5) for px, py in outer[-2:0:-1]]]), 6)
    _shape(canvas, lash, shade(look.hair, 0.5))
    crease = at([(px * 1.0, py - 9 - 3 * lids) for px, py in outer])
    _line(canvas, crease, shade(look.skin, 0.66), 2)
    _line(canvas, almond[40:62], shade(look.skin, 0.6), 2)


def _eyeball(canvas: Canvas, look: CharacterLook, almond: Points, iris: tuple[float, float]) -> None:
    left, top = np.floor(almond.min(0) - 2).astype(int)
    right, bottom = np.ceil(almond.max(0) + 2).astype(int)
    patch = canvas[top:bottom, left:right]
    inside, white = np.zeros(patch.shape[:2], dtype=np.uint8), np.full_like(patch, 255)
    white[...] = (246, 242, 238, 255)
    white[: (bottom - top) // 3, :, :3] = (204, 196, 192)
    (x, y), shift = at([iris])[0] - (left, top), (left, top)
    for radius, colour in ((17.0, shade(look.eyes, 0.5)), (15.0, look.eyes), (7.6, (16.0, 12.0, 12.0))):
        _disc(white, x, y, radius, colour)
    _disc(white, x - 5, y - 6, 3.6, (255.0, 255.0, 255.0))
    import cv2

    cv2.fillPoly(inside, [fixed(almond - shift)], 255, cv2.LINE_AA, SUBPIXEL_BITS)
    share = inside[..., None].astype(np.float32) / 255
    patch[:] = patch + (white - patch.astype(np.float32)) * share


def _brow(canvas: Canvas, look: CharacterLook, face: Expression, sign: float, dx: float) -> None:
    lift = -12.0 * face.skew * sign
    inner_x, outer_x = sign * (26 - 5 * max(-face.brow_inner, 0.0)) + dx, sign * 108 + dx
    inner_y = BROW_Y + 6 - 20 * face.brow_inner + lift * 0.7
    outer_y = BROW_Y + 10 - 16 * face.brow_outer + lift * 0.6
    middle_x, middle_y = sign * 72 + dx, (inner_y + outer_y) / 2 - 10 - 3 * face.brow_outer + lift * 0.4
    top = [(inner_x, inner_y - 7), (middle_x, middle_y - 7)]
    under = [(outer_x, outer_y), (middle_x, middle_y + 5), (inner_x + sign, inner_y + 8)]
    _shape(canvas, smooth(at([*top, *under])), shade(look.hair, 0.8))


def _mouth(canvas: Canvas, look: CharacterLook, face: Expression, dx: float) -> None:
    opening = max(face.open, face.speech)
    half = 44.0 + 12 * face.width + 8 * max(face.corners, 0.0) - 9 * face.speech
    rise, side, x = 20 * face.corners, 9 * face.skew, dx + 5 * face.skew
    left, right = (x - half, MOUTH_Y - rise + side * 0.5), (x + half, MOUTH_Y - rise - side * 0.5)
    gap = 34 * opening
    lips = _lips(x, left, right, gap)
    red = tuple(0.62 * a + 0.38 * b for a, b in zip(look.skin, (176.0, 44.0, 56.0), strict=True))
    _shape(canvas, lips, (red[0] * 0.9, red[1] * 0.78, red[2] * 0.8))
    _shape(canvas, _opening(x, left, right, gap), (70.0, 24.0, 28.0))
    if opening > 0.2:
        teeth = [(-0.55, 0.0), (0.55, 0.0), (0.4, gap * 0.3), (-0.4, gap * 0.3)]
        _shape(canvas, at([(x + half * dx, MOUTH_Y + dy) for dx, dy in teeth]), (238.0, 232.0, 226.0))
    _line(canvas, at([(x - 18, MOUTH_Y + gap + 13), (x + 12, MOUTH_Y + gap + 13)]), shade(look.skin, 1.02), 2)


def _lips(x: float, left: Spot, right: Spot, gap: float) -> Points:
    half = (right[0] - left[0]) / 2
    upper = [(x - half * 0.4, -11.0), (x - 5, -14.0), (x + 5, -14.0), (x + half * 0.4, -11.0)]
    lower = [(x + half * 0.5, gap + 13), (x, gap + 18), (x - half * 0.5, gap + 13)]
    return _around(left, upper, right, lower)


def _opening(x: float, left: Spot, right: Spot, gap: float) -> Points:
    half = (right[0] - left[0]) / 2
    upper = [(x - half * 0.4, -2.0), (x, 0.0), (x + half * 0.4, -2.0)]
    lower = [(x + half * 0.5, gap * 0.8 + 2), (x, gap + 2), (x - half * 0.5, gap * 0.8 + 2)]
    return _around(left, upper, right, lower)


def _around(left: Spot, upper: list[Spot], right: Spot, lower: list[Spot]) -> Points:
    """A mouth's outline from corner to corner; upper and lower spots are given from the mouth's height."""
    return smooth(at([left, *_at_mouth(upper), right, *_at_mouth(lower)]))


def _at_mouth(spots: list[Spot]) -> list[Spot]:
    return [(x, MOUTH_Y + y) for x, y in spots]


def _shape(canvas: Canvas, points: Points, colour: Colour) -> None:
    import cv2

    cv2.fillPoly(canvas, [fixed(points)], (*colour, 255), cv2.LINE_AA, SUBPIXEL_BITS)


def _line(canvas: Canvas, points: Points, colour: Colour, thickness: int) -> None:
    import cv2

    cv2.polylines(canvas, [fixed(points)], False, (*colour, 255), thickness, cv2.LINE_AA, SUBPIXEL_BITS)


def _disc(canvas: Canvas, x: float, y: float, radius: float, colour: Colour) -> None:
    import cv2

    unit = 1 << SUBPIXEL_BITS
    middle = (round(x * unit), round(y * unit))
    cv2.circle(canvas, middle, round(radius * unit), (*colour, 255), -1, cv2.LINE_AA, SUBPIXEL_BITS)
