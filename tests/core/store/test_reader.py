"""Stored sessions are read back bit by bit as they were estimated, during and after recording."""

from __future__ import annotations

import gc
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.errors import StoreError
from core.settings import StoreSettings
from core.step_columns import NO_REASON, REASONS, StepColumns
from core.store.reader import read_counts, read_features, read_line, read_session
from core.store.recorder import SessionRecorder
from core.types import MODALITIES, STATES, Estimate, Explanation, Presence, Reason, Word
from tests.core.store.made_sessions import ID, WIDTHS, estimate, facts, record
from tests.support.waiting import until

QUICK_S = 0.5
"""Limit for three hours with words; about 0.2 s on an idle machine."""

share = st.floats(0, 1, width=32)


def shares(*shape: int, nan: bool = False) -> st.SearchStrategy[np.ndarray]:
    return hnp.arrays(np.float32, shape, elements=st.one_of(share, st.just(float("nan"))) if nan else share)


reasons = st.one_of(st.none(), st.sampled_from(list(Reason)))
presences = st.fixed_dictionaries({name: st.builds(Presence, st.booleans(), share, reasons) for name in MODALITIES})
explanations = st.builds(
    Explanation, shares(3, 3, 2), shares(3, 3), shares(3, 4, nan=True), shares(4, nan=True), shares(4)
)
features = st.fixed_dictionaries(
    {},
    optional={
        name: hnp.arrays(np.float16, WIDTHS[name], elements=st.floats(-9, 9, width=16)) for name in MODALITIES
    },
)  # fmt: skip
estimates = st.builds(
    Estimate,
    t_s=st.just(0.0),
    probabilities=st.one_of(shares(4), st.just(np.full(4, np.nan, np.float32))),
    weights=shares(3),
    weight_low=shares(3),
    weight_high=shares(3),
    presence=presences,
    abstains=reasons,
    compute_ms=st.floats(0, 1e4, width=32),
    explanation=st.one_of(st.none(), explanations),
    plain=st.one_of(st.none(), shares(4)),
    features=features,
    since_word_s=st.one_of(st.just(float("nan")), st.floats(0, 1e4, width=32)),
    mouth_motion=st.one_of(st.just(float("nan")), st.floats(-1, 1, width=32)),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.lists(estimates, min_size=1, max_size=12))
def test_stored_steps_are_read_back_as_they_were_estimated(tmp_path: Path, made: list[Estimate]) -> None:
    made = [replace(each, t_s=0.5 * (place + 1)) for place, each in enumerate(made)]
    folder = _kept(tmp_path, made)
    steps, stored = read_session(folder).steps, [_columns(each) for each in made]
    for name in stored[0]:
        np.testing.assert_array_equal(getattr(steps, name), np.stack([each[name] for each in stored]), name)
        assert getattr(steps, name).dtype == stored[0][name].dtype, name
    _same_features(folder, made)


def _wait_for(folder: Path, step: int) -> None:
    """Wait until that many steps are written."""
    until((folder / "session.db").exists)
    until(lambda: read_line(folder)[0].steps >= step, 30.0)


def _kept(library: Path, made: list[Estimate]) -> Path:
    session_id = f"s{time.monotonic_ns()}"
    recorder = SessionRecorder(library, StoreSettings(features=True), lambda _: None)
    recorder.begin(facts(session_id))
    for each in made:
        recorder.step(each)
    recorder.end({})
    assert recorder.problem == ""
    return library / session_id


def _columns(made: Estimate) -> dict[str, np.ndarray]:
    why, presence = made.explanation, [made.presence[name] for name in MODALITIES]
    return {
        "t_s": np.float64(made.t_s),
        "probabilities": made.probabilities,
        "plain": made.probabilities if made.plain is None else made.plain,
        "weights": made.weights,
        "weight_low": made.weight_low,
        "weight_high": made.weight_high,
        "present": np.array([entry.present for entry in presence]),
        "quality": np.array([entry.quality for entry in presence], np.float32),
        "reasons": np.array([_code(entry.reason) for entry in presence], np.int8),
        "abstains": np.int8(_code(made.abstains)),
        "since_word_s": np.float32(made.since_word_s),
        "mouth_motion": np.float32(made.mouth_motion),
        "compute_ms": np.float32(made.compute_ms),
        "without": np.full((3, 4), np.nan, np.float32) if why is None else why.without,
        "evidence": np.full(4, np.nan, np.float32) if why is None else why.evidence,
        "told": np.full((3, 3), np.nan, np.float32) if why is None else why.told,
    }


def _code(reason: Reason | None) -> int:
    return NO_REASON if reason is None else REASONS.index(reason)


def _same_features(folder: Path, made: list[Estimate]) -> None:
    stored = read_features(folder)
    np.testing.assert_array_equal(stored.since_word_s, np.array([each.since_word_s for each in made], np.float32))
    for place, name in enumerate(MODALITIES):
        present = [name in each.features for each in made]
        width = WIDTHS[name] if any(present) else 0
        nothing = np.zeros(width, np.float32)
        expected = np.stack([each.features.get(name, nothing).astype(np.float32) for each in made])
        np.testing.assert_array_equal(stored.vectors[name], expected)
        assert stored.present[:, place].tolist() == present


def test_every_column_of_steps_is_compared_above() -> None:
    assert set(_columns(estimate(0.5))) == set(StepColumns.__dataclass_fields__)


def test_three_hours_with_words_are_read_quickly(tmp_path: Path) -> None:
    recorder = SessionRecorder(tmp_path, StoreSettings(words=True), lambda _: None)
    recorder.begin(facts())
    for step in range(1, 21_601):
        recorder.step(estimate(0.5 * step))
        recorder.words([Word("word", 0.5 * step, 0.5 * step + 0.3, 0.5)])
        if step % 5_000 == 0:
            _wait_for(tmp_path / ID, step)
    _wait_for(tmp_path / ID, 21_600)
    recorder.end({})
    gc.collect()  # of all that other tests left, so that this does not fall into the measured time
    began_s = time.process_time()
    stored = read_session(tmp_path / ID)
    took_s = time.process_time() - began_s
    assert (len(stored.steps), len(stored.words)) == (21_600, 21_600)
    assert stored.line.duration_s == 10_800.0
    assert took_s < QUICK_S


def test_a_session_can_be_read_while_it_is_written(tmp_path: Path) -> None:
    recorder = SessionRecorder(tmp_path, StoreSettings(words=True), lambda _: None)
    recorder.begin(facts())
    recorder.step(estimate(0.5))
    until((tmp_path / ID / "session.db").exists)
    for step in range(2, 60):
        recorder.step(estimate(0.5 * step))
        seen = read_session(tmp_path / ID)
        assert not seen.line.complete
        assert len(seen.steps) <= step
        assert seen.line.steps == len(seen.steps)
    recorder.end({})
    assert recorder.problem == ""
    assert len(read_session(tmp_path / ID).steps) == 59


def test_states_are_counted_as_they_are_named(tmp_path: Path) -> None:
    made = record(tmp_path, 50)
    named = [each.state for each in made]
    assert read_counts(tmp_path / ID) == tuple(named.count(state) for state in (*STATES, None))


def test_missing_features_are_reported_in_one_sentence(tmp_path: Path) -> None:
    recorder = SessionRecorder(tmp_path, StoreSettings(), lambda _: None)
    recorder.begin(facts())
    recorder.step(estimate(0.5))
    recorder.end({})
    with pytest.raises(StoreError, match="has no stored features"):
        read_features(tmp_path / ID)
