"""95 % intervals by a bootstrap over identities, because samples of one identity resemble each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.training.metrics import metrics
from core.training.metrics.metrics import Labels

Parts = NDArray[np.float64]
"""Contributions of each sample, or sums of each draw, (n, m)."""

_FEWEST = 5
"""Minimum number of identities for a bootstrap; below it the value has no interval."""
_AT_ONCE = 100
"""Draws held in memory together, each one number per identity."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and its 95 % interval; NaN without samples."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Scores:
    """Accuracy and macro-F1 (over the classes that occur), with their numbers of samples and identities."""

    samples: int
    identities: int
    accuracy: Interval
    macro_f1: Interval

    def to_json(self) -> dict[str, Any]:
        """Returns plain values."""
        return asdict(self)


def bootstrap(
    groups: Sequence[str],
    parts: NDArray[Any],
    statistic: Callable[[Parts], NDArray[np.float64]],
    draws: int = 1000,
    seed: int = 0,
) -> Interval:
    """Percentile bootstrap over identities.

    `parts` (n, m) are the contributions of the samples; `statistic` turns sums of them, (draws, m), into values,
    (draws,). Draws with a NaN value do not count.
    """
    if len(groups) == 0:
        return Interval(*[float("nan")] * 3)
    names, of_sample = np.unique(np.asarray(groups), return_inverse=True)
    if len(names) < _FEWEST:
        return Interval(float(statistic(parts.sum(0, dtype=np.float64)[None])[0]), float("nan"), float("nan"))
    sums = np.zeros((len(names), parts.shape[1]))
    np.add.at(sums, of_sample, parts)
    rng = np.random.default_rng(seed)
    figures = np.concatenate(
        [statistic(_drawn(len(names), min(_AT_ONCE, draws - start), rng) @ sums) for start in range(0, draws, _AT_ONCE)]
    )
    figures = figures[~np.isnan(figures)]
    low, high = np.percentile(figures, (2.5, 97.5)) if figures.size else (np.nan, np.nan)
    return Interval(float(statistic(sums.sum(0)[None])[0]), float(low), float(high))


def _drawn(identities: int, draws: int, rng: np.random.Generator) -> Parts:
    """How often each identity is drawn, (draws, identities)."""
    return rng.multinomial(identities, np.full(identities, 1 / identities), size=draws).astype(np.float64)


def scores(truth: Labels, guess: Labels, groups: Sequence[str], classes: int, draws: int = 1000) -> Scores:
    """Accuracy and macro-F1 of predictions among `classes`, as in `metrics`, with intervals."""
    parts = confusions(truth, guess, classes)
    return Scores(
        int(truth.size),
        len(set(groups)),
        bootstrap(groups, parts, accuracy_of, draws),
        bootstrap(groups, parts, macro_f1_of, draws),
    )


def by_source(
    truth: Labels, guess: Labels, groups: Sequence[str], sources: Sequence[str], classes: int
) -> dict[str, Scores]:
    """Computes `scores` for each source; macro-F1 uses the classes that a source has."""
    of_source = np.asarray(sources)
    return {
        str(name): scores(truth[place], guess[place], [groups[index] for index in place.tolist()], classes)
        for name in np.unique(of_source)
        for place in (np.flatnonzero(of_source == name),)
    }


def confusions(truth: Labels, guess: Labels, classes: int) -> Parts:
    """Each sample's confusion matrix, flattened: (n, classes * classes), rows are the truth."""
    parts = np.zeros((truth.size, classes * classes))
    parts[np.arange(truth.size), truth * classes + guess] = 1.0
    return parts


def accuracy_of(sums: Parts) -> NDArray[np.float64]:
    """Accuracy of summed confusions (draws, classes * classes)."""
    matrices = _matrices(sums)
    return _share(np.trace(matrices, axis1=1, axis2=2), matrices.sum((1, 2)))


def macro_f1_of(sums: Parts) -> NDArray[np.float64]:
    """Mean F1 over the classes that occur."""
    return metrics.macro_f1_of(_matrices(sums))


def balanced_accuracy_of(sums: Parts) -> NDArray[np.float64]:
    """Mean recall over the classes that occur."""
    matrices = _matrices(sums)
    samples = matrices.sum(2)
    recall = _share(np.einsum("dkk->dk", matrices), samples)
    return _share(np.where(samples > 0, recall, 0.0).sum(1), (samples > 0).sum(1))


def _matrices(sums: Parts) -> Parts:
    classes = int(np.sqrt(sums.shape[1]))
    return sums.reshape(-1, classes, classes)


def _share(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[np.float64]:
    """part / whole, NaN for a whole of 0."""
    return np.asarray(np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0))
