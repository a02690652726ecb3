"""Metrics that every evaluation shares."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Labels = NDArray[np.int64]
BINS = 15


def mean_or_nan(values: NDArray[Any]) -> float:
    """Mean of the values; NaN for none."""
    return float(values.mean()) if values.size else float("nan")


def accuracy(truth: Labels, guess: Labels) -> float:
    """Share of correct predictions; NaN for no samples."""
    return mean_or_nan(truth == guess)


def per_class_f1(truth: Labels, guess: Labels, classes: int) -> list[float]:
    """F1 of each class; 0 for a class that neither occurs nor is predicted."""
    scores = []
    for label in range(classes):
        hit = int(((truth == label) & (guess == label)).sum())
        total = int((truth == label).sum()) + int((guess == label).sum())
        scores.append(2 * hit / total if total else 0.0)
    return scores


def macro_f1(truth: Labels, guess: Labels, classes: int) -> float:
    """Mean F1 over the classes that occur in `truth`."""
    scores = per_class_f1(truth, guess, classes)
    there = [score for label, score in enumerate(scores) if (truth == label).any()]
    return float(np.mean(there)) if there else float("nan")


@dataclass(frozen=True, eq=False)
class Reliability:
    """Accuracy of the leading probability in bins of equal width; empty bins are left out.

    confidence, right, share: mean leading probability, share of correct ones, share of all samples; (bins,) each.
    """

    confidence: NDArray[np.float64]
    right: NDArray[np.float64]
    share: NDArray[np.float64]


def reliability(probabilities: NDArray[np.float32], truth: Labels, bins: int = BINS) -> Reliability:
    """Compares leading probabilities (n, C) with the truth (n,)."""
    confidence, right = probabilities.max(1), probabilities.argmax(1) == truth
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    held = [places == place for place in range(bins) if (places == place).any()]
    return Reliability(
        np.array([confidence[mask].mean() for mask in held], dtype=np.float64),
        np.array([right[mask].mean() for mask in held], dtype=np.float64),
        np.array([mask.mean() for mask in held], dtype=np.float64),
    )


def expected_calibration_error(probabilities: NDArray[np.float32], truth: Labels, bins: int = BINS) -> float:
    """ECE: mean gap between the leading probability and its accuracy, weighted by bin size (Guo 2017)."""
    found = reliability(probabilities, truth, bins)
    return float((found.share * np.abs(found.confidence - found.right)).sum())


def confusions(truth: Labels, guess: Labels, counted: NDArray[np.bool_], classes: int) -> NDArray[np.int64]:
    """Confusion counts (N, classes, classes) by sequence, truth by prediction, of (N, T) steps where `counted`."""
    found = np.zeros((len(truth), classes, classes), dtype=np.int64)
    sequence, step = np.nonzero(counted)
    np.add.at(found, (sequence, truth[sequence, step], guess[sequence, step]), 1)
    return found


def macro_f1_of(confusion: NDArray[Any]) -> NDArray[np.float64]:
    """Macro-F1 (…) of confusion counts (…, C, C), over the classes that occur; NaN without counts."""
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    truth, guessed = confusion.sum(-1), confusion.sum(-2)
    scores = 2 * hits / np.maximum(truth + guessed, 1)
    occurs = truth > 0
    macro: NDArray[np.float64] = (scores * occurs).sum(-1) / np.where(occurs.any(-1), occurs.sum(-1), np.nan)
    return macro


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """A mean difference and its 95 % confidence interval."""

    mean: float
    low: float
    high: float


def paired_bootstrap(
    one: NDArray[np.int64], other: NDArray[np.int64], rng: Generator, draws: int = 2000
) -> MeanDifference:
    """Macro-F1 of `one` minus that of `other`, both confusions (seeds, N, C, C) on the same N sequences.

    Bootstrap over sequences, with the same draws for both and for all seeds; values are means over the seeds.
    """
    sequences = one.shape[1]
    counts = rng.multinomial(sequences, np.full(sequences, 1 / sequences), size=draws)  # (draws, N)
    found = _mean_of_seeds(one, counts) - _mean_of_seeds(other, counts)
    whole = np.ones((1, sequences), dtype=np.int64)
    mean = float((_mean_of_seeds(one, whole) - _mean_of_seeds(other, whole))[0])
    low, high = np.quantile(found, (0.025, 0.975))
    return MeanDifference(mean, float(low), float(high))


def _mean_of_seeds(confusion: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Macro-F1 (draws,) of confusions (seeds, N, C, C) with each sequence counted (draws, N) times."""
    scores = [np.nan_to_num(macro_f1_of(np.tensordot(counts, of_seed, axes=1))) for of_seed in confusion]
    mean: NDArray[np.float64] = np.mean(scores, axis=0)
    return mean


def without_nan(value: Any) -> Any:
    """Replaces NaN by null, because JSON has no NaN."""
    if isinstance(value, dict):
        return {name: without_nan(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [without_nan(inner) for inner in value]
    return None if isinstance(value, float) and math.isnan(value) else value
