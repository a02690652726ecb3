"""Evaluates a fusion on composed sequences: accuracy, macro-F1, at transitions, and with missing modalities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray

from core.model.inputs import MODALITIES
from core.training.fusion.baselines import Fuser
from core.training.fusion.embedding_bank import GOOD_TAKES
from core.training.fusion.sequence_composer import ComposedSequence, batch
from core.training.fusion.transitions import TransitionLag, after_change, changes
from core.training.metrics.metrics import accuracy, macro_f1, mean_or_nan, per_class_f1
from core.types import STATES

MISSING_RATES = (0.0, 0.2, 0.4, 0.6, 0.8)
"""Rates at which modalities are removed in evaluations."""
_CLEAR = 0.99
"""Share of the target above which a step counts as showing that one state."""
_TOGETHER = 100
"""Sequences per call of the network."""


@dataclass(frozen=True, eq=False)
class GroundTruth:
    """Ground truth of N sequences of T steps.

    state (N, T), clear (N, T): the target names one state, no conflict, not "none of these".
    none (N, T): the target is "none of these", and no modality shows anything else.
    present (N, T, 3), noisy (N, T, 3): the modality's take is a bad one there, or would be if it were present.
    """

    state: NDArray[np.int64]
    clear: NDArray[np.bool_]
    none: NDArray[np.bool_]
    present: NDArray[np.bool_]
    noisy: NDArray[np.bool_]

    @property
    def seen(self) -> NDArray[np.bool_]:
        """(N, T): anything was present."""
        return np.asarray(self.present.any(-1), dtype=bool)


@dataclass(frozen=True, eq=False)
class UnrolledOutput:
    """Logits (N, T, C) and weights (N, T, 3) of every step."""

    truth: GroundTruth
    logits: NDArray[np.float32]
    weights: NDArray[np.float32]

    @property
    def guess(self) -> NDArray[np.int64]:
        """The predicted state (N, T), -1 where nothing was present."""
        return np.where(self.truth.seen, self.logits.argmax(-1), -1)

    @property
    def counted(self) -> NDArray[np.bool_]:
        """The steps (N, T) that metrics use: one clear state, and anything present."""
        return self.truth.clear & self.truth.seen


@dataclass(frozen=True, eq=False)
class PresentSteps:
    """Logits (n, C), weights (n, 3) and ground truth (n,) of all steps at which anything was present."""

    logits: NDArray[np.float32]
    weights: NDArray[np.float32]
    state: NDArray[np.int64]
    clear: NDArray[np.bool_]
    """The target names one state: no conflict, not "none of these"."""
    none: NDArray[np.bool_]
    """The target is "none of these": no conflict either."""
    after_change: NDArray[np.bool_]
    noisy: NDArray[np.bool_]
    clear_steps: int
    """Number of steps with one clear state, including those at which nothing was present."""


@dataclass(frozen=True)
class FusionMetrics:
    """Metrics over the steps with one clear state at which anything was present; `steps` counts them.

    `answered_share` is their share of all steps with one clear state.
    """

    accuracy: float
    macro_f1: float
    per_class_f1: tuple[float, ...]
    at_transitions: float
    changes: TransitionLag
    steps: int
    answered_share: float


def truth_of(sequences: list[ComposedSequence]) -> GroundTruth:
    """Collects the ground truth of sequences of one length."""
    takes = [np.stack([one.tracks[name].take for name in MODALITIES], axis=-1) for one in sequences]
    return GroundTruth(
        np.stack([one.state for one in sequences]),
        np.stack([one.target.max(-1) > _CLEAR for one in sequences]),
        np.stack([np.ptp(one.target, axis=-1) < 1e-6 for one in sequences]),
        np.stack([one.present for one in sequences]),
        np.stack(takes) >= GOOD_TAKES,
    )


def unroll(fusion: Fuser, sequences: Iterable[ComposedSequence]) -> UnrolledOutput:
    """Runs all sequences through the fusion, each from a fresh state, as live does."""
    together = list(sequences)
    fusion.eval()
    logits, weights = [], []
    with torch.inference_mode(), torch.autocast("cpu", enabled=False):
        for start in range(0, len(together), _TOGETHER):
            streams, _ = batch(together[start : start + _TOGETHER])
            response, _ = fusion(streams, fusion.start(len(streams.present)))
            logits.append(response.logits.numpy())
            weights.append(response.weights.numpy())
    return UnrolledOutput(truth_of(together), np.concatenate(logits), np.concatenate(weights))


def present_steps(fusion: Fuser, sequences: Iterable[ComposedSequence]) -> PresentSteps:
    """Runs the sequences and returns the steps at which anything is present."""
    return flatten(unroll(fusion, sequences))


def flatten(found: UnrolledOutput) -> PresentSteps:
    """Selects the steps at which anything was present, without their order."""
    truth, seen = found.truth, found.truth.seen
    return PresentSteps(
        found.logits[seen],
        found.weights[seen],
        truth.state[seen],
        truth.clear[seen],
        truth.none[seen],
        after_change(truth.state)[seen],
        truth.noisy[seen],
        int(truth.clear.sum()),
    )


def evaluate_fusion(fusion: Fuser, sequences: Iterable[ComposedSequence]) -> FusionMetrics:
    """Evaluates a fusion on sequences."""
    return fusion_metrics(unroll(fusion, sequences))


def fusion_metrics(found: UnrolledOutput) -> FusionMetrics:
    """Computes the metrics of an unrolled output."""
    counted, state = found.counted, found.truth.state
    truth, guess, changed = state[counted], found.guess[counted], after_change(state)[counted]
    return FusionMetrics(
        accuracy(truth, guess),
        macro_f1(truth, guess, len(STATES)),
        tuple(per_class_f1(truth, guess, len(STATES))),
        accuracy(truth[changed], guess[changed]),
        changes(state, found.truth.clear, found.guess),
        int(truth.size),
        truth.size / max(int(found.truth.clear.sum()), 1),
    )


def weights_under_noise(found: PresentSteps) -> dict[str, dict[str, float]]:
    """Mean weight of each modality where it is present, outside and inside its noise episodes."""
    rows = {}
    for place, name in enumerate(MODALITIES):
        weights, noisy = found.weights[:, place], found.noisy[:, place]
        there = weights > 0
        rows[name] = {"clean": mean_or_nan(weights[there & ~noisy]), "noisy": mean_or_nan(weights[there & noisy])}
    return rows


def only(sequence: ComposedSequence, modality: str) -> ComposedSequence:
    """Removes all modalities but one."""
    kept = np.array([name == modality for name in MODALITIES])
    return replace(sequence, present=sequence.present & kept)


def without(sequence: ComposedSequence, modality: str) -> ComposedSequence:
    """Removes one modality."""
    kept = np.array([name != modality for name in MODALITIES])
    return replace(sequence, present=sequence.present & kept)


def thinned(
    sequence: ComposedSequence, missing_rate: float, rng: Generator, modalities: tuple[str, ...] = MODALITIES
) -> ComposedSequence:
    """Removes these modalities at random steps, at this rate, in addition to what is absent already."""
    kept = rng.random(sequence.present.shape) >= missing_rate
    kept[:, [name not in modalities for name in MODALITIES]] = True
    return replace(sequence, present=sequence.present & kept)


def one_missing(sequence: ComposedSequence, missing_rate: float, rng: Generator) -> ComposedSequence:
    """Applies the paper's absences (Lemma 1): at this rate a step loses one of its modalities, never the last one."""
    present = sequence.present.copy()
    chance = rng.random(present.shape) * present  # 0 where absent
    losing = (rng.random(len(present)) < missing_rate) & (present.sum(-1) > 1)
    present[losing, chance[losing].argmax(-1)] = False
    return replace(sequence, present=present)
