"""The grid on which sound is compared and cancelled."""

from __future__ import annotations

import numpy as np

from core.types import SAMPLE_RATE_HZ, Samples

STEP = SAMPLE_RATE_HZ // 100
"""Samples of one 10-ms step, the unit of the echo canceller."""
FRAME = 3 * STEP
"""Samples of one 30-ms frame, the unit of verdicts."""
FRAME_S = FRAME / SAMPLE_RATE_HZ
LOUD = 1e-6
"""Mean square (-60 dBFS) above which a frame of the reference is loud."""


def power(sound: Samples) -> float:
    """Mean square of the samples."""
    return float(np.square(sound, dtype=np.float64).mean())
