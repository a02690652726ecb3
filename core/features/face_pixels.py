"""Face crop → pixels for the visual encoder. One function for live frames and for training images."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.features.settings import FeatureSettings
from core.types import Rgb

_IMAGENET_MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
_IMAGENET_DEVIATION = np.array([0.229, 0.224, 0.225], dtype=np.float32)
_FLAT = 1e-3
"""Standard deviation below which a crop counts as flat; keeps sensor noise of a black picture from being amplified."""


def pixels(crop: Rgb, settings: FeatureSettings) -> NDArray[np.float32]:
    """Square crop (S, S, 3) uint8 → (C, crop_px, crop_px) float32, normalised as the settings state."""
    import cv2

    if crop.shape[0] > settings.detail_px:
        crop = cv2.resize(crop, (settings.detail_px, settings.detail_px), interpolation=cv2.INTER_AREA).astype(np.uint8)
    scaled = cv2.resize(crop, (settings.crop_px, settings.crop_px), interpolation=cv2.INTER_LINEAR)
    if settings.crop_grey:
        scaled = cv2.cvtColor(scaled, cv2.COLOR_RGB2GRAY)[..., None]
    values = scaled.astype(np.float32) / 255.0  # (S, S, C)
    if settings.crop_norm == "imagenet":
        values = (values - _IMAGENET_MEAN) / _IMAGENET_DEVIATION
    else:
        values = (values - values.mean()) / max(float(values.std()), _FLAT)
    return np.ascontiguousarray(values.transpose(2, 0, 1), dtype=np.float32)
