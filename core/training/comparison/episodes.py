"""Measures whether a modality's weight falls while its sensor is bad.

An episode is a run of steps at which a modality has bad takes. It counts if, both within the 8 steps before it and
within it, there is at least one step at which the modality and at least one other are present (alone, a modality
always has the full weight). The weight falls against *before* if its mean over these steps of the episode is lower than
over those before. It falls against *clean* if on average it is lower than the modality's mean weight over all steps
without any noise at which the same modalities are present.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.model.inputs import MODALITIES
from core.training.fusion.evaluation import UnrolledOutput

BEFORE = 8
_PATTERN = np.array([1, 2, 4])
"""Presence of three modalities as one number."""


@dataclass(frozen=True, slots=True)
class NoiseEpisode:
    """Steps `start` to `end` of a sequence at which a modality (its index in `MODALITIES`) is noisy."""

    sequence: int
    modality: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WeightFalls:
    """Shares of the counted episodes in which the weight falls, and mean weights before and within them."""

    episodes: int
    against_before: float
    against_clean: float
    before: float
    within: float


def episodes(found: UnrolledOutput) -> list[NoiseEpisode]:
    """Finds every noise episode, counted or not."""
    result = []
    for sequence, noisy in enumerate(found.truth.noisy):
        for place in range(len(MODALITIES)):
            edges = np.flatnonzero(np.diff(np.concatenate([[0], noisy[:, place].astype(int), [0]])))
            bounds = edges.reshape(-1, 2).tolist()
            result += [NoiseEpisode(sequence, place, start, end) for start, end in bounds]
    return result


def weight_falls(found: UnrolledOutput) -> dict[str, WeightFalls]:
    """Summarises, for each modality, its weight in its noise episodes."""
    clean, patterns = clean_means(found), found.truth.present @ _PATTERN
    rows: dict[str, list[tuple[float, float, float]]] = {name: [] for name in MODALITIES}
    for one in episodes(found):
        weights = found.weights[one.sequence, :, one.modality]
        among = counted_steps(found, one.sequence, one.modality)
        before, within = (
            np.flatnonzero(among[first:last]) + first
            for first, last in ((max(one.start - BEFORE, 0), one.start), (one.start, one.end))
        )
        if before.size and within.size:
            usual = clean[one.modality, patterns[one.sequence, within]]
            rows[MODALITIES[one.modality]].append(
                (float(weights[before].mean()), float(weights[within].mean()), float((weights[within] - usual).mean()))
            )
    return {name: _falls(np.array(found, dtype=np.float64).reshape(-1, 3)) for name, found in rows.items()}


def counted_steps(found: UnrolledOutput, sequence: int, modality: int) -> NDArray[np.bool_]:
    """The steps (T,) at which the modality and at least one other are present."""
    present = found.truth.present[sequence]
    both: NDArray[np.bool_] = present[:, modality] & (present.sum(-1) > 1)
    return both


def clean_means(found: UnrolledOutput) -> NDArray[np.float64]:
    """Mean weight (3, 8) of each modality without any noise, by presence pattern; NaN for missing patterns."""
    pattern = found.truth.present @ _PATTERN
    clean = ~(found.truth.noisy & found.truth.present).any(-1)
    means = np.full((len(MODALITIES), 8), np.nan)
    for number in range(8):
        those = found.weights[clean & (pattern == number)]
        if len(those):
            means[:, number] = those.mean(0)
    return means


def _falls(rows: NDArray[np.float64]) -> WeightFalls:
    """From rows (n, 3): weight before, weight within, weight within minus the clean one."""
    if not len(rows):
        return WeightFalls(0, *[float("nan")] * 4)
    before, within, less = rows.T
    known = np.isfinite(less)
    return WeightFalls(
        len(rows),
        float((within < before).mean()),
        float((less[known] < 0).mean()) if known.any() else float("nan"),
        float(before.mean()),
        float(within.mean()),
    )
