"""Sound as the recognisers want it."""

from __future__ import annotations

import numpy as np

from core.types import Samples


def to_pcm(samples: Samples) -> bytes:
    """16-bit little-endian sound of (N,) samples in [-1, 1]."""
    return (np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()
