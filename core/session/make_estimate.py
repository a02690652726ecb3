"""From what a model says of a window to the estimate that everybody else is given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.session.protocols import ModelOutput
from core.types import MODALITIES, STATES, Estimate, Explanation, Modality, Presence, Reason, Window


def make_estimate(window: Window, found: dict[Modality, Presence], output: ModelOutput, compute_ms: float) -> Estimate:
    """What one step says. A modality that the session knows to be missing is said to be, with its reason."""
    missing = {modality: Presence(False, 0.0, reason) for modality, reason in window.unavailable.items()}
    presence = {modality: missing.get(modality, found[modality]) for modality in MODALITIES}
    nothing = not any(entry.present for entry in presence.values())
    weightless = np.zeros(len(MODALITIES), np.float32)
    return Estimate(
        window.end_s,
        probabilities=np.full(len(STATES), np.nan, np.float32) if nothing else output.probabilities,
        weights=weightless if nothing else output.weights,
        weight_low=weightless if nothing else output.weight_low,
        weight_high=weightless if nothing else output.weight_high,
        presence=presence,
        abstains=_why_nothing(presence) if nothing else Reason.WEAK_EVIDENCE if output.abstain else None,
        compute_ms=compute_ms,
        sighting=replace(window.sightings[-1], crop=None) if window.sightings else None,
        words=window.words,
        explanation=None if output.explanation is None else Explanation(**output.explanation),
        features={modality: output.features[modality] for modality in MODALITIES if modality in output.features},
    )


def _why_nothing(presence: dict[Modality, Presence]) -> Reason:
    all_muted = all(entry.reason is Reason.MUTED for entry in presence.values())
    return Reason.MUTED if all_muted else Reason.NOTHING_PRESENT
