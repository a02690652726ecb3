"""Observers receive the whole session: steps, words that may be stored, entries; and its end, once."""

from __future__ import annotations

from dataclasses import replace
from threading import Event as Flag

import numpy as np
import pytest

from core.engine import SessionOptions, Sources
from core.errors import LabError
from core.faults import Faults
from core.self_report.personal_calibration import PersonalCalibration
from core.session_observer import SessionFacts
from core.status import RunState
from core.types import (
    Activity,
    AudioBlock,
    Estimate,
    Event,
    FaceBox,
    Marker,
    Presence,
    Reason,
    SelfReport,
    Sighting,
    VideoFrame,
)
from tests.support.small_engine import FACTORIES, SETTINGS, devices, final_words, newest, steps
from tests.support.small_observer import SmallObserver
from tests.support.small_parts import SmallFinder
from tests.support.small_sources import SmallMedium, SmallMicrophone, medium_chunks
from tests.support.waiting import until

FACTS = SessionFacts("id", "2026-11-22T10:00:00Z", participant="P-7F3K")


@pytest.fixture
def observer() -> SmallObserver:
    return SmallObserver()


def test_observers_receive_every_step_as_it_was_shown(start, observer):
    medium, options = SmallMedium(medium_chunks(3.0)), SessionOptions(FACTS)
    engine = start(Sources(medium=medium), options=options, observers=[observer])
    until(lambda: engine.status().state is RunState.ENDED)
    engine.stop()
    assert observer.estimates == engine.history.since(-1.0)
    assert len(observer.estimates) == engine.status().steps
    assert (observer.facts.participant, observer.facts.profile) == ("P-7F3K", "small")
    assert observer.facts.checkpoint_sha256 == engine.status().checkpoint_sha256
    assert observer.facts.hop_s == SETTINGS.window.hop_s


def test_observers_are_ended_once_with_the_report(start, observer):
    options = SessionOptions(make_report=lambda status, hops, _sync: {"steps": status.steps, "hops": len(hops)})
    engine = start(Sources(*devices()), options=options, observers=[observer])
    until(lambda: steps(engine) >= 2)
    engine.stop()
    engine.stop()
    assert observer.reports == [{"steps": len(observer.estimates), "hops": len(observer.estimates)}]


def test_final_words_arrive_once_they_may_be_stored_and_the_last_ones_at_the_end(start, observer, hooks):
    engine = start(Sources(*devices()), observers=[observer])
    until(lambda: engine.status().words >= 3)
    assert len(observer.kept) < engine.status().words  # the words of the last seconds are not decided yet
    engine.stop()
    assert observer.kept == final_words(engine)


def test_observers_end_when_a_recording_ends_without_a_stop(start, observer, hooks):
    engine = start(Sources(medium=SmallMedium(medium_chunks(2.0))), observers=[observer])
    until(lambda: engine.status().state is RunState.ENDED)
    until(lambda: len(observer.reports) == 1)
    assert observer.kept == final_words(engine)
    engine.stop()
    assert len(observer.reports) == 1


