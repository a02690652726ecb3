"""Simple models on the same samples and splits, as baselines for the encoders.

Uses scikit-learn of the `train` extra on one core. Each model is fitted on some splits and evaluated on others;
identities never cross.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.training.encoders.simple_features import gradients, voice_statistics
from core.training.encoders.sklearn_support import learning_on_one_core
from core.training.encoders.voices import TRIPLE
from core.training.metrics.intervals import Scores, scores
from core.training.pack.data import Item, Pack
from core.training.pack.labels import EXPRESSIONS
from core.training.pack.splits import Split
from core.types import STATES

Splits = Collection[Split]
_TRAIN: tuple[Split, ...] = ("train",)
_TEST: tuple[Split, ...] = ("test",)


def mfcc_and_boosting(pack: Pack, fitted_on: Splits = _TRAIN, evaluated_on: Splits = _TEST) -> Scores:
    """Confusion, interest and anger bursts from statistics of MFCC, pitch and loudness, by gradient boosting."""

    def known(places: NDArray[np.int64]) -> NDArray[np.float32]:
        return np.stack([voice_statistics(pack.samples(place)) for place in places.tolist()])

    bursts = [item.burst if item.source == "emogator" else None for item in pack.voices]
    return _evaluate(pack.voices, _numbered(bursts, TRIPLE), _boosting, known, (fitted_on, evaluated_on))


def tf_idf_and_regression(
    pack: Pack, form: Callable[[str], str], fitted_on: Splits = _TRAIN, evaluated_on: Splits = _TEST
) -> Scores:
    """The four states from words, word pairs and character n-grams; `form` is `str` (as written) or `as_spoken`."""

    def known(places: NDArray[np.int64]) -> list[str]:
        return [form(pack.texts[place].text) for place in places.tolist()]

    states = _numbered([item.label for item in pack.texts], STATES)
    return _evaluate(pack.texts, states, _regression_on_words, known, (fitted_on, evaluated_on))


def hog_and_regression(pack: Pack, fitted_on: Splits = _TRAIN, evaluated_on: Splits = _TEST) -> Scores:
    """The seven human-labelled expressions from histograms of oriented gradients."""
    expressions = _numbered([item.expression for item in pack.faces], EXPRESSIONS)
    return _evaluate(
        pack.faces,
        expressions,
        _regression_on_gradients,
        lambda places: gradients(pack.pictures[places]),
        (fitted_on, evaluated_on),
    )


def _boosting() -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(learning_rate=0.06, max_iter=250, l2_regularization=1.0, random_state=0)


def _regression_on_words() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, token_pattern=r"\S+")
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=3)
    return make_pipeline(make_union(words, pieces), LogisticRegression(C=3.0, class_weight="balanced", max_iter=1000))


def _regression_on_gradients() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=0.003, max_iter=300, tol=1e-3))


def _numbered(names: Sequence[str | None], known: Sequence[str]) -> NDArray[np.int64]:
    """Indices in `known`, -1 for other names."""
    return np.array([known.index(name) if name in known else -1 for name in names], dtype=np.int64)


def _evaluate(
    items: Sequence[Item],
    truth: NDArray[np.int64],
    make: Callable[[], Any],
    known: Callable[[NDArray[np.int64]], Any],
    splits: tuple[Splits, Splits],
) -> Scores:
    """Fits on the items of the first splits, evaluates on the second; items without truth (-1) do not count."""
    of_split = np.array([item.split for item in items])
    fitted, evaluated = (np.flatnonzero(np.isin(of_split, list(names)) & (truth >= 0)) for names in splits)
    if len(set(truth[fitted].tolist())) < 2 or not evaluated.size:
        raise DataError(
            "The pack has too few samples for the simple models. They need two classes and samples to judge."
        )
    with learning_on_one_core():
        guess = make().fit(known(fitted), truth[fitted]).predict(known(evaluated))
    return scores(
        truth[evaluated], guess, [items[place].identity for place in evaluated.tolist()], int(truth.max()) + 1
    )
