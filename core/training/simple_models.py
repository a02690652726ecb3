"""What simple models reach on the same samples and splits: the figures that the encoders have to beat.

Scikit-learn of the `train` extra does the learning, on one core. Each model is fitted on some splits and judged on
others; identities never cross.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.features.words import as_spoken
from core.training.data import Pack, places_of
from core.training.intervals import Scores, scores
from core.training.labels import EXPRESSIONS
from core.training.simple_features import gradients, voice_statistics
from core.training.splits import Split
from core.training.voices import TRIPLE
from core.types import STATES

Splits = Collection[Split]
_TRAIN: tuple[Split, ...] = ("train",)
_TEST: tuple[Split, ...] = ("test",)


def mfcc_and_boosting(pack: Pack, fitted_on: Splits = _TRAIN, judged_on: Splits = _TEST) -> Scores:
    """Confusion, interest and anger bursts by statistics of MFCC, pitch and loudness, and gradient boosting."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    items = pack.voices
    truth = _numbered([item.burst if item.source == "emogator" else None for item in items], TRIPLE)

    def places(splits: Splits) -> NDArray[np.int64]:
        chosen = places_of(items, lambda item: item.split in splits)
        return chosen[truth[chosen] >= 0]

    def known(place: NDArray[np.int64]) -> NDArray[np.float32]:
        return np.stack([voice_statistics(pack.samples(index)) for index in place])

    model = HistGradientBoostingClassifier(learning_rate=0.06, max_iter=250, l2_regularization=1.0, random_state=0)
    fitted, judged = places(fitted_on), places(judged_on)
    return _judged(model, known, truth, (fitted, judged), [item.speaker for item in items], len(TRIPLE))


def tf_idf_and_regression(
    pack: Pack, form: Callable[[str], str], fitted_on: Splits = _TRAIN, judged_on: Splits = _TEST
) -> Scores:
    """The four states by words, word pairs and pieces of words; `form` is `str` (as written) or `as_spoken`."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    items = pack.texts

    def places(splits: Splits) -> NDArray[np.int64]:
        return places_of(items, lambda item: item.split in splits and item.label in STATES)

    def known(place: NDArray[np.int64]) -> list[str]:
        return [form(items[index].text) for index in place]

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, token_pattern=r"\S+")
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=3)
    regression = LogisticRegression(C=3.0, class_weight="balanced", max_iter=1000)
    model = make_pipeline(make_union(words, pieces), regression)
    truth = _numbered([item.label for item in items], STATES)
    identities = [as_spoken(item.text) for item in items]
    return _judged(model, known, truth, (places(fitted_on), places(judged_on)), identities, len(STATES))


def hog_and_regression(pack: Pack, fitted_on: Splits = _TRAIN, judged_on: Splits = _TEST) -> Scores:
    """The seven human-labelled expressions by histograms of oriented gradients."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    items = pack.faces

    def places(splits: Splits) -> NDArray[np.int64]:
        return places_of(items, lambda item: item.split in splits)

    def known(place: NDArray[np.int64]) -> NDArray[np.float32]:
        return gradients(pack.pictures[place])

    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.003, max_iter=300, tol=1e-3))
    truth = _numbered([item.expression for item in items], EXPRESSIONS)
    identities = [item.file for item in items]
    return _judged(model, known, truth, (places(fitted_on), places(judged_on)), identities, len(EXPRESSIONS))


def _numbered(names: Sequence[str | None], known: Sequence[str]) -> NDArray[np.int64]:
    """Places in `known`, -1 for other names."""
    return np.array([known.index(name) if name in known else -1 for name in names], dtype=np.int64)


def _judged(
    model: Any,
    known: Callable[[NDArray[np.int64]], Any],
    truth: NDArray[np.int64],
    places: tuple[NDArray[np.int64], NDArray[np.int64]],
    identities: Sequence[str],
    classes: int,
) -> Scores:
    """Fit on the first places, judge on the second."""
    from threadpoolctl import threadpool_limits

    fitted, judged = places
    if len(set(truth[fitted].tolist())) < 2 or not judged.size:
        raise DataError(
            "The pack has too few samples for the simple models. They need two classes and samples to judge."
        )
    with threadpool_limits(1):
        guess = model.fit(known(fitted), truth[fitted]).predict(known(judged))
    return scores(truth[judged], guess, [identities[place] for place in judged], classes)
