"""Figures that everyone computes the same way."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]


def accuracy(truth: Labels, guess: Labels) -> float:
    """Share of right guesses; NaN for no samples."""
    return float((truth == guess).mean()) if truth.size else float("nan")


def per_class_f1(truth: Labels, guess: Labels, classes: int) -> list[float]:
    """F1 of each class; 0 where a class was neither there nor guessed."""
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


def expected_calibration_error(probabilities: NDArray[np.float32], truth: Labels, bins: int = 15) -> float:
    """ECE: mean gap between the leading probability and how often it is right, weighted by bin size (Guo 2017)."""
    confidence, right = probabilities.max(1), probabilities.argmax(1) == truth
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        (places == place).mean() * abs(confidence[places == place].mean() - right[places == place].mean())
        for place in range(bins)
        if (places == place).any()
    ]
    return float(sum(gaps))
