"""The contract of an engine, as the app uses it: held by the real engine and by the scripted one of the app's tests."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator

import pytest

from core.engine import Engine, Sources
from core.faults import NONE, Faults
from core.status import DeviceState, RunState
from core.types import FEEDBACK_OFF, FEEDBACK_RESET, Activity, Correction, Event, Marker, Reason, SelfReport
from tests.app.scripted_engine import ScriptedEngine
from tests.support.small_engine import FACTORIES, SETTINGS, RecordedHooks, absent, devices, newest, presence, steps
from tests.support.waiting import until

AnyEngine = Engine | ScriptedEngine
MODALITIES_OF = {"camera": "visual", "microphone": "audio"}
NOT_IN_THE_SCRIPT = {"calls", "faces", "loudspeaker", "readings", "speaker", "set_device"}


def real(hooks: RecordedHooks) -> Engine:
    return Engine(SETTINGS, Sources(*devices()), hooks.hooks(), FACTORIES)


def scripted(hooks: RecordedHooks) -> ScriptedEngine:
    return ScriptedEngine(absent=lambda _t_s: {}, hooks=hooks.hooks())


@pytest.fixture(params=[real, scripted])
def engine(request: pytest.FixtureRequest, hooks: RecordedHooks) -> Iterator[AnyEngine]:
    made = request.param(hooks)
    yield made
    assert made.stop() == []


@pytest.fixture
def running(engine: AnyEngine) -> AnyEngine:
    engine.start()
    until(lambda: steps(engine) >= 1)
    return engine


def events(engine: AnyEngine, kind: str) -> list[str]:
    return [entry.text for entry in engine.session_log.entries() if isinstance(entry, Event) and entry.kind == kind]


def members(thing: type, instance: object) -> dict[str, object]:
    names = {*vars(thing), *vars(instance)}
    return {name: inspect.getattr_static(thing, name, None) for name in names if not name.startswith("_")}


def test_the_scripted_engine_has_the_public_members_of_the_real_one(hooks: RecordedHooks) -> None:
    real_one, scripted_one = real(hooks), scripted(hooks)
    expected, found = members(Engine, real_one), members(ScriptedEngine, scripted_one)
    assert set(found) - NOT_IN_THE_SCRIPT == set(expected)
    model_controls = members(type(real_one.model_controls), real_one.model_controls)
    assert set(model_controls) <= set(members(type(scripted_one.model_controls), scripted_one.model_controls))
    pairs = [(each, found[name]) for name, each in expected.items()]
    pairs += [(each, getattr(type(scripted_one.model_controls), name)) for name, each in model_controls.items()]
    for one, other in pairs:
        if inspect.isfunction(one):
            assert inspect.signature(one) == inspect.signature(other), one
        elif isinstance(one, property) and isinstance(other, property):
            assert inspect.signature(one.fget) == inspect.signature(other.fget)


def test_before_the_start_it_is_idle_and_verbs_have_no_effect(engine: AnyEngine) -> None:
    engine.pause()
    engine.resume()
    assert engine.status().state is RunState.IDLE
    assert engine.now_s() == engine.status().elapsed_s == 0.0
    assert (engine.frame(), engine.history.since(-1.0), engine.transcript()) == (None, [], [])


def test_a_started_engine_becomes_live_and_gives_estimates_pictures_and_words(
    engine: AnyEngine, hooks: RecordedHooks
) -> None:
    engine.start()
    engine.start()
    until(lambda: engine.status().state is RunState.LIVE)
    until(lambda: steps(engine) >= 2 and engine.transcript() and engine.frame() and engine.sighting())
    status = engine.status()
    assert hooks.states == [RunState.STARTING, RunState.LIVE]
    assert {("camera", DeviceState.RUNNING), ("microphone", DeviceState.RUNNING)} <= set(hooks.devices)
    assert status.camera.state is status.microphone.state is DeviceState.RUNNING
    assert status.camera.name
    assert status.profile
    assert status.hears
    assert (status.feedback, status.faults, status.muted, status.errors) == (True, (), frozenset(), ())
    assert -100 < status.level_dbfs < 0
    assert abs(status.steps - steps(engine)) <= 1
    assert [estimate.t_s for estimate in engine.history.since(-1.0)][:2] == [status.hop_s, 2 * status.hop_s]
    assert engine.history.since(newest(engine).t_s) == []
    assert set(engine.presence_share()) == {"audio", "visual", "text"}
    assert min(engine.rss_mb()) > 10


def test_pause_holds_the_clock_and_resume_continues_it(running: AnyEngine, hooks: RecordedHooks) -> None:
    running.pause()
    held_s = running.now_s()
    assert running.status().state is RunState.PAUSED
    until(lambda: running.frame() is None)
    assert running.now_s() == running.status().elapsed_s == held_s
    made = steps(running)
    running.pause()
    running.resume()
    until(lambda: steps(running) >= made + 2)
    assert running.status().pauses == 1
    running.resume()
    assert hooks.states == [RunState.STARTING, RunState.LIVE, RunState.PAUSED, RunState.LIVE]


def test_reset_clears_estimates_and_words_and_the_clock_continues(running: AnyEngine) -> None:
    until(lambda: steps(running) >= 2 and running.transcript())
    count, before_s = steps(running), running.now_s()
    running.reset()
    until(lambda: events(running, "reset"))
    until(lambda: running.history.since(-1.0))
    assert running.history.since(-1.0)[0].t_s > before_s - running.status().hop_s
    until(running.transcript)
    assert all(word.end_s > before_s - 0.5 for word in running.transcript())
    assert running.now_s() > before_s
    assert steps(running) > count


def test_a_correction_is_kept_beside_its_word(running: AnyEngine) -> None:
    until(lambda: any(word.final for word in running.transcript()))
    word = running.transcript()[0]
    running.correct(Correction(word, "limit", "2026-11-28T10:00:00+00:00"))
    assert running.corrections() == {word: "limit"}
    assert running.transcript()[0] == word


@pytest.mark.parametrize("modality", ["audio", "visual", "text"])
def test_a_muted_modality_is_absent_until_it_is_unmuted(running: AnyEngine, modality: str) -> None:
    running.set_muted(modality, True)
    assert running.status().muted == {modality}
    until(absent(running, modality, Reason.MUTED))
    assert modality != "visual" or running.sighting() is None
    assert modality != "text" or all(word.final for word in running.transcript())
    running.set_muted(modality, False)
    assert running.status().muted == frozenset()
    until(presence(running, modality))


@pytest.mark.parametrize(("kind", "reason"), [("camera", Reason.NO_CAMERA), ("microphone", Reason.NO_MICROPHONE)])
def test_devices_can_be_chosen_while_it_runs(running: AnyEngine, kind: str, reason: Reason) -> None:
    choose: Callable[[str], None] = getattr(running, f"choose_{kind}")
    until(presence(running, MODALITIES_OF[kind]))
    choose("off")
    until(absent(running, MODALITIES_OF[kind], reason))
    assert getattr(running.status(), kind).state is DeviceState.OFF
    assert kind != "camera" or running.frame() is None
    choose("Other")
    until(presence(running, MODALITIES_OF[kind]))
    assert getattr(running.status(), kind).name == "Other"
    assert getattr(running.status(), kind).state is DeviceState.RUNNING


def test_model_controls_show_in_status_log_and_estimates(running: AnyEngine) -> None:
    running.model_controls.feed_back(False)
    running.model_controls.reset_feedback()
    until(lambda: events(running, "feedback") == [FEEDBACK_OFF, FEEDBACK_RESET])
    assert not running.status().feedback
    running.model_controls.inject(Faults(blur=0.5))
    assert running.status().faults == ("The picture is blurred by 50 %.",)
    running.model_controls.inject(NONE)
    assert running.status().faults == ()
    assert len(events(running, "fault")) == 2
    running.model_controls.calibrate(None)
    assert newest(running).explanation is None
    running.model_controls.explain(True)
    until(lambda: newest(running).explanation is not None)


def test_the_session_log_takes_entries_and_stamps_them(running: AnyEngine) -> None:
    before_s = running.now_s()
    running.session_log.mark("page turned")
    running.session_log.report("Confused", asked=True)
    running.session_log.add(Activity(0.5, "task", "Analysis II"))
    marker, report, activity = [each for each in running.session_log.entries() if not isinstance(each, Event)]
    assert isinstance(marker, Marker)
    assert before_s <= marker.t_s <= running.now_s()
    assert isinstance(report, SelfReport)
    assert (report.state, report.origin) == ("Confused", "probe")
    assert running.session_log.activities() == [activity]
    assert events(running, "run") == ["starting", "live"]


def test_a_sync_test_can_be_run_and_cancelled(running: AnyEngine) -> None:
    running.sync.start()
    running.sync.emit()
    running.sync.cancel()
    assert running.sync.report is None


def test_stop_is_idempotent_and_final(running: AnyEngine, hooks: RecordedHooks) -> None:
    assert running.stop() == running.stop() == []
    stopped_s, made = running.now_s(), steps(running)
    running.start()
    running.pause()
    running.resume()
    running.set_muted("audio", True)
    running.reset()
    assert running.status().state is hooks.states[-1] is RunState.STOPPED
    assert hooks.states.count(RunState.STOPPED) == 1
    assert (running.now_s(), steps(running)) == (stopped_s, made)


def test_an_engine_can_be_stopped_without_a_start(engine: AnyEngine) -> None:
    assert engine.stop() == []
    assert engine.status().state is RunState.STOPPED
