"""Builds an `Estimate` from the model's output."""

from __future__ import annotations

from dataclasses import replace
from math import nan

from core.session.abstaining import why_abstains
from core.session.protocols import ModelOutput
from core.types import MODALITIES, Estimate, Explanation, Modality, Presence, Window


def make_estimate(
    window: Window, presence: dict[Modality, Presence], output: ModelOutput, compute_ms: float
) -> Estimate:
    """One step's estimate. `presence` is the feature pipeline's for this window; `output` is all-NaN without any."""
    return Estimate(
        window.end_s,
        probabilities=output.probabilities,
        weights=output.weights,
        weight_low=output.weight_low,
        weight_high=output.weight_high,
        presence=presence,
        abstains=why_abstains(presence, output.weights, output.abstain),
        compute_ms=compute_ms,
        sighting=replace(window.sightings[-1], crop=None) if window.sightings else None,
        words=window.words,
        explanation=None if output.explanation is None else Explanation(**output.explanation),
        features={modality: output.features[modality] for modality in MODALITIES if modality in output.features},
        since_word_s=window.since_word_s,
        mouth_motion=_mouth_motion(window),
    )


def _mouth_motion(window: Window) -> float:
    known = [seen.mouth_motion for seen in window.sightings if seen.mouth_motion is not None]
    return sum(known) / len(known) if known else nan
