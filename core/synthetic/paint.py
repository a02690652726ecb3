"""Drawing functions for the synthetic learner: smooth closed shapes, soft fills and compositing of layers.

Layers are (H, W, 4) float32, colour premultiplied by alpha, 0 to 255 and 0 to 1. Points are in pixels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Layer = NDArray[np.float32]
Points = NDArray[np.float64]
Colour = tuple[float, float, float]
SUBPIXEL_BITS = 4


def new_layer(width: int, height: int) -> Layer:
    """An empty, transparent layer."""
    return np.zeros((height, width, 4), dtype=np.float32)


def smooth(corners: Any, steps: int = 8) -> Points:
    """A closed Catmull-Rom curve through the corners, (N * steps, 2)."""
    points = np.asarray(corners, dtype=np.float64)
    before, after, beyond = np.roll(points, 1, 0), np.roll(points, -1, 0), np.roll(points, -2, 0)
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    p0, p1, p2, p3 = (row[:, None, :] for row in (before, points, after, beyond))
    linear, square, cube = p2 - p0, 2 * p0 - 5 * p1 + 4 * p2 - p3, 3 * p1 - p0 - 3 * p2 + p3
    curve: Points = np.asarray(0.5 * (2 * p1 + linear * t + square * t**2 + cube * t**3), dtype=np.float64)
    return curve.reshape(-1, 2)


def mirrored(half: Any) -> Points:
    """A closed outline from its right half (top to bottom, x from the axis): the half, then its mirror upwards."""
    right = np.asarray(half, dtype=np.float64)
    left: Points = right[right[:, 0] > 0][::-1] * np.array([-1.0, 1.0])
    return np.concatenate([right, left])


def ellipse(centre: tuple[float, float], radii: tuple[float, float], degrees: float = 0.0) -> Points:
    """An ellipse as 48 points."""
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    tilt = np.deg2rad(degrees)
    x, y = radii[0] * np.cos(angle), radii[1] * np.sin(angle)
    turned = np.stack([x * np.cos(tilt) - y * np.sin(tilt), x * np.sin(tilt) + y * np.cos(tilt)], axis=1)
    moved: Points = turned + np.asarray(centre)
    return moved


def fixed(points: Points) -> NDArray[np.int32]:
    """Points in OpenCV's fixed-point form, for `shift=SUBPIXEL_BITS`."""
    return np.round(points * (1 << SUBPIXEL_BITS)).astype(np.int32)


def coverage(shape: tuple[int, ...], points: Points, blur_px: float = 0.0) -> NDArray[np.float32]:
    """How much of each pixel the shape covers, (H, W) in 0 to 1, softened by `blur_px`."""
    import cv2

    step = max(int(blur_px / 4), 1)
    height, width = shape[0], shape[1]
    mask = np.zeros((-(-height // step), -(-width // step)), dtype=np.uint8)
    cv2.fillPoly(mask, [fixed(points / step)], 255, cv2.LINE_AA, SUBPIXEL_BITS)
    soft: NDArray[np.float32] = mask.astype(np.float32) / np.float32(255)
    if blur_px:
        soft = np.asarray(cv2.GaussianBlur(soft, (0, 0), blur_px / step), dtype=np.float32)
    return soft if step == 1 else np.asarray(cv2.resize(soft, (width, height)), dtype=np.float32)


def fill(
    layer: Layer,
    points: Points,
    colour: Colour,
    alpha: float = 1.0,
    blur_px: float = 0.0,
    within: NDArray[np.float32] | None = None,
) -> None:
    """Paint a shape onto the layer; `within` (H, W) keeps it inside another shape."""
    reach = 3 * blur_px + 2
    left, top = np.clip(np.floor(points.min(0) - reach), 0, layer.shape[1::-1]).astype(int)
    right, bottom = np.clip(np.ceil(points.max(0) + reach), 0, layer.shape[1::-1]).astype(int)
    part = layer[top:bottom, left:right]
    if not part.size:
        return
    cover = coverage(part.shape, points - (left, top), blur_px) * np.float32(alpha)
    if within is not None:
        cover *= within[top:bottom, left:right]
    part *= (1 - cover)[..., None]
    part += cover[..., None] * np.array([*colour, 1.0], dtype=np.float32)


def over(ground: NDArray[np.uint8], layer: Any, inverse: Any) -> None:
    """Composite a premultiplied picture over the background in place; `inverse` is 255 minus its alpha, 3 channels."""
    import cv2

    cv2.multiply(ground, inverse, ground, 1 / 255)
    cv2.add(ground, layer, ground)


def shade(colour: Colour, factor: float) -> Colour:
    """The colour darkened (below 1) or lightened (above 1)."""
    red, green, blue = (min(part * factor, 255.0) for part in colour)
    return red, green, blue
