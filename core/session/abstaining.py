"""Why a step names no state. Used by a running session and when a stored one is scored again."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.types import Modality, Presence, Reason

DOUBTED_SHARE = 0.5
"""With more than this share of the weights on modalities that may be somebody else's, no state is named."""


def why_abstains(presence: dict[Modality, Presence], weights: NDArray[np.float32], weak: bool) -> Reason | None:
    """Why one step names no state; None if it names one. `weights` (3,); `weak`: the model's own verdict."""
    entries = list(presence.values())
    if not any(entry.present for entry in entries):
        all_muted = all(entry.reason is Reason.MUTED for entry in entries)
        return Reason.MUTED if all_muted else Reason.NOTHING_PRESENT
    if weak:
        return Reason.WEAK_EVIDENCE
    doubted = np.array([entry.present and entry.reason is Reason.LIPS_STILL for entry in entries])
    return Reason.LIPS_STILL if rests_on_doubt(weights, doubted) else None


def rests_on_doubt(weights: NDArray[np.float32], doubted: NDArray[np.bool_]) -> Any:
    """Whether steps rest on what may be somebody else's: weights and doubts (…, 3) → (…,) bool."""
    return (weights * doubted).sum(-1) > DOUBTED_SHARE
