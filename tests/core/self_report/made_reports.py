"""Short constructors of estimates for tests."""

from __future__ import annotations

import numpy as np

from core.types import MODALITIES, STATES, Estimate, Presence, Reason

NOTHING = np.full(4, np.nan, dtype=np.float32)


def estimate(t_s: float, state: str | None = "Curious", *, present: bool = True, share: float = 0.7) -> Estimate:
    """Names `state` with probability `share`; undecided with None; nothing present unless `present`."""
    shares = np.full(4, (1 - share) / 3, dtype=np.float32)
    shares[STATES.index(state or "Curious")] = share
    weights = np.full(3, 1 / 3 if present else 0.0, dtype=np.float32)
    why = None if present and state else Reason.WEAK_EVIDENCE if present else Reason.NOTHING_PRESENT
    presence = {modality: Presence(present) for modality in MODALITIES}
    return Estimate(t_s, shares if present else NOTHING, weights, weights, weights, presence, why, 10.0)
