"""A session explained afterwards has the explanations that it had live with Explain open."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.errors import StoreError
from core.features.load_model import open_live
from core.model.live import LiveModel
from core.model.what_if import WhatIf
from core.review.explain_session import EXPLAINED, explain, explain_session, explained
from core.review.rescore import rescore
from core.session.make_estimate import make_estimate
from core.settings import ModelSettings, StoreSettings
from core.store.reader import read_features, read_session
from core.store.recorder import SessionRecorder
from core.store.stored_session import StoredFeatures, StoredSession
from core.types import FEEDBACK_OFF, FEEDBACK_ON, FEEDBACK_RESET, MODALITIES, Event, Presence, Reason, Window
from tests.core.model.small import part, random_streams, small_fusion
from tests.core.review.test_rescore import inputs
from tests.core.store.made_sessions import ID, facts
from tests.support.stored_sessions import HOP_S, stored_features, stored_session

CPU = ModelSettings(device="cpu")
SAME_WITHIN = 2e-3
"""Features are stored as float16."""
STEPS = 120
RESET, OFF, ON, CUT = 30, 50, 65, 90
"""Steps before which an event happens."""
Doings = Mapping[int, tuple[Callable[[], object], Event]]


@pytest.fixture(scope="module")
def live() -> LiveModel:
    return open_live(CPU)[0]


@pytest.fixture(scope="module")
def presences() -> list[list[bool]]:
    draw = np.random.default_rng(3)
    there = draw.random((STEPS, 3)) > 0.25
    there[10:14] = False  # nothing at all
    there[20:24] = (True, False, False)  # a voice alone: without it nothing is left
    return there.tolist()


@pytest.fixture(scope="module")
def lived(live: LiveModel, presences: list[list[bool]], tmp_path_factory) -> Path:
    """A session of the real model with Explain open, stored by the real recorder."""
    doings: Doings = {
        RESET: (live.reset, Event(0.0, "reset", "What was seen and heard was forgotten.")),
        OFF: (lambda: live.feed_back(False), Event(0.0, "feedback", FEEDBACK_OFF)),
        ON: (lambda: live.feed_back(True), Event(0.0, "feedback", FEEDBACK_ON)),
        CUT: (live.reset_feedback, Event(0.0, "feedback", FEEDBACK_RESET)),
    }
    library = tmp_path_factory.mktemp("library")
    keeping = SessionRecorder(library, StoreSettings(features=True), pytest.fail)
    keeping.begin(facts(encoders=live.encoders, checkpoint_sha256=live.sha256, hop_s=HOP_S))
    live.reset()
    live.explain(True)
    draw = torch.Generator().manual_seed(6)
    for step, present in enumerate(presences):
        if step in doings:
            act, event = doings[step]
            act()
            keeping.entry(replace(event, t_s=HOP_S * step))
        window = Window(HOP_S * (step + 1), (), np.zeros(0, np.float32), ())
        found = {
            modality: Presence(there, float(there), None if there else Reason.MUTED)
            for modality, there in zip(MODALITIES, present, strict=True)
        }
        keeping.step(make_estimate(window, found, live.step(inputs(present, draw)), 1.0))
    live.explain(False)
    keeping.end({})
    return library / ID


@pytest.fixture
def session(lived: Path) -> StoredSession:
    return read_session(lived)


@pytest.fixture
def features(lived: Path) -> StoredFeatures:
    return read_features(lived)


def assert_same_reasons(one: StoredSession, other: StoredSession) -> None:
    for name in EXPLAINED:
        np.testing.assert_allclose(getattr(one.steps, name), getattr(other.steps, name), atol=SAME_WITHIN, err_msg=name)


def without_reasons(session: StoredSession, from_step: int = 0) -> StoredSession:
    """The same session with Explain closed from a step on."""
    steps = session.steps
    parts = {name: getattr(steps, name).copy() for name in EXPLAINED}
    for values in parts.values():
        values[from_step:] = np.nan
    return replace(session, steps=replace(steps, **parts))


def test_explanations_equal_those_stored_live(session: StoredSession, features: StoredFeatures) -> None:
    seen: list[tuple[int, int]] = []
    steps = explain(features, None, CPU, lambda done, total: seen.append((done, total)), session)
    assert_same_reasons(session, replace(session, steps=steps))
    np.testing.assert_allclose(steps.probabilities, session.steps.probabilities, atol=SAME_WITHIN)
    assert seen[-1] == (STEPS, STEPS)
    assert len(seen) > 4  # often enough for a bar that moves


def test_feedback_events_change_the_explanations(session: StoredSession, features: StoredFeatures) -> None:
    """Shows that the test above depends on resets and switches."""
    steps = explain(features, None, CPU)
    for first, last in ((RESET, OFF), (OFF, ON), (CUT, STEPS)):
        apart = np.abs(steps.without[first:last] - session.steps.without[first:last])
        assert np.nanmax(apart) > 2 * SAME_WITHIN


def test_the_other_columns_equal_a_rescore(session: StoredSession, features: StoredFeatures) -> None:
    steps, plain = explain(features, None, CPU, session=session), rescore(features, None, CPU, session=session)
    for name in ("probabilities", "weights", "weight_low", "weight_high"):
        np.testing.assert_allclose(getattr(steps, name), getattr(plain, name), atol=1e-5, err_msg=name)
    np.testing.assert_array_equal(steps.abstains, plain.abstains)


def test_missing_explanations_are_filled_in_and_stored_ones_kept(
    session: StoredSession, features: StoredFeatures
) -> None:
    partly = without_reasons(session, from_step=40)
    assert explained(partly.steps).tolist() == [step < 40 for step in range(STEPS)]
    filled = explain_session(partly, features, CPU)
    assert explained(filled.steps).all()
    assert_same_reasons(filled, session)
    np.testing.assert_array_equal(filled.steps.told[:40], session.steps.told[:40])
    np.testing.assert_array_equal(filled.steps.probabilities, session.steps.probabilities)


def test_a_session_of_another_checkpoint_is_refused_in_a_sentence(
    session: StoredSession, features: StoredFeatures
) -> None:
    other = replace(session, facts=replace(session.facts, checkpoint_sha256="0" * 64))
    with pytest.raises(StoreError, match="checkpoint that made this session"):
        explain_session(other, features, CPU)


def test_a_session_without_steps_has_nothing_to_explain(live: LiveModel) -> None:
    whole = stored_features(stored_session(20.0), encoders=live.encoders)
    vectors = {modality: values[:0] for modality, values in whole.vectors.items()}
    nothing = StoredFeatures(whole.t_s[:0], whole.present[:0], vectors, whole.since_word_s[:0], live.encoders)
    assert len(explain(nothing, None, CPU)) == 0


@pytest.mark.parametrize("config", [{}, {"alignment": "none"}, {"feedback": "gru"}])
def test_many_steps_at_once_are_explained_as_one_by_one(config: dict[str, str]) -> None:
    fusion, streams = small_fusion(**config), random_streams(40, seed=2, batch=1)
    at_once, by_steps = WhatIf(fusion, 1.3), WhatIf(fusion, 1.3)
    assert not at_once.one_by_one
    state, singly, together = fusion.start(), [], []
    with torch.inference_mode():
        for first in range(40):
            if first in (0, 15):
                together.append(at_once.over(part(streams, first, 15 if first == 0 else 40), state))
            one = part(streams, first, first + 1)
            singly.append(by_steps.of(one, state))
            _, state = fusion(one, state)
    for name in EXPLAINED:
        np.testing.assert_allclose(
            np.concatenate([chunk[name] for chunk in together]), np.stack([s[name] for s in singly]), atol=1e-5
        )


def test_under_zero_fill_steps_are_to_be_given_one_by_one() -> None:
    assert WhatIf(small_fusion(missing="zero"), 1.0).one_by_one
