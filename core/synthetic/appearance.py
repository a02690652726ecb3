"""The synthetic learner's appearance: one of a few characters, chosen by the seed, and the parts that never move.

The head is drawn on a canvas of `HEAD_W` x `HEAD_H`, twice its size in the picture, with its middle at `MIDDLE`.
All measures below are in pixels of that canvas, from the middle of the face.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.synthetic.paint import Colour, Layer, coverage, ellipse, fill, mirrored, new_layer, shade, smooth

HEAD_W, HEAD_H = 520, 640
MIDDLE = np.array([260.0, 330.0])
TURN_PX = {"nose": 26.0, "eyes": 17.0, "mouth": 19.0, "face": 5.0}
"""How far the parts move for a full turn: nearer parts move farther."""


@dataclass(frozen=True, slots=True)
class CharacterLook:
    """Colours and hair of one character."""

    skin: Colour
    hair: Colour
    eyes: Colour
    shirt: Colour
    wall: Colour
    long_hair: bool


LOOKS = (
    CharacterLook((238, 190, 160), (74, 48, 36), (96, 66, 42), (70, 112, 150), (203, 208, 204), True),
    CharacterLook((208, 150, 114), (36, 28, 28), (62, 40, 28), (196, 120, 82), (196, 206, 214), False),
    CharacterLook((244, 204, 178), (150, 88, 48), (74, 108, 96), (92, 128, 98), (214, 206, 194), True),
    CharacterLook((164, 112, 82), (30, 24, 24), (52, 34, 24), (212, 172, 92), (190, 202, 200), False),
)

FACE = [(0, -196), (88, -176), (140, -104), (151, -8), (138, 74), (104, 142), (54, 190), (0, 204)]
FRINGE = {
    True: [(-158, 10), (-164, -96), (-118, -196), (-10, -232), (104, -204), (160, -104), (158, 6), (142, -60),
           (104, -118), (38, -152), (-24, -150), (-84, -120), (-132, -62)],
    False: [(-156, -24), (-166, -110), (-122, -206), (-20, -244), (98, -218), (162, -126), (156, -22), (143, -78),
            (120, -132), (60, -120), (-30, -146), (-98, -126), (-138, -82)],
}  # fmt: skip
BACK_HAIR = [
    (0, -238),
    (120, -212),
    (176, -110),
    (182, 20),
    (186, 130),
    (172, 214),
    (128, 238),
    (92, 214),
    (80, 150),
    (0, 130),
]


def at(points: object, dx: float = 0.0, dy: float = 0.0) -> NDArray[np.float64]:
    """Points relative to the middle of the face, in canvas coordinates."""
    moved: NDArray[np.float64] = np.asarray(points, dtype=np.float64) + MIDDLE + (dx, dy)
    return moved


def head(look: CharacterLook, turn: float) -> Layer:
    """Hair, ears, skin and nose for a turn of -1 to 1, without the parts that move."""
    layer = new_layer(HEAD_W, HEAD_H)
    _behind(layer, look)
    _skin(layer, look, turn)
    _nose(layer, look, TURN_PX["nose"] * turn)
    _fringe(layer, look, turn)
    return layer


def _behind(layer: Layer, look: CharacterLook) -> None:
    if look.long_hair:
        outline = smooth(at(mirrored(BACK_HAIR)))
        inside = coverage(layer.shape, outline)
        fill(layer, outline, shade(look.hair, 0.72))
        fill(layer, at(ellipse((-120, 120), (60, 150))), shade(look.hair, 1.1), 0.5, 26, inside)
        return
    for sign in (-1, 1):
        ear = at(ellipse((sign * 153, 22), (23, 42), sign * 8))
        fill(layer, ear, shade(look.skin, 0.9))
        fill(layer, at(ellipse((sign * 153, 26), (11, 24), sign * 8)), shade(look.skin, 0.7), 0.7, 4)


def _skin(layer: Layer, look: CharacterLook, turn: float) -> None:
    outline = smooth(at(mirrored(FACE)))
    inside = coverage(layer.shape, outline)
    lean = TURN_PX["eyes"] * turn
    warm, dark = (224.0, 110.0, 96.0), shade(look.skin, 0.62)
    fill(layer, outline, look.skin)
    fill(layer, at(ellipse((-52 + lean, -70), (96, 110))), shade(look.skin, 1.1), 0.75, 42, inside)
    fill(layer, at(ellipse((164 + lean, 40), (62, 210))), dark, 0.6, 34, inside)
    fill(layer, at(ellipse((-172 + lean, 60), (40, 190))), dark, 0.35, 26, inside)
    fill(layer, at(ellipse((20, 214), (130, 40))), dark, 0.55, 24, inside)
    fill(layer, at(ellipse((0, -190), (150, 46))), dark, 0.5, 22, inside)
    for sign in (-1, 1):
        fill(layer, at(ellipse((sign * 64 + lean, -22), (50, 30))), dark, 0.34, 14, inside)
        fill(layer, at(ellipse((sign * 92 + lean, 74), (36, 26))), warm, 0.3, 18, inside)
    fill(layer, at(ellipse((TURN_PX["mouth"] * turn, 146), (40, 12))), dark, 0.3, 9, inside)
    fill(layer, at(ellipse((TURN_PX["mouth"] * turn, 176), (34, 16))), shade(look.skin, 1.1), 0.5, 10, inside)


def _nose(layer: Layer, look: CharacterLook, dx: float) -> None:
    root, dark = dx * 0.6, shade(look.skin, 0.58)
    side = smooth(at([(root + 14, -34), (dx + 17, 20), (dx + 33, 58), (dx + 22, 70), (dx + 8, 64), (dx + 7, 10)]))
    fill(layer, side, dark, 0.45, 6)
    fill(layer, smooth(at([(root - 5, -40), (dx - 1, 20), (dx - 3, 46), (dx - 11, 46), (dx - 9, 16)])),
         shade(look.skin, 1.16), 0.7, 6)  # fmt: skip
    fill(layer, at(ellipse((dx - 4, 52), (13, 10))), shade(look.skin, 1.2), 0.65, 5)
    fill(layer, at(ellipse((dx, 73), (30, 7))), dark, 0.5, 5)
    for sign in (-1, 1):
        fill(layer, at(ellipse((dx + sign * 15, 69), (8.5, 4.8), sign * -16)), shade(look.skin, 0.32), 0.85, 1.6)
        fill(layer, at(ellipse((dx + sign * 28, 60), (5, 11), sign * -12)), dark, 0.4, 3)


def _fringe(layer: Layer, look: CharacterLook, turn: float) -> None:
    outline = smooth(at(FRINGE[look.long_hair], TURN_PX["face"] * turn))
    inside = coverage(layer.shape, outline)
    fill(layer, smooth(at(FRINGE[look.long_hair], TURN_PX["face"] * turn, 9)), shade(look.skin, 0.45), 0.35, 8,
         coverage(layer.shape, smooth(at(mirrored(FACE)))))  # fmt: skip
    fill(layer, outline, look.hair)
    for x, lift, bright in ((-104, 4, 1.6), (-60, -20, 2.0), (-4, -28, 1.6), (62, -16, 1.35)):
        strand = smooth(at([(x - 20, -134 + lift), (x + 2, -196 + lift), (x + 52, -214), (x + 22, -178 + lift)]))
        fill(layer, strand, shade(look.hair, bright), 0.5, 7, inside)
    fill(layer, at(ellipse((150, -90), (34, 110))), shade(look.hair, 0.55), 0.6, 18, inside)
