"""The synthetic learner's surroundings: an unfocused wall with a window and shelves, the shoulders, and the desk.

Coordinates are those of a picture 640 px wide and 360 px high; `scale` makes it finer or coarser.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.synthetic.appearance import CharacterLook
from core.synthetic.paint import Colour, Layer, coverage, ellipse, fill, mirrored, new_layer, shade, smooth

ROOM_W, ROOM_H = 640, 360
BODY_W, BODY_H = 520, 220
SHOULDERS = [(0, 22), (46, 26), (70, 46), (148, 66), (206, 110), (236, 226), (0, 240)]
COLLAR = [(0, 18), (56, 22), (66, 46), (0, 84)]
BOOKS: tuple[Colour, ...] = ((168, 84, 66), (74, 104, 128), (206, 172, 104), (96, 124, 98), (132, 92, 122))


def room(look: CharacterLook, rng: np.random.Generator, scale: float) -> NDArray[np.uint8]:
    """The unfocused background, (H, W, 3)."""
    import cv2

    layer = new_layer(ROOM_W, ROOM_H)
    fill(layer, box(0, 0, ROOM_W, ROOM_H), look.wall)
    fill(layer, ellipse((120, 90), (300, 240)), shade(look.wall, 1.16), 0.9, 70)
    fill(layer, ellipse((660, 330), (260, 260)), shade(look.wall, 0.62), 0.7, 90)
    _window(layer)
    _library(layer, rng, 92)
    _library(layer, rng, 196)
    _plant(layer)
    cv2.GaussianBlur(layer, (0, 0), 3.2, layer)
    size = (round(ROOM_W * scale), round(ROOM_H * scale))
    grain = rng.normal(0, 1.6, (size[1], size[0], 1))
    return np.clip(cv2.resize(layer[..., :3], size) + grain, 0, 255).astype(np.uint8)


def box(left: float, top: float, right: float, bottom: float) -> NDArray[np.float64]:
    """A rectangle as a shape."""
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float64)


def body(look: CharacterLook) -> Layer:
    """Neck and shoulders on their own canvas, twice as fine; the neck's top is at (BODY_W / 2, 0)."""
    layer = new_layer(BODY_W * 2, BODY_H * 2)
    outline = _placed(smooth(mirrored(SHOULDERS)))
    inside = coverage(layer.shape, outline)
    collar = _placed(smooth(mirrored(COLLAR)))
    neck = _placed(smooth(mirrored([(0, -30), (34, -30), (36, 10), (52, 44), (0, 66)])))
    fill(layer, outline, look.shirt)
    fill(layer, _placed(ellipse((-120, 90), (90, 60))), shade(look.shirt, 1.2), 0.6, 50, inside)
    fill(layer, _placed(ellipse((200, 190), (110, 130))), shade(look.shirt, 0.6), 0.8, 60, inside)
    fill(layer, collar, shade(look.shirt, 0.74), 1.0, 2, inside)
    fill(layer, neck, shade(look.skin, 0.86))
    fill(layer, _placed(ellipse((6, 2), (48, 26))), shade(look.skin, 0.52), 0.75, 16, coverage(layer.shape, neck))
    return layer


def desk(ground: NDArray[np.uint8], scale: float) -> None:
    """The edge of the desk and a sheet of paper, painted onto a picture in place."""
    layer = new_layer(ground.shape[1], ground.shape[0])
    fill(layer, box(-20, 338, 660, 380) * scale, (150, 108, 76))
    fill(layer, box(-20, 337, 660, 342) * scale, (196, 154, 116), 0.9, scale)
    fill(layer, np.array([(388, 346), (532, 344), (560, 362), (378, 364)]) * scale, (240, 238, 230), 0.95, scale)
    ground[:] = (ground * (1 - layer[..., 3:]) + layer[..., :3]).astype(np.uint8)


def _placed(points: NDArray[np.float64]) -> NDArray[np.float64]:
    moved: NDArray[np.float64] = np.add(points, (BODY_W / 2, 20)) * 2
    return moved


def _window(layer: Layer) -> None:
    fill(layer, box(26, 18, 178, 216), (232, 230, 222), 1.0, 1)
    for left, top in ((36, 28), (106, 28), (36, 122), (106, 122)):
        fill(layer, box(left, top, left + 62, top + 86), (176, 208, 232), 1.0, 1)
    fill(layer, ellipse((80, 200), (110, 46)), (146, 182, 140), 0.7, 12, coverage(layer.shape, box(36, 28, 168, 208)))


def _library(layer: Layer, rng: np.random.Generator, bottom: int) -> None:
    x = 468
    while x < 618:
        width, height = int(rng.integers(9, 17)), int(rng.integers(44, 66))
        fill(layer, box(x, bottom - height, x + width, bottom), _any(BOOKS, rng), 0.85)
        x += width + 2
    fill(layer, box(456, bottom, 640, bottom + 7), (148, 112, 84))


def _plant(layer: Layer) -> None:
    for dx, dy in ((-26, -34), (-10, -54), (12, -50), (28, -30), (0, -30)):
        leaf = [(0, 296), (dx * 0.3, 280 + dy * 0.4), (dx, 290 + dy), (dx * 0.7, 288 + dy * 0.3)]
        fill(layer, smooth(np.add(leaf, (562, 0))), (92, 134, 96))
    fill(layer, np.array([(540, 292), (584, 292), (578, 338), (546, 338)], dtype=np.float64), (214, 196, 176))


def _any(choices: Sequence[Colour], rng: np.random.Generator) -> Colour:
    return choices[int(rng.integers(len(choices)))]
