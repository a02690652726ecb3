"""Samples as every buffer, canceller and model expects them."""

from __future__ import annotations

import numpy as np

from core.types import Samples


def in_range(samples: Samples) -> Samples:
    """The samples within [-1, 1]; silence in place of what is no number, which broken drivers and files give."""
    return np.clip(np.nan_to_num(samples, posinf=1.0, neginf=-1.0), -1.0, 1.0)
