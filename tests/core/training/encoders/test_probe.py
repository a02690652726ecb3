"""The source probe: finds a visible source, finds none where there is none, and lists what it cannot compare."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.training.encoders.probe import SourceProbe, probe_sources


def probed(source_shows: float, class_shows: float = 0.0, n: int = 240) -> SourceProbe:
    """Two sources, two classes, 40 identities; source and class shift the vectors by these amounts."""
    rng = np.random.default_rng(0)
    identity = np.arange(n) % 40
    of_second, label = identity % 2, rng.integers(2, size=n)
    vectors = rng.standard_normal((n, 12)) + rng.standard_normal((40, 12))[identity]
    vectors[:, 0] += source_shows * of_second
    vectors[:, 1] += class_shows * label
    return probe_sources(
        vectors.astype(np.float16),
        [("first", "second")[place] for place in of_second],
        [f"speaker {number}" for number in identity],
        [("Bored", None)[place] for place in label],
    )


def test_a_visible_source_is_found_overall_and_within_the_class() -> None:
    found = probed(source_shows=6.0)
    assert found.overall.balanced_accuracy.value > 0.9
    assert found.overall.balanced_accuracy.low > found.overall.chance == 0.5
    assert set(found.within_class) == {"Bored"}
    assert found.within_class["Bored"].balanced_accuracy.value > 0.85
    assert json.loads(json.dumps(found.to_json()))["overall"]["samples"] == {"first": 120, "second": 120}


def test_knowing_the_speaker_is_not_knowing_the_source() -> None:
    """The probe never trains on a tested identity: without a trace of the source, it is near chance."""
    found = probed(source_shows=0.0).overall.balanced_accuracy
    assert found.low < 0.5 < found.high


def test_the_class_is_not_mistaken_for_the_source() -> None:
    """Sources that only differ in their classes cannot be told apart within a class."""
    rng = np.random.default_rng(1)
    n = 400
    of_second = np.arange(n) % 2
    label = (rng.random(n) < np.where(of_second, 0.9, 0.1)).astype(int)
    vectors = rng.standard_normal((n, 6))
    vectors[:, 0] += 6.0 * label
    names = [("first", "second")[place] for place in of_second]
    found = probe_sources(vectors, names, [str(place) for place in range(n)], [("Bored", "none")[x] for x in label])
    assert found.overall.balanced_accuracy.value > 0.85
    assert all(one.balanced_accuracy.low < 0.5 for one in found.within_class.values())


def test_a_source_with_one_identity_is_left_out_and_listed() -> None:
    vectors = np.random.default_rng(2).standard_normal((60, 4))
    sources = ["many"] * 40 + ["one"] * 20
    found = probe_sources(vectors, sources, [str(n) for n in range(40)] + ["alone"] * 20, ["none"] * 60).overall
    assert (found.left_out, found.balanced_accuracy, found.chance) == (("one",), None, None)
    assert found.samples == {"many": 40}


def test_without_scikit_learn_the_error_names_the_install_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(DataError, match=r"pip install -e '\.\[train\]'"):
        probed(source_shows=0.0)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5), st.sampled_from(["Bored", "none", None]))))
def test_any_mixture_is_probed_or_listed_as_left_out(rows: list[tuple[str, int, str | None]]) -> None:
    vectors = np.random.default_rng(3).standard_normal((len(rows), 3))
    sources, groups, labels = ([row[column] for row in rows] for column in range(3))
    found = probe_sources(vectors, sources, [str(group) for group in groups], labels)
    assert set(found.overall.samples) | set(found.overall.left_out) == set(sources)
    if found.overall.balanced_accuracy is not None:
        assert 0 <= found.overall.balanced_accuracy.value <= 1
        assert found.overall.chance == pytest.approx(1 / len(found.overall.samples))
