"""Draws the synthetic learner as a camera would see them: room, body, head and expression, frame by frame.

Everything that does not move is drawn once; a frame then costs two warps and a few small polygons.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.synthetic.appearance import LOOKS, MIDDLE, head
from core.synthetic.features import Expression, paint_features
from core.synthetic.paint import over
from core.synthetic.room import BODY_W, ROOM_H, ROOM_W, body, desk, room
from core.types import Rgb

TURNS = 13
NECK = np.add(MIDDLE, (0.0, 170.0))
"""The point of the head's canvas around which it tilts."""
NECK_AT = np.array([320.0, 246.0])
"""Position of that point in a picture of 640 x 360."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Position of the learner: `x`, `y` in pixels of a 640-wide picture, `tilt` in degrees, `turn` from -1 to 1."""

    x: float = 0.0
    y: float = 0.0
    tilt: float = 0.0
    turn: float = 0.0
    zoom: float = 1.0
    face: Expression = field(default_factory=Expression)


class FacePainter:
    """Paints poses of one character. `seed` chooses the character and the room; `width_px` the picture (16 : 9)."""

    def __init__(self, seed: int, width_px: int = 640) -> None:
        rng = np.random.default_rng([seed, 1])
        self._scale = width_px / ROOM_W
        self._size = (width_px, round(ROOM_H * self._scale))
        self._look = LOOKS[seed % len(LOOKS)]
        self._room = room(self._look, rng, self._scale)
        desk_layer = self._room.copy()
        desk(desk_layer, self._scale)
        self._desk_top = round(336 * self._scale)
        self._desk = desk_layer[self._desk_top :]
        self._body = _bytes(body(self._look))
        self._heads: dict[int, Rgb] = {}
        self._grain = rng.integers(0, 5, (8, self._size[1], self._size[0], 1), dtype=np.uint8).repeat(3, axis=3)
        self._painted = 0

    def paint(self, pose: Pose) -> Rgb:
        """A fresh picture (H, W, 3) of the pose."""
        import cv2

        ground = self._room.copy()
        self._put(ground, self._body, self._body_place(pose))
        canvas = self._head(round((pose.turn + 1) / 2 * (TURNS - 1))).copy()
        paint_features(canvas, self._look, pose.face, pose.turn)
        self._put(ground, canvas, self._head_place(pose))
        ground[self._desk_top :] = self._desk
        cv2.add(ground, self._grain[self._painted % len(self._grain)], ground)
        self._painted += 1
        return ground

    def _head(self, place: int) -> Rgb:
        """The head at one of `TURNS` turns, drawn when first needed (some 40 ms), so that the demo starts at once."""
        if place not in self._heads:
            self._heads[place] = _bytes(head(self._look, place / (TURNS - 1) * 2 - 1))
        return self._heads[place]

    def _head_place(self, pose: Pose) -> Any:
        import cv2

        place = cv2.getRotationMatrix2D((float(NECK[0]), float(NECK[1])), pose.tilt, 0.5 * pose.zoom * self._scale)
        place[:, 2] += np.add(NECK_AT, (pose.x, pose.y)) * self._scale - NECK
        return place

    def _body_place(self, pose: Pose) -> Any:
        scale = 0.5 * (0.6 + 0.4 * pose.zoom) * self._scale
        x, y = np.add(NECK_AT, (pose.x * 0.8, 12 + pose.y * 0.4)) * self._scale
        return np.array([[scale, 0, x - BODY_W * scale], [0, scale, y - 40 * scale]])

    def _put(self, ground: Rgb, layer: Rgb, place: Any) -> None:
        """Warp a layer onto the part of the background that it covers."""
        import cv2

        height, width = layer.shape[:2]
        corners = np.array([(0, 0, 1), (width, 0, 1), (0, height, 1), (width, height, 1)]) @ place.T
        left, top = np.clip(np.floor(corners.min(0)), 0, self._size).astype(int)
        right, bottom = np.clip(np.ceil(corners.max(0)), 0, self._size).astype(int)
        if right <= left or bottom <= top:
            return
        inside = place.copy()
        inside[:, 2] -= (left, top)
        warped = cv2.warpAffine(layer, inside, (int(right - left), int(bottom - top)), flags=cv2.INTER_LINEAR)
        inverse = cv2.cvtColor(255 - warped[..., 3], cv2.COLOR_GRAY2RGB)
        over(ground[top:bottom, left:right], cv2.cvtColor(warped, cv2.COLOR_RGBA2RGB), inverse)


def _bytes(layer: Any) -> Rgb:
    result: Rgb = (np.clip(layer * (1, 1, 1, 255), 0, 255) + 0.5).astype(np.uint8)
    return result
