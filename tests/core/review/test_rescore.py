"""Scoring again from stored features: the same checkpoint gives the same estimates, also after resets."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from core.errors import ModelError, StoreError
from core.features.load_model import open_live
from core.model.inputs import ModelInputs
from core.model.live import LiveModel, LiveOutput
from core.review.comparison import compare
from core.review.replay_plan import spans
from core.review.rescore import open_scorer, rescore, score
from core.review.state_stretches import names
from core.session.abstaining import DOUBTED_SHARE
from core.settings import ModelSettings
from core.step_columns import NO_REASON, REASONS, StepColumns
from core.store.stored_session import StoredFeatures, StoredSession
from core.types import FEEDBACK_OFF, FEEDBACK_ON, FEEDBACK_RESET, Event, Reason
from tests.support.stored_sessions import HOP_S, stored_features, stored_session

SAME_WITHIN = 1e-3
"""Features are stored as float16."""
CPU = ModelSettings(device="cpu")


@pytest.fixture(scope="module")
def live() -> LiveModel:
    return open_live(CPU)[0]


def inputs(present: list[bool], draw: torch.Generator) -> ModelInputs:
    tokens = torch.randint(5, 12_000, (1, 8), generator=draw)
    return ModelInputs(
        waveform=torch.randn(1, 32_000, generator=draw),
        crops=torch.rand(1, 2, 1, 64, 64, generator=draw),
        crop_mask=torch.ones(1, 2, dtype=torch.bool),
        tokens=tokens,
        token_mask=torch.ones_like(tokens, dtype=torch.bool),
        token_age_s=torch.rand(1, 8, generator=draw),
        since_word_s=torch.rand(1, generator=draw),
        present=torch.tensor([present]),
    )


def lived(live: LiveModel, session: StoredSession, before: Callable[[int], None]) -> tuple[StepColumns, StoredFeatures]:
    """Estimates of the real model hop by hop, and the features to be stored."""
    draw = torch.Generator().manual_seed(4)
    live.reset()
    said: list[LiveOutput] = []
    for step, present in enumerate(session.steps.present.tolist()):
        before(step)
        said.append(live.step(inputs(present, draw)))
    live.feed_back(True)
    vectors = {
        modality: np.stack([out.features.get(modality, np.zeros(width, np.float16)).astype(np.float32) for out in said])
        for modality, width in (("audio", 192), ("visual", 240), ("text", 384))
    }
    nothing = ~session.steps.present.any(axis=1)
    weak, absent = REASONS.index(Reason.WEAK_EVIDENCE), REASONS.index(Reason.NOTHING_PRESENT)
    abstains = np.where(nothing, absent, np.where([out.abstain for out in said], weak, NO_REASON))
    steps = replace(
        session.steps,
        probabilities=np.stack([out.probabilities for out in said]),
        weights=np.stack([out.weights for out in said]),
        weight_low=np.stack([out.weight_low for out in said]),
        weight_high=np.stack([out.weight_high for out in said]),
        abstains=abstains.astype(np.int8),
    )
    return steps, StoredFeatures(steps.t_s, steps.present, vectors, steps.since_word_s, live.encoders)


def assert_same(stored: StepColumns, again: StepColumns) -> None:
    for name in ("probabilities", "weights", "weight_low", "weight_high"):
        np.testing.assert_allclose(getattr(again, name), getattr(stored, name), atol=SAME_WITHIN, err_msg=name)
    np.testing.assert_array_equal(names(again), names(stored))
    np.testing.assert_array_equal(again.abstains, stored.abstains)


def test_the_same_checkpoint_gives_the_same_estimates(live: LiveModel):
    session = stored_session(60.0)
    stored, features = lived(live, session, lambda step: None)
    seen: list[tuple[int, int]] = []
    assert_same(stored, rescore(features, None, CPU, lambda done, total: seen.append((done, total))))
    assert seen[-1] == (len(stored), len(stored))


def test_the_network_gets_the_age_of_words_that_the_live_step_got(live: LiveModel):
    session = stored_session(60.0)
    features = stored_features(session, encoders=live.encoders)
    got: list[torch.Tensor] = []
    again = score(
        open_scorer(features, None, CPU),
        features,
        lambda done, total: None,
        None,
        lambda span, streams, state: got.append(streams.since_word_s[0]),
    )
    np.testing.assert_array_equal(torch.cat(got).numpy(), session.steps.since_word_s)
    np.testing.assert_array_equal(again.since_word_s, session.steps.since_word_s)


def test_a_step_that_rests_on_a_doubted_voice_names_no_state(live: LiveModel):
    session = stored_session(60.0)
    features = stored_features(session, encoders=live.encoders)
    still, weak = REASONS.index(Reason.LIPS_STILL), REASONS.index(Reason.WEAK_EVIDENCE)
    reasons = session.steps.reasons.copy()
    reasons[:, [0, 2]] = still  # voice and words
    doubted = replace(session, steps=replace(session.steps, reasons=reasons))
    plain, again = (rescore(features, None, CPU, session=each) for each in (session, doubted))
    doubts = (again.weights * again.present)[:, [0, 2]].sum(1) > DOUBTED_SHARE
    assert 0 < doubts.sum() < len(doubts)
    expected = np.where(doubts & (plain.abstains == NO_REASON), still, plain.abstains)
    np.testing.assert_array_equal(again.abstains, expected)
    assert weak in plain.abstains or NO_REASON in plain.abstains


def test_resets_and_feedback_switches_are_replayed(live: LiveModel):
    session = stored_session(40.0)
    t_s = session.steps.t_s
    doings = {
        20: live.reset,
        30: live.reset_feedback,
        40: lambda: live.feed_back(False),
        55: lambda: live.feed_back(True),
    }
    stored, features = lived(live, session, lambda step: doings.get(step, lambda: None)())
    events = (
        Event(float(t_s[30]) - 0.1, "feedback", FEEDBACK_RESET),
        Event(float(t_s[40]) - 0.1, "feedback", FEEDBACK_OFF),
        Event(float(t_s[20]) - 0.1, "reset"),
        Event(float(t_s[55]) - 0.1, "feedback", FEEDBACK_ON),
    )
    session = replace(session, steps=stored, events=events)
    again = rescore(features, None, CPU, session=session)
    assert_same(stored, again)
    np.testing.assert_array_equal(again.reasons, stored.reasons)
    assert not np.allclose(
        rescore(features, None, CPU).probabilities, stored.probabilities, atol=SAME_WITHIN, equal_nan=True
    )


def test_chunks_give_what_steps_give(live: LiveModel):
    session = stored_session(300.0)
    features = stored_features(session, encoders=live.encoders)
    at_once = rescore(features, None, CPU)
    by_steps = rescore(features, None, CPU, session=replace(session, events=_every_step(session)))
    np.testing.assert_allclose(at_once.probabilities, by_steps.probabilities, atol=1e-5)


def _every_step(session: StoredSession) -> tuple[Event, ...]:
    """Repeated "feedback on" events, which cut the unrolling between all steps without any effect."""
    return tuple(Event(float(at_s) - 0.1, "feedback", FEEDBACK_ON) for at_s in session.steps.t_s)


def test_an_event_takes_effect_after_the_step_of_its_time():
    t_s = np.array([0.5, 1.0, 1.5, 2.0])
    found = list(spans(t_s, (Event(0.5, "feedback", FEEDBACK_OFF), Event(1.5, "reset"))))
    assert [(span.first, span.end, span.forget_all, span.forget_feedback) for span in found] == [
        (0, 1, True, False),
        (1, 2, False, True),
        (2, 3, False, True),
        (3, 4, True, True),
    ]


def test_a_modality_that_was_never_there_is_absent(live: LiveModel):
    features = stored_features(stored_session(20.0), encoders=live.encoders)
    silent = features.present.copy()
    silent[:, 2] = False
    zeros = replace(
        features, present=silent, vectors={**features.vectors, "text": np.zeros_like(features.vectors["text"])}
    )
    never = replace(zeros, vectors={**zeros.vectors, "text": np.zeros((len(features), 0), np.float32)})
    np.testing.assert_array_equal(rescore(never, None, CPU).weights, rescore(zeros, None, CPU).weights)


def test_other_encoders_are_refused_in_a_sentence():
    features = stored_features(stored_session(20.0), encoders="feedfacefeedface")
    with pytest.raises(StoreError, match="other encoders"):
        rescore(features, None, CPU)


def test_a_missing_checkpoint_is_reported(tmp_path):
    with pytest.raises(ModelError, match="No checkpoint"):
        rescore(stored_features(stored_session(20.0)), tmp_path, CPU)


def test_features_of_another_session_are_refused(live: LiveModel):
    features = stored_features(stored_session(60.0), encoders=live.encoders)
    with pytest.raises(StoreError, match="do not belong to its steps"):
        rescore(features, None, CPU, session=stored_session(20.0))


def test_a_session_that_is_being_recorded_is_scored_as_far_as_it_was_read(live: LiveModel):
    session = stored_session(60.0)
    features = stored_features(session, encoders=live.encoders)
    whole = rescore(features, None, CPU, session=session)
    read = replace(session.steps, **{name: getattr(session.steps, name)[:-10] for name in session.steps.__slots__})
    going_on = replace(session, steps=read, line=replace(session.line, complete=False))
    scored = rescore(features, None, CPU, session=going_on)
    assert scored.t_s.tolist() == read.t_s.tolist()
    np.testing.assert_allclose(scored.probabilities, whole.probabilities[:-10], atol=1e-5)


def test_a_session_does_not_differ_from_itself():
    steps = stored_session(120.0).steps
    found = compare(steps, steps, HOP_S)
    assert (found.steps, found.same_share, found.distance, found.differences) == (len(steps), 1.0, 0.0, ())


def test_differing_stretches_are_found():
    session = stored_session(120.0)
    steps = session.steps
    turned = steps.probabilities.copy()
    turned[100:140] = np.roll(turned[100:140], 1, axis=1)
    other = replace(steps, probabilities=turned, plain=turned)
    found = compare(steps, other, HOP_S)
    apart = names(steps) != names(other)
    assert found.same_share == pytest.approx(1 - apart.mean())
    assert all(steps.t_s[99] <= stretch.start_s <= stretch.end_s <= steps.t_s[139] for stretch in found.differences)
    assert all(stretch.one != stretch.other for stretch in found.differences)
    assert 0 < found.distance < 40 / len(steps)
    assert sum(found.seconds_one.values()) == sum(found.seconds_other.values())


def test_a_personal_calibration_is_no_difference_between_checkpoints():
    steps = stored_session(60.0).steps
    calibrated = replace(steps, probabilities=np.roll(steps.probabilities, 1, axis=1))
    assert compare(calibrated, steps, HOP_S).same_share == 1.0


def test_only_steps_of_both_are_compared():
    steps = stored_session(60.0).steps
    fewer = replace(steps, **{name: getattr(steps, name)[10:] for name in steps.__slots__})
    assert compare(steps, fewer, HOP_S).steps == len(steps) - 10
