"""All metrics of one trained variant: on the test sequences, with modalities missing, under noise, and its controls."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.model.config import NetworkConfig
from core.model.inputs import MODALITIES
from core.model.network import Fusion
from core.training.comparison.episodes import weight_falls
from core.training.comparison.influence import PERMUTATIONS, influence, permuted
from core.training.comparison.severity import SWEEPS
from core.training.comparison.variants import Variant
from core.training.fusion.baselines import Fuser
from core.training.fusion.calibrate import calibrate, calibration_metrics
from core.training.fusion.embedding_bank import EmbeddingBank
from core.training.fusion.evaluation import (
    MISSING_RATES,
    FusionMetrics,
    UnrolledOutput,
    evaluate_fusion,
    flatten,
    fusion_metrics,
    one_missing,
    thinned,
    unroll,
    weights_under_noise,
)
from core.training.fusion.sequence_composer import ComposedSequence
from core.types import STATES

Figures = dict[str, Any]
SWEPT_RATES = MISSING_RATES[1:]
MIXED, ONE = "mixed", "one at a time"
ABSENCES = (MIXED, *MODALITIES, ONE)
"""All modalities, one alone, or the paper's absences: at most one of them per step."""
_ABSENCE_SEED = 31


def evaluate_trial(
    fusion: Fuser,
    variant: Variant,
    whole: UnrolledOutput,
    material: TrialMaterial,
) -> Figures:
    """Metrics of a trained fusion; `whole` is its output on the test sequences."""
    test, sweeps = material.test, material.sweeps
    figures: Figures = row(fusion_metrics(whole)) | _calibrated(fusion, whole, material.calibration)
    if variant.swept:
        some = next(iter(sweeps.values()))[0]
        figures["missing"] = missing(fusion, test[: len(some)])
        figures["noise"] = {
            sweep.name: [
                {"level": label} | short_row(evaluate_fusion(fusion, level))
                for label, level in zip(sweep.labels, sweeps[sweep.name], strict=True)
            ]
            for sweep in SWEEPS
        }
    if isinstance(fusion, Fusion):
        noisy = unroll(fusion, material.episodes)
        figures["weights"] = weights_under_noise(flatten(noisy))
        figures["falls"] = {name: asdict(found) for name, found in weight_falls(noisy).items()}
        figures["permuted"] = {how: row(evaluate_fusion(permuted(fusion, how), test)) for how in PERMUTATIONS}
        figures["influence"] = influence(fusion, test, whole)
    return figures


def row(found: FusionMetrics) -> Figures:
    """Metrics as plain values."""
    return asdict(found) | {"per_class_f1": dict(zip(STATES, found.per_class_f1, strict=True))}


def short_row(found: FusionMetrics) -> Figures:
    """The metrics that a sweep needs."""
    names = ("accuracy", "macro_f1", "answered_share")
    return {name: getattr(found, name) for name in names}


def missing(fusion: Fuser, sequences: list[ComposedSequence]) -> dict[str, list[Figures]]:
    """Metrics by kind of absence and rate, starting with none; the same absences for every fusion."""
    whole = {"rate": 0.0} | short_row(evaluate_fusion(fusion, sequences))
    found: dict[str, list[Figures]] = {}
    for kind in ABSENCES:
        found[kind] = [whole]
        for rate in SWEPT_RATES:
            fewer = absent(sequences, kind, rate)
            found[kind].append({"rate": rate} | short_row(evaluate_fusion(fusion, fewer)))
    return found


def absent(sequences: list[ComposedSequence], kind: str, rate: float) -> list[ComposedSequence]:
    """The sequences with steps missing, in addition to what is absent already."""
    rng = np.random.default_rng((_ABSENCE_SEED, ABSENCES.index(kind)))
    if kind == ONE:
        return [one_missing(one, rate, rng) for one in sequences]
    names = MODALITIES if kind == MIXED else (kind,)
    return [thinned(one, rate, rng, names) for one in sequences]


def _calibrated(fusion: Fuser, whole: UnrolledOutput, sequences: list[ComposedSequence]) -> Figures:
    """Temperature and threshold from validation sequences, and their effect on the test ones."""
    found = calibration_metrics(flatten(whole), calibrate(flatten(unroll(fusion, sequences))))
    return {name: value for name, value in found.items() if name != "accuracy_of_covered_steps"}


@dataclass(frozen=True, eq=False)
class TrialMaterial:
    """What all variants share.

    `episodes`: test sequences with a noise episode each. `sweeps`: test sequences without any, at each level of each
    sweep. `calibration`: validation sequences.
    """

    config: NetworkConfig
    widths: dict[str, int]
    training: EmbeddingBank
    validation: EmbeddingBank
    test: list[ComposedSequence]
    calibration: list[ComposedSequence]
    episodes: list[ComposedSequence]
    sweeps: dict[str, list[list[ComposedSequence]]]
