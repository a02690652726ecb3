"""Tests how much an encoder reveals about a sample's source: a linear probe predicts the source from the embedding.

If sources have different classes, part of the source is in the class, so the probe is also run within each class that
several sources share. Accuracy well above chance there means that the source itself is visible, and can serve as a
shortcut. All faces have the same source, so there is nothing to probe.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.training.encoders.sklearn_support import learning_on_one_core
from core.training.metrics.intervals import Interval, balanced_accuracy_of, bootstrap, confusions

_FOLDS = 5
_LEAST_IDENTITIES = 2
"""With a single identity in a source, recognising the source and recognising the person cannot be told apart."""
_LEAST_SAMPLES = 8
_SEED = 0


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """One probe: the sources that it compares, with their numbers of samples; chance is 1 / number of sources.

    `balanced_accuracy` is None if fewer than two sources could be compared; `left_out` have too few identities or
    samples.
    """

    samples: dict[str, int]
    left_out: tuple[str, ...]
    balanced_accuracy: Interval | None
    chance: float | None


@dataclass(frozen=True, slots=True)
class SourceProbe:
    """The probe over all samples, and within each class that at least two sources share."""

    overall: ProbeResult
    within_class: dict[str, ProbeResult]

    def to_json(self) -> dict[str, Any]:
        """Returns plain values."""
        return asdict(self)


def probe_sources(
    vectors: NDArray[Any], sources: Sequence[str], groups: Sequence[str], labels: Sequence[str | None]
) -> SourceProbe:
    """Probes embeddings (n, d) of samples that the encoder was not trained on, cross-validated by identity.

    `labels` are the classes; samples without one (None) count only overall.
    """
    of_source, of_group = np.asarray(sources), np.asarray(groups)
    of_class = np.array([label or "" for label in labels])
    within = {
        str(label): _probed(vectors[chosen], of_source[chosen], of_group[chosen])
        for label in np.unique(of_class)
        for chosen in (of_class == label,)
        if label and len(set(of_source[chosen])) > 1
    }
    return SourceProbe(_probed(vectors, of_source, of_group), within)


def _probed(vectors: NDArray[Any], sources: NDArray[np.str_], groups: NDArray[np.str_]) -> ProbeResult:
    identities = {str(name): len(set(groups[sources == name])) for name in np.unique(sources)}
    kept = [
        name
        for name, count in identities.items()
        if count >= _LEAST_IDENTITIES and int((sources == name).sum()) >= _LEAST_SAMPLES
    ]
    left_out = tuple(name for name in identities if name not in kept)
    samples = {name: int((sources == name).sum()) for name in kept}
    if len(kept) < 2:
        return ProbeResult(samples, left_out, None, None)
    chosen = np.isin(sources, kept)
    truth = np.searchsorted(kept, sources[chosen])
    folds = min(_FOLDS, *(identities[name] for name in kept))
    guess = _predicted(
        vectors[chosen].astype(np.float64), truth, _distributed_folds(sources[chosen], groups[chosen], folds)
    )
    parts = confusions(truth, guess, len(kept))
    found = bootstrap(groups[chosen].tolist(), parts, balanced_accuracy_of)
    return ProbeResult(samples, left_out, found, 1 / len(kept))


def _distributed_folds(sources: NDArray[np.str_], groups: NDArray[np.str_], folds: int) -> NDArray[np.int64]:
    """The fold of each sample: the identities of every source are distributed in turn over the folds."""
    rng = np.random.default_rng(_SEED)
    fold_of = np.zeros(len(sources), dtype=np.int64)
    for name in np.unique(sources):
        for turn, group in enumerate(rng.permutation(np.unique(groups[sources == name]))):
            fold_of[(sources == name) & (groups == group)] = turn % folds
    return fold_of


def _predicted(vectors: NDArray[np.float64], truth: NDArray[np.int64], fold_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each sample's source, predicted by a probe that was not trained on its identity."""
    with learning_on_one_core():
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import PredefinedSplit, cross_val_predict
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        probe = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, class_weight="balanced", max_iter=2000))
        guess = cross_val_predict(probe, vectors, truth, cv=PredefinedSplit(fold_of))
    return np.asarray(guess, dtype=np.int64)
