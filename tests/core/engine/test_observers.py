"""Who goes along with a session hears all of it: steps, words that may be kept, entries; and the end, once."""

from __future__ import annotations

from dataclasses import replace
from threading import Event as Flag

import numpy as np
import pytest

from core.engine import Company, Sources
from core.faults import Faults
from core.self_report.personal_calibration import Personal
from core.session_observer import SessionFacts
from core.status import RunState
from core.types import (
    Activity,
    AudioBlock,
    Estimate,
    Event,
    FaceBox,
    Marker,
    OwnReport,
    Presence,
    Reason,
    Sighting,
    VideoFrame,
)
from tests.support.small_engine import PARTS, SETTINGS, devices, newest, steps
from tests.support.small_observer import SmallFollower
from tests.support.small_parts import SmallFinder
from tests.support.small_sources import SmallMedium, SmallMicrophone, medium_chunks
from tests.support.waiting import until

FACTS = SessionFacts("id", "2026-11-22T10:00:00Z", participant="P-7F3K")


@pytest.fixture
def follower() -> SmallFollower:
    return SmallFollower()


def test_followers_hear_every_step_as_it_was_shown(start, follower):
    engine = start(Sources(medium=SmallMedium(medium_chunks(3.0))), company=Company(FACTS, (follower,)))
    until(lambda: engine.status().state is RunState.ENDED)
    engine.stop()
    assert follower.estimates == engine.history.since(-1.0)
    assert [estimate.t_s for estimate in follower.estimates] == engine.hops
    assert (follower.facts.participant, follower.facts.profile) == ("P-7F3K", "small")
    assert follower.facts.checkpoint_sha256 == engine.status().checkpoint_sha256
    assert follower.facts.hop_s == SETTINGS.window.hop_s


def test_the_end_comes_once_with_the_report(start, follower):
    company = Company(
        FACTS, (follower,), closing=lambda status, hops, _sync: {"steps": status.steps, "hops": len(hops)}
    )
    engine = start(Sources(*devices()), company=company)
    until(lambda: steps(engine) >= 2)
    engine.stop()
    engine.stop()
    assert follower.reports == [{"steps": len(follower.estimates), "hops": len(follower.estimates)}]


def test_final_words_come_when_they_may_be_kept_the_last_ones_at_the_end(start, follower, told):
    engine = start(Sources(*devices()), company=Company(FACTS, (follower,)))
    until(lambda: engine.status().words >= 3)
    assert len(follower.kept) < engine.status().words  # the last seconds are still to be judged
    engine.stop()
    assert follower.kept == told.words


def test_a_recording_that_is_through_ends_its_followers_by_itself(start, follower, told):
    engine = start(Sources(medium=SmallMedium(medium_chunks(2.0))), company=Company(FACTS, (follower,)))
    until(lambda: engine.status().state is RunState.ENDED)
    until(lambda: len(follower.reports) == 1)
    assert follower.kept == told.words
    engine.stop()
    assert len(follower.reports) == 1