class Crowd(SmallFinder):
    """A face finder that finds a second face while `two` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.two = Flag()

    def look(self, frame: VideoFrame) -> Sighting:
        alone = super().look(frame)
        if not self.two.is_set():
            return alone
        return replace(alone, faces=2, box=FaceBox(0, 0, 8, 8, 1.0), presence=Presence(False, 0, Reason.SEVERAL_FACES))


def test_a_second_face_stops_storing_and_recording_and_is_reported(start, observer):
    crowd = Crowd()
    engine = start(
        Sources(*devices()),
        replace(FACTORIES, open_finder=lambda: crowd),
        options=SessionOptions(records=True),
        observers=[observer],
    )
    until(lambda: steps(engine) >= 4 and observer.chunks)
    assert engine.status().guard == ""
    came_s = engine.now_s()
    crowd.two.set()
    until(lambda: engine.status().guard != "")
    raised_s = engine.now_s()
    until(lambda: engine.now_s() > raised_s + 2.5)
    assert not [chunk for chunk in observer.chunks if chunk.t_s > came_s - 0.5]
    assert "second face" in engine.status().guard
    assert any(isinstance(entry, Event) and entry.kind == "guard" for entry in observer.entries)
    engine.stop()
    assert not [word for word in observer.kept if word.end_s > raised_s]
    assert not [chunk for chunk in observer.chunks if chunk.t_s > came_s - 0.5]


def test_all_media_of_the_learner_alone_is_recorded_if_enabled(start, observer):
    engine = start(Sources(*devices()), options=SessionOptions(records=True), observers=[observer])
    until(lambda: engine.now_s() > 2.0 and steps(engine) >= 4)
    engine.stop()
    for kind in (VideoFrame, AudioBlock):
        assert [chunk.t_s for chunk in observer.chunks if isinstance(chunk, kind)][-1] > 1.8


def test_nothing_is_recorded_by_default(start, observer):
    engine = start(Sources(*devices()), observers=[observer])
    until(lambda: engine.now_s() > 2.0 and steps(engine) >= 4)
    engine.stop()
    assert observer.chunks == []


def test_muting_the_picture_raises_the_guard(start, observer):
    engine = start(Sources(*devices()), observers=[observer])
    until(lambda: steps(engine) >= 2)
    engine.set_muted("visual", True)
    until(lambda: "nobody" in engine.status().guard)


def test_without_a_camera_from_the_beginning_words_are_stored(start, observer):
    alone = replace(SETTINGS, capture=replace(SETTINGS.capture, camera="off"))
    engine = start(Sources(None, SmallMicrophone("mic")), settings=alone, observers=[observer])
    until(lambda: len(observer.kept) >= 2)
    assert engine.status().guard == ""


def test_entries_reach_observers_and_screen(start, observer):
    engine = start(Sources(*devices()), observers=[observer])
    until(lambda: steps(engine) >= 1)
    engine.session_log.mark("page turned")
    engine.session_log.report("Confused", asked=False)
    engine.session_log.report("None", asked=True)
    engine.session_log.add(Activity(0.5, "task", "Analysis II"))
    seen = [entry for entry in observer.entries if not isinstance(entry, Event)]
    assert [entry for entry in engine.session_log.entries() if not isinstance(entry, Event)] == seen
    assert isinstance(seen[0], Marker)
    assert 0 < seen[0].t_s <= engine.now_s()
    assert [(r.state, r.origin) for r in seen if isinstance(r, SelfReport)] == [("Confused", "own"), ("None", "probe")]
    assert engine.session_log.activities() == [Activity(0.5, "task", "Analysis II")]


def events(observer: SmallObserver) -> list[Event]:
    return [entry for entry in observer.entries if isinstance(entry, Event)]


def test_events_of_the_session_are_logged(start, observer):
    camera, microphone = devices()
    engine = start(Sources(camera, microphone), observers=[observer])
    until(lambda: steps(engine) >= 1)
    camera.plugged.clear()
    engine.model_controls.feed_back(False)
    engine.model_controls.inject(Faults(blur=0.5))
    engine.reset()
    until(lambda: {"run", "device", "feedback", "fault", "reset"} <= {e.kind for e in events(observer)})
    until(lambda: any("lost" in event.text for event in events(observer)))
    assert (engine.status().feedback, engine.status().faults) == (False, ("The picture is blurred by 50 %.",))


def test_estimates_carry_explanations_while_they_are_on(start):
    engine = start(Sources(*devices()))
    until(lambda: steps(engine) >= 1)
    assert newest(engine).explanation is None
    engine.model_controls.explain(True)
    until(lambda: newest(engine).explanation is not None)
    engine.model_controls.explain(False)
    until(lambda: newest(engine).explanation is None)


def test_faults_reach_the_buffers_and_not_the_recording(start, observer):
    engine = start(Sources(*devices()), options=SessionOptions(records=True), observers=[observer])
    engine.model_controls.inject(Faults(mute=True))
    until(lambda: newest_reason_is(engine, "audio", Reason.MICROPHONE_ZEROS))
    assert engine.status().level_dbfs == -120.0
    muted_s = engine.now_s()
    until(lambda: any(isinstance(chunk, AudioBlock) and chunk.t_s > muted_s for chunk in observer.chunks))
    assert all(np.abs(chunk.samples).max() > 0 for chunk in observer.chunks if isinstance(chunk, AudioBlock))
    engine.model_controls.inject(Faults(drop_frames=1.0))
    until(lambda: not newest(engine).presence["visual"].present)
    engine.model_controls.inject(Faults())
    until(lambda: steps(engine) > 0 and newest(engine).presence["visual"].present)


def newest_reason_is(engine, modality: str, reason: Reason) -> bool:
    return steps(engine) > 0 and newest(engine).presence[modality].reason is reason


@pytest.mark.parametrize(("sha256", "applied"), [("0" * 64, True), ("f" * 64, False)])
def test_a_personal_calibration_is_applied_only_to_its_model(start, observer, sha256: str, applied: bool):
    personal = PersonalCalibration(sha256, bias=(2.0, 0.0, 0.0, 0.0))
    engine = start(Sources(*devices()), options=SessionOptions(personal=personal), observers=[observer])
    until(lambda: steps(engine) >= 2)
    made = newest(engine)
    assert (made.plain is not None) is applied
    if applied:
        np.testing.assert_array_equal(made.probabilities, personal.adjust(made.plain))
        assert made.probabilities[0] > made.plain[0]


class Failing(SmallObserver):
    """Fails at its third step."""

    def step(self, estimate: Estimate) -> None:
        super().step(estimate)
        if len(self.estimates) == 3:
            raise ValueError("out of ink")

    def end(self, report) -> list[str]:
        return [*super().end(report), "observer-thread"]


def test_a_failing_observer_is_removed_and_reported_once(start, observer, hooks, caplog):
    failing = Failing()
    engine = start(Sources(*devices()), observers=[failing, observer])
    until(lambda: len(observer.estimates) >= 6)
    assert len(failing.estimates) == 3
    assert [error for error in hooks.errors if "out of ink" in error] == [hooks.errors[0]]
    assert engine.stop() == ["observer-thread"]
    assert len(failing.reports) == len(observer.reports) == 1, "a removed observer is ended with the session"


def test_an_error_of_an_observer_is_shown_with_its_own_sentence(start, observer, hooks):
    class Refused(SmallObserver):
        def begin(self, facts: SessionFacts) -> None:
            raise LabError("Lab streams cannot be offered. Switch them off in Settings.")

    engine = start(Sources(*devices()), observers=[Refused(), observer])
    until(lambda: observer.estimates)
    assert hooks.errors == ["Lab streams cannot be offered. Switch them off in Settings."]
    assert engine.status().errors == tuple(hooks.errors)
    assert [event.text for event in events(observer) if event.kind == "error"] == hooks.errors


def test_threads_that_an_observer_leaves_are_named(start):
    failing = Failing()
    engine = start(Sources(*devices()), observers=[failing])
    until(lambda: engine.status().state is RunState.LIVE)
    assert engine.stop() == ["observer-thread"]


def test_the_guard_is_raised_when_no_picture_arrives(start, observer):
    engine = start(Sources(*devices()), observers=[observer])
    until(lambda: steps(engine) >= 2)
    engine.model_controls.inject(Faults(drop_frames=1.0))
    until(lambda: "nobody" in engine.status().guard)


def test_the_guard_follows_the_camera_that_is_chosen_now(start, observer):
    alone = replace(SETTINGS, capture=replace(SETTINGS.capture, camera="off"))
    engine = start(Sources(None, SmallMicrophone("mic")), settings=alone, observers=[observer])
    until(lambda: steps(engine) >= 2)
    engine.choose_camera("cam")
    until(lambda: newest(engine).presence["visual"].present)
    engine.model_controls.inject(Faults(drop_frames=1.0))
    until(lambda: "nobody" in engine.status().guard)
    engine.choose_camera("off")
    until(lambda: engine.status().guard == "")


def test_stored_features_contain_nothing_of_a_bystander(start, observer):
    crowd = Crowd()
    engine = start(
        Sources(*devices()),
        replace(FACTORIES, open_finder=lambda: crowd),
        observers=[observer],
    )
    until(lambda: any("audio" in estimate.features for estimate in observer.estimates))
    crowd.two.set()
    until(lambda: engine.status().guard != "")
    raised_s = engine.now_s()
    until(lambda: observer.estimates[-1].t_s > raised_s + 1.0)
    assert not [e for e in observer.estimates if e.t_s > raised_s + 0.3 and e.features]
    assert any(e.features for e in engine.history.since(raised_s + 0.3))  # they are only left out of what is stored


def test_the_final_report_contains_the_hops_before_a_reset(start, observer):
    options = SessionOptions(make_report=lambda _status, hops, _sync: {"hops": hops})
    engine = start(Sources(*devices()), options=options, observers=[observer])
    until(lambda: steps(engine) >= 3)
    engine.reset()
    before = len(observer.estimates)
    until(lambda: len(observer.estimates) >= before + 3)
    engine.stop()
    assert observer.reports[0]["hops"] == [estimate.t_s for estimate in observer.estimates]