class Crowd(SmallFinder):
    """Sees a second face while `two` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.two = Flag()

    def look(self, frame: VideoFrame) -> Sighting:
        alone = super().look(frame)
        if not self.two.is_set():
            return alone
        return replace(alone, faces=2, box=FaceBox(0, 0, 8, 8, 1.0), presence=Presence(False, 0, Reason.SEVERAL_FACES))


def test_a_second_face_stops_what_is_kept_and_says_so(start, follower):
    crowd = Crowd()
    company = Company(FACTS, (follower,), records=True)
    engine = start(Sources(*devices()), replace(PARTS, open_finder=lambda: crowd), company=company)
    until(lambda: steps(engine) >= 4 and follower.chunks)
    assert engine.status().guard == ""
    came_s = engine.now_s()
    crowd.two.set()
    until(lambda: engine.status().guard != "")
    raised_s = engine.now_s()
    until(lambda: engine.now_s() > raised_s + 2.5)
    assert not [chunk for chunk in follower.chunks if chunk.t_s > came_s - 0.5]
    assert "second face" in engine.status().guard
    assert any(isinstance(entry, Event) and entry.kind == "guard" for entry in follower.entries)
    engine.stop()
    assert not [word for word in follower.kept if word.end_s > raised_s]
    assert not [chunk for chunk in follower.chunks if chunk.t_s > came_s - 0.5]


def test_all_that_was_captured_alone_is_recorded_where_that_is_wanted(start, follower):
    engine = start(Sources(*devices()), company=Company(FACTS, (follower,), records=True))
    until(lambda: engine.now_s() > 2.0 and steps(engine) >= 4)
    engine.stop()
    for kind in (VideoFrame, AudioBlock):
        assert [chunk.t_s for chunk in follower.chunks if isinstance(chunk, kind)][-1] > 1.8


def test_nothing_is_recorded_where_nobody_wants_it(start, follower):
    engine = start(Sources(*devices()), company=Company(FACTS, (follower,)))
    until(lambda: engine.now_s() > 2.0 and steps(engine) >= 4)
    engine.stop()
    assert follower.chunks == []


def test_a_camera_switched_off_in_the_middle_raises_the_guard(start, follower):
    engine = start(Sources(*devices()), company=Company(FACTS, (follower,)))
    until(lambda: steps(engine) >= 2)
    engine.set_muted("visual", True)
    until(lambda: "nobody" in engine.status().guard)


def test_without_a_camera_from_the_beginning_words_are_kept(start, follower):
    alone = replace(SETTINGS, capture=replace(SETTINGS.capture, camera="off"))
    engine = start(Sources(None, SmallMicrophone("mic")), settings=alone, company=Company(FACTS, (follower,)))
    until(lambda: len(follower.kept) >= 2)
    assert engine.status().guard == ""


def test_whatever_is_told_reaches_followers_and_screen(start, follower):
    engine = start(Sources(*devices()), company=Company(FACTS, (follower,)))
    until(lambda: steps(engine) >= 1)
    engine.diary.mark("page turned")
    engine.diary.report("Confused", asked=False)
    engine.diary.report("None", asked=True)
    engine.diary.tell(Activity(0.5, "task", "Analysis II"))
    told = [entry for entry in follower.entries if not isinstance(entry, Event)]
    assert [entry for entry in engine.diary.entries() if not isinstance(entry, Event)] == told
    assert isinstance(told[0], Marker)
    assert 0 < told[0].t_s <= engine.now_s()
    assert [(r.state, r.origin) for r in told if isinstance(r, OwnReport)] == [("Confused", "own"), ("None", "probe")]
    assert engine.diary.activities() == [Activity(0.5, "task", "Analysis II")]


def events(follower: SmallFollower) -> list[Event]:
    return [entry for entry in follower.entries if isinstance(entry, Event)]


def test_what_happens_to_the_session_is_noted(start, follower):
    camera, microphone = devices()
    engine = start(Sources(camera, microphone), company=Company(FACTS, (follower,)))
    until(lambda: steps(engine) >= 1)
    camera.plugged.clear()
    engine.tuning.feed_back(False)
    engine.tuning.inject(Faults(blur=0.5))
    engine.reset()
    until(lambda: {"run", "device", "feedback", "fault", "reset"} <= {e.kind for e in events(follower)})
    until(lambda: any("lost" in event.text for event in events(follower)))
    assert (engine.status().feedback, engine.status().faults) == (False, ("The picture is blurred by 50 %.",))


def test_explanations_come_while_they_are_wanted(start):
    engine = start(Sources(*devices()))
    until(lambda: steps(engine) >= 1)
    assert newest(engine).explanation is None
    engine.tuning.explain(True)
    until(lambda: newest(engine).explanation is not None)
    engine.tuning.explain(False)
    until(lambda: newest(engine).explanation is None)


def test_faults_reach_the_rings_and_not_what_is_recorded(start, follower):
    engine = start(Sources(*devices()), company=Company(FACTS, (follower,), records=True))
    engine.tuning.inject(Faults(mute=True))
    until(lambda: newest_is(engine, "audio", Reason.MICROPHONE_ZEROS))
    assert engine.status().level_dbfs == -120.0
    muted_s = engine.now_s()
    until(lambda: any(isinstance(chunk, AudioBlock) and chunk.t_s > muted_s for chunk in follower.chunks))
    assert all(np.abs(chunk.samples).max() > 0 for chunk in follower.chunks if isinstance(chunk, AudioBlock))
    engine.tuning.inject(Faults(drop_frames=1.0))
    until(lambda: not newest(engine).presence["visual"].present)
    engine.tuning.inject(Faults())
    until(lambda: steps(engine) > 0 and newest(engine).presence["visual"].present)


def newest_is(engine, modality: str, reason: Reason) -> bool:
    return steps(engine) > 0 and newest(engine).presence[modality].reason is reason


@pytest.mark.parametrize(("sha256", "applied"), [("0" * 64, True), ("f" * 64, False)])
def test_a_personal_calibration_is_applied_where_it_fits(start, follower, sha256: str, applied: bool):
    personal = Personal(sha256, bias=(2.0, 0.0, 0.0, 0.0))
    engine = start(Sources(*devices()), company=Company(FACTS, (follower,), personal))
    until(lambda: steps(engine) >= 2)
    made = newest(engine)
    assert (made.plain is not None) is applied
    if applied:
        np.testing.assert_array_equal(made.probabilities, personal.adjust(made.plain))
        assert made.probabilities[0] > made.plain[0]


class Failing(SmallFollower):
    """Breaks at its third step."""

    def step(self, estimate: Estimate) -> None:
        super().step(estimate)
        if len(self.estimates) == 3:
            raise ValueError("out of ink")

    def end(self, report) -> list[str]:
        return [*super().end(report), "follower-thread"]


def test_a_follower_that_fails_is_left_behind_and_said_once(start, follower, told, caplog):
    failing = Failing()
    engine = start(Sources(*devices()), company=Company(FACTS, (failing, follower)))
    until(lambda: len(follower.estimates) >= 6)
    assert len(failing.estimates) == 3
    assert [error for error in told.errors if "out of ink" in error] == [told.errors[0]]
    assert engine.stop() == []
    assert (failing.reports, len(follower.reports)) == ([], 1)


def test_threads_that_a_follower_leaves_are_named(start):
    failing = Failing()
    engine = start(Sources(*devices()), company=Company(FACTS, (failing,)))
    until(lambda: engine.status().state is RunState.LIVE)
    assert engine.stop() == ["follower-thread"]


def test_the_guard_is_raised_when_no_picture_comes_through(start, follower):
    engine = start(Sources(*devices()), company=Company(FACTS, (follower,)))
    until(lambda: steps(engine) >= 2)
    engine.tuning.inject(Faults(drop_frames=1.0))
    until(lambda: "nobody" in engine.status().guard)


def test_the_guard_goes_by_the_camera_that_is_chosen_now(start, follower):
    alone = replace(SETTINGS, capture=replace(SETTINGS.capture, camera="off"))
    engine = start(Sources(None, SmallMicrophone("mic")), settings=alone, company=Company(FACTS, (follower,)))
    until(lambda: steps(engine) >= 2)
    engine.choose_camera("cam")
    until(lambda: newest(engine).presence["visual"].present)
    engine.tuning.inject(Faults(drop_frames=1.0))
    until(lambda: "nobody" in engine.status().guard)
    engine.choose_camera("off")
    until(lambda: engine.status().guard == "")


def test_nothing_of_a_bystander_is_in_the_features_that_are_kept(start, follower):
    crowd = Crowd()
    engine = start(Sources(*devices()), replace(PARTS, open_finder=lambda: crowd), company=Company(FACTS, (follower,)))
    until(lambda: any("audio" in estimate.features for estimate in follower.estimates))
    crowd.two.set()
    until(lambda: engine.status().guard != "")
    raised_s = engine.now_s()
    until(lambda: follower.estimates[-1].t_s > raised_s + 1.0)
    assert not [e for e in follower.estimates if e.t_s > raised_s + 0.3 and e.features]
    assert any(e.features for e in engine.history.since(raised_s + 0.3))  # it is what is kept that lacks them


def test_the_report_of_the_end_knows_the_hops_before_a_reset(start, follower):
    company = Company(FACTS, (follower,), closing=lambda _status, hops, _sync: {"hops": hops})
    engine = start(Sources(*devices()), company=company)
    until(lambda: steps(engine) >= 3)
    engine.reset()
    before = len(follower.estimates)
    until(lambda: len(follower.estimates) >= before + 3)
    engine.stop()
    assert follower.reports[0]["hops"] == [estimate.t_s for estimate in follower.estimates]
