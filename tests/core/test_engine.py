"""The threads around the corridor: they start, step, lose and regain devices, pause, and stop without a trace."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from core.capture.source import SourceStatus
from core.engine import Engine, EngineHooks, EngineParts, Sources
from core.errors import ModelError, SpeechError
from core.headless import InStep, estimates
from core.session import Session
from core.settings import CaptureSettings, Settings, WindowSettings
from core.status import DeviceState, DeviceStatus, RunState
from core.types import Estimate, Reason, VideoFrame, Word
from tests.support.small_parts import SmallFeatures, SmallFinder, SmallModel, SmallRecognizer
from tests.support.small_sources import SmallCamera, SmallMedium, SmallMicrophone, medium_chunks
from tests.support.waiting import until

SETTINGS = Settings(
    capture=CaptureSettings(retry_s=0.05, zeros_are_muted_after_s=0.5),
    window=WindowSettings(hop_s=0.25, settle_s=0.12),
)
PARTS = EngineParts(
    open_model=lambda _: (SmallModel(), SmallFeatures()),
    open_finder=SmallFinder,
    open_recognizer=lambda _, _ending: SmallRecognizer(),
    make_camera=lambda name, _: None if name == "off" else SmallCamera(name, 30.0),
    make_microphone=lambda name: None if name == "off" else SmallMicrophone(name),
)


class Told:
    """What the hooks told."""

    def __init__(self) -> None:
        self.states: list[RunState] = []
        self.errors: list[str] = []
        self.devices: list[tuple[str, DeviceState]] = []
        self.words: list[Word] = []

    def hooks(self) -> EngineHooks:
        return EngineHooks(self._device, self.states.append, self.errors.append, self.words.extend)

    def _device(self, kind: str, status: DeviceStatus) -> None:
        self.devices.append((kind, status.state))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def start(told: Told) -> Iterator[Callable[..., Engine]]:
    """Engines that are stopped in any case, and must leave no thread."""
    before, engines = set(threading.enumerate()), []

    def start_engine(
        sources: Sources | None = None, parts: EngineParts = PARTS, settings: Settings = SETTINGS
    ) -> Engine:
        engines.append(Engine(settings, sources, told.hooks(), parts))
        engines[-1].start()
        return engines[-1]

    yield start_engine
    assert [engine.stop() for engine in engines] == [[]] * len(engines)
    assert set(threading.enumerate()) <= before


def devices() -> tuple[SmallCamera, SmallMicrophone]:
    return SmallCamera("cam", 30.0), SmallMicrophone("mic")


def newest(engine: Engine) -> Estimate:
    made = engine.estimates.peek()[1]
    assert made is not None
    return made


def steps(engine: Engine) -> int:
    return engine.estimates.peek()[0]


def presence(engine: Engine, modality: str) -> Callable[[], bool]:
    return lambda: steps(engine) > 0 and newest(engine).presence[modality].present


def absent(engine: Engine, modality: str, reason: Reason) -> Callable[[], bool]:
    return lambda: steps(engine) > 0 and newest(engine).presence[modality].reason is reason


def test_a_medium_plays_to_its_end_and_every_hop_is_estimated(start, told):
    engine = start(Sources(medium=SmallMedium(medium_chunks(2.0))))
    until(lambda: engine.status().state is RunState.ENDED)
    status = engine.status()
    assert engine.hops[-1] == 2.0
    assert status.steps + status.skipped_hops == 8
    assert told.states == [RunState.STARTING, RunState.LIVE, RunState.ENDED]
    assert ("camera", DeviceState.RUNNING) in told.devices
    assert status.words == len(told.words) == 2
    assert status.profile == "small"
    assert status.preview_fps_mean == pytest.approx(20, abs=2)
    assert not threading.Event().wait(0.2)
    assert engine.status().elapsed_s == status.elapsed_s


def test_what_was_wrong_with_a_file_is_an_error_of_the_run(start):
    class Damaged(SmallMedium):
        def status(self):
            return SourceStatus("clip.mp4", message="clip.mp4 has 3 damaged pieces, which were skipped.")

    engine = start(Sources(medium=Damaged(medium_chunks(0.5))))
    until(lambda: engine.status().state is RunState.ENDED)
    assert engine.status().errors == ("clip.mp4 has 3 damaged pieces, which were skipped.",)


def test_memory_counts_processes_that_were_started_and_is_that_before_stopping(start):
    def nothing_there(_, _ending):
        raise SpeechError("No recogniser is installed. Run 'edu-emotionnet models pull'.")

    engine = start(Sources(*devices()), replace(PARTS, open_recognizer=nothing_there))
    until(lambda: steps(engine) >= 1)
    before_mb = engine.rss_mb()[1]
    big = subprocess.Popen([sys.executable, "-c", "x = b'1' * 300_000_000; print(flush=True); input()"],
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
    with big:
        big.stdout.readline()
        assert engine.rss_mb()[1] > before_mb + 250
        engine.stop()
        big.communicate(b"\n")
    assert engine.rss_mb()[1] > before_mb + 250


def test_live_equals_headless_for_the_hops_it_stepped(start):
    chunks = medium_chunks(3.0)
    engine = start(Sources(medium=SmallMedium(chunks)))
    until(lambda: engine.status().state is RunState.ENDED)
    live = engine.history.since(0.0)
    session = Session(SmallModel(), SmallFeatures(), SmallFinder(), SETTINGS.window)
    words = InStep(SmallRecognizer(), session)
    again = list(estimates(SmallMedium(chunks, paced=False), session, words, engine.hops, engine.looked))
    assert len(live) == len(again) >= 6
    for one, other in zip(live, again, strict=True):
        assert one.t_s == other.t_s
        assert one.words == other.words
        np.testing.assert_array_equal(one.probabilities, other.probabilities)
        np.testing.assert_array_equal(one.weights, other.weights)


def test_a_medium_that_lags_behind_the_clock_is_waited_for(start):
    class Lagging(SmallMedium):
        def read(self, timeout_s):
            time.sleep(0.05)  # forty chunks a second take two seconds to read
            return super().read(timeout_s)

    chunks = medium_chunks(1.5)
    engine = start(Sources(medium=Lagging(chunks)))
    until(lambda: engine.status().state is RunState.ENDED)
    assert engine.hops[-1] == 1.5
    assert all(made.presence["visual"].present for made in engine.history.since(0.0))


def test_a_medium_of_few_pictures_misses_no_hop(start):
    slides = [VideoFrame(3.0 * k, frame.rgb) for k, frame in enumerate(medium_chunks(0.1)[::2])]
    engine = start(Sources(medium=SmallMedium(slides)))
    until(lambda: engine.status().state is RunState.ENDED)
    assert engine.hops[-1] == 3.0
    assert engine.status().skipped_hops <= 1
    assert newest(engine).presence["audio"].reason is Reason.NO_SOUND


class SlowFinder(SmallFinder):
    """Needs 0.25 s for a glance: twice as long as until the next one is due."""

    def look(self, frame):
        time.sleep(0.25)
        return super().look(frame)


SLOW = replace(PARTS, open_finder=SlowFinder)


def test_a_slow_face_search_does_not_make_estimates_late_for_ever(start):
    engine = start(Sources(*devices()), SLOW)
    ages_s = []
    until(lambda: engine.status().elapsed_s > 4.0)
    while engine.status().elapsed_s < 8.0:
        ages_s.append(engine.status().elapsed_s - newest(engine).t_s)
        time.sleep(0.01)
    assert max(ages_s) < 2.2
    assert newest(engine).presence["visual"].present


def test_a_run_whose_face_search_was_slow_is_reproduced_from_what_it_looked_at(start):
    chunks = medium_chunks(3.0)
    engine = start(Sources(medium=SmallMedium(chunks)), SLOW)
    until(lambda: engine.status().state is RunState.ENDED)
    live = engine.history.since(0.0)
    assert len(engine.looked) < 20
    session = Session(SmallModel(), SmallFeatures(), SmallFinder(), SETTINGS.window)
    words = InStep(SmallRecognizer(), session)
    again = list(estimates(SmallMedium(chunks, paced=False), session, words, engine.hops, engine.looked))
    assert session.looked == engine.looked
    for one, other in zip(live, again, strict=True):
        np.testing.assert_array_equal(one.probabilities, other.probabilities)


def test_sound_that_comes_late_is_waited_for_and_what_comes_too_late_is_counted(start):
    class Late(SmallMicrophone):
        late_s = 0.2

        def _chunk(self, t_s):
            block = super()._chunk(t_s)
            return replace(block, t_s=t_s - self.late_s)

    later = type("TooLate", (Late,), {"late_s": 0.6})("later")
    engine = start(Sources(microphone=Late("mic")), replace(PARTS, make_microphone=lambda _: later))
    until(lambda: steps(engine) >= 8)
    assert engine.status().late_sound_s < 0.2  # the start, or a busy machine
    missed_s = engine.status().late_sound_s
    engine.choose_microphone("later")
    until(lambda: engine.status().late_sound_s > missed_s + 0.5)


def test_devices_give_estimates_a_preview_and_a_level(start):
    engine = start(Sources(*devices()))
    until(lambda: steps(engine) >= 2 and engine.status().preview_fps > 20)
    status = engine.status()
    assert status.camera.state is status.microphone.state is DeviceState.RUNNING
    assert status.camera.name == "cam"
    assert -30 < status.level_dbfs < -10
    assert engine.frame() is not None
    assert engine.sighting() is not None
    assert engine.rss_mb()[0] > 10


@pytest.mark.parametrize(
    ("kind", "modality", "reason"),
    [("camera", "visual", Reason.NO_CAMERA), ("microphone", "audio", Reason.NO_MICROPHONE)],
)
def test_a_lost_device_is_said_and_comes_back_by_itself(start, told, kind, modality, reason):
    pair = dict(zip(("camera", "microphone"), devices(), strict=True))
    engine = start(Sources(**pair))
    until(presence(engine, modality))
    pair[kind].plugged.clear()
    until(absent(engine, modality, reason))
    assert getattr(engine.status(), kind).state is DeviceState.LOST
    assert "Plug it in" in getattr(engine.status(), kind).message
    assert engine.status().state is RunState.LIVE
    pair[kind].plugged.set()
    until(presence(engine, modality))
    assert [state for name, state in told.devices if name == kind][-2:] == [DeviceState.LOST, DeviceState.RUNNING]
    assert told.errors == []
    assert [error for error in engine.status().errors if "Plug it in" in error]


def test_a_camera_that_cannot_be_opened_leaves_the_voice(start):
    engine = start(Sources(SmallCamera("cam", 30.0, plugged=False), SmallMicrophone("mic")))
    until(presence(engine, "audio"))
    assert newest(engine).presence["visual"].reason is Reason.NO_CAMERA
    assert engine.frame() is None


def test_stop_and_pause_do_not_wait_until_a_lost_device_is_tried_again(start):
    patient = replace(SETTINGS, capture=replace(SETTINGS.capture, retry_s=8.0))
    engine = start(Sources(SmallCamera("cam", 30.0, plugged=False), SmallMicrophone("mic")), settings=patient)
    until(lambda: engine.status().camera.state is DeviceState.LOST and engine.status().state is RunState.LIVE)
    engine.pause()
    until(lambda: engine.status().camera.state is DeviceState.OFF, 1.0)
    engine.resume()
    until(lambda: engine.status().camera.state is DeviceState.LOST, 1.0)
    began_s = time.monotonic()
    assert engine.stop() == []
    assert time.monotonic() - began_s < 1.0


def test_another_device_does_not_inherit_what_went_wrong_with_the_first(start, told):
    slow = replace(SETTINGS, capture=replace(SETTINGS.capture, retry_s=8.0))
    engine = start(Sources(SmallCamera("cam", 30.0, plugged=False), SmallMicrophone("mic")), settings=slow)
    until(lambda: engine.status().camera.state is DeviceState.LOST)
    engine.choose_camera("Other")
    until(lambda: engine.status().camera.state is DeviceState.RUNNING)
    states = [state for kind, state in told.devices if kind == "camera"]
    assert states == [DeviceState.OPENING, DeviceState.LOST, DeviceState.OPENING, DeviceState.RUNNING]


def test_exact_zeros_are_a_blocked_microphone(start):
    camera, microphone = SmallCamera("cam", 30.0), SmallMicrophone("mic", silent=True)
    engine = start(Sources(camera, microphone))
    until(absent(engine, "audio", Reason.MICROPHONE_ZEROS))
    microphone.silent = False
    until(presence(engine, "audio"))


def test_without_sources_the_settings_name_the_devices(start):
    named = replace(SETTINGS, capture=replace(SETTINGS.capture, camera="Desk", microphone="off"))
    engine = start(settings=named)
    until(presence(engine, "visual"))
    assert engine.status().camera.name == "Desk"
    assert engine.status().microphone.state is DeviceState.OFF
    assert newest(engine).presence["audio"].reason is Reason.NO_MICROPHONE


def test_devices_can_be_chosen_while_it_runs(start):
    camera, microphone = devices()
    engine = start(Sources(camera, microphone))
    until(presence(engine, "visual"))
    engine.choose_camera("Other")
    until(lambda: engine.status().camera.name == "Other" and engine.status().camera.state is DeviceState.RUNNING)
    until(lambda: not camera.opened)
    engine.choose_microphone("off")
    until(absent(engine, "audio", Reason.NO_MICROPHONE))
    until(lambda: engine.status().microphone.state is DeviceState.OFF and not microphone.opened)


def test_a_recording_in_place_of_a_camera_ends_and_the_session_goes_on(start):
    pictures = [chunk for chunk in medium_chunks(0.6) if isinstance(chunk, VideoFrame)]
    engine = start(Sources(SmallMedium(pictures), SmallMicrophone("mic")))
    until(lambda: engine.frame() is not None)
    until(lambda: engine.status().camera.state is DeviceState.OFF)
    until(absent(engine, "visual", Reason.NO_CAMERA))
    assert engine.status().state is RunState.LIVE


@pytest.mark.parametrize("modality", ["audio", "visual", "text"])
def test_a_modality_can_be_switched_off_and_on(start, modality):
    engine = start(Sources(*devices()))
    until(presence(engine, modality))
    engine.set_muted(modality, True)
    until(absent(engine, modality, Reason.MUTED))
    assert engine.status().muted == {modality}
    engine.set_muted(modality, False)
    until(presence(engine, modality))


def test_pictures_switched_off_are_not_searched_for_faces_and_another_camera_has_another_face(start):
    finder = SmallFinder()
    forgot: list[int] = []
    finder.reset = lambda: forgot.append(len(finder.looked))
    engine = start(Sources(*devices()), replace(PARTS, open_finder=lambda: finder))
    until(presence(engine, "visual"))
    engine.set_muted("visual", True)
    until(absent(engine, "visual", Reason.MUTED))
    looked, forgotten = len(finder.looked), len(forgot)
    made = steps(engine)
    until(lambda: steps(engine) >= made + 3)
    assert len(finder.looked) <= looked
    assert engine.sighting() is None
    engine.choose_camera("Other")
    until(lambda: len(forgot) > forgotten)


def test_words_switched_off_are_not_even_recognised(start, told):
    engine = start(Sources(*devices()))
    engine.set_muted("text", True)
    until(lambda: engine.status().elapsed_s > 1.5)
    told.words.clear()
    until(lambda: engine.status().elapsed_s > 3.0)
    assert told.words == []


def test_words_that_may_still_change_do_not_outlive_switching_words_off(start):
    engine = start(Sources(*devices()))
    until(lambda: any(not word.final for word in engine.transcript()))
    engine.set_muted("text", True)
    until(lambda: all(word.final for word in engine.transcript()))


def test_words_before_a_reset_do_not_come_back(start, told):
    engine = start(Sources(*devices()))
    until(lambda: any(not word.final for word in engine.transcript()) and engine.status().elapsed_s > 1.5)
    before_s = engine.status().elapsed_s
    engine.reset()
    until(lambda: engine.transcript() and engine.status().elapsed_s > before_s + 1.5)
    assert all(word.start_s > before_s - 0.3 for word in engine.transcript())


def test_pause_holds_the_clock_and_releases_the_devices(start):
    camera, microphone = devices()
    engine = start(Sources(camera, microphone))
    until(lambda: steps(engine) >= 2)
    engine.pause()
    until(lambda: not camera.opened and not microphone.opened)
    stood_at_s, made = engine.status().elapsed_s, steps(engine)
    assert engine.status().state is RunState.PAUSED
    assert not threading.Event().wait(0.4)
    assert engine.status().elapsed_s == stood_at_s
    assert steps(engine) - made <= 1
    engine.resume()
    until(lambda: steps(engine) >= made + 2)
    assert camera.opens == 2
    assert engine.status().skipped_hops == 0


def test_reset_forgets_but_the_clock_goes_on(start):
    engine = start(Sources(*devices()))
    until(lambda: len(engine.history.since(0.0)) >= 3 and engine.transcript())
    before_s = engine.status().elapsed_s
    engine.reset()
    until(lambda: engine.history.since(0.0) and engine.history.since(0.0)[0].t_s > before_s)
    assert all(word.end_s > before_s - 0.5 for word in engine.transcript())
    assert engine.hops[0] > before_s


def test_a_slow_model_skips_hops_and_never_falls_behind(start):
    class Slow(SmallModel):
        def step(self, inputs):
            time.sleep(0.6)
            return super().step(inputs)

    engine = start(Sources(*devices()), replace(PARTS, open_model=lambda _: (Slow(), SmallFeatures())))
    until(lambda: steps(engine) >= 3)
    status = engine.status()
    assert status.skipped_hops >= 2
    assert newest(engine).t_s > engine.status().elapsed_s - 1.5
    assert status.step_ms.p50 >= 600


def test_no_recogniser_is_said_and_the_rest_goes_on(start, told):
    def none_there(_, _ending):
        raise SpeechError("No recogniser is installed. Run 'edu-emotionnet models pull'.")

    engine = start(Sources(*devices()), replace(PARTS, open_recognizer=none_there))
    until(absent(engine, "text", Reason.NO_RECOGNIZER))
    assert told.errors == ["No recogniser is installed. Run 'edu-emotionnet models pull'."]
    assert engine.status().recognizer == told.errors[0]
    assert not engine.status().hears
    assert engine.status().state is RunState.LIVE


def test_a_recogniser_that_dies_is_said_and_the_rest_goes_on(start, told):
    class Dying(SmallRecognizer):
        def feed(self, samples, start_s):
            if start_s > 0.5:
                raise SpeechError("The word recogniser ended unexpectedly. Start the session again.")
            return super().feed(samples, start_s)

    engine = start(Sources(*devices()), replace(PARTS, open_recognizer=lambda _, _ending: Dying()))
    until(absent(engine, "text", Reason.NO_RECOGNIZER))
    assert told.errors == ["The word recogniser ended unexpectedly. Start the session again."]
    assert engine.status().recognizer == told.errors[0]
    assert not engine.status().hears
    assert engine.status().state is RunState.LIVE


def test_a_model_that_cannot_be_opened_stops_the_engine_with_its_sentence(start, told):
    def no_weights(_):
        raise ModelError("No weights there. Run 'edu-emotionnet models pull'.")

    engine = start(Sources(*devices()), replace(PARTS, open_model=no_weights))
    until(lambda: told.states[-1:] == [RunState.STOPPED])
    assert engine.status().errors == ("No weights there. Run 'edu-emotionnet models pull'.",)


def test_an_unexpected_failure_is_said_logged_and_stops_everything(start, told, caplog):
    class Broken(SmallModel):
        def step(self, inputs):
            raise ZeroDivisionError("by nought")

    camera, microphone = devices()
    start(Sources(camera, microphone), replace(PARTS, open_model=lambda _: (Broken(), SmallFeatures())))
    until(lambda: told.states[-1:] == [RunState.STOPPED])
    until(lambda: not camera.opened and not microphone.opened)
    assert "ZeroDivisionError: by nought" in told.errors[0]
    assert "Traceback" in caplog.text


def test_stop_is_idempotent_and_quick(start, told):
    engine = start(Sources(*devices()))
    until(lambda: steps(engine) >= 1)
    began_s = time.monotonic()
    assert engine.stop() == engine.stop() == []
    assert time.monotonic() - began_s < 2.0
    assert told.states[-1] is RunState.STOPPED


def test_stop_before_start_and_while_starting(start):
    assert Engine(SETTINGS, Sources(), parts=PARTS).stop() == []
    assert start(Sources(*devices())).stop() == []


def test_a_recogniser_that_is_still_being_opened_is_told_to_end_and_that_is_no_error(start, told):
    def never_there(_, ending):
        until(ending)
        raise SpeechError("The word recogniser was ended.")

    engine = start(Sources(*devices()), replace(PARTS, open_recognizer=never_there))
    until(lambda: steps(engine) >= 1)
    assert engine.stop() == []
    assert engine.status().errors == ()


def test_a_medium_is_not_opened_for_a_session_that_was_stopped_before_it_began(told):
    go_on = threading.Event()

    def slow_model(_):
        go_on.wait(30)
        return SmallModel(), SmallFeatures()

    medium = SmallMedium(medium_chunks(0.5))
    engine = Engine(SETTINGS, Sources(medium=medium), told.hooks(), replace(PARTS, open_model=slow_model))
    engine.start()
    assert engine.stop() == ["engine-inference"]
    go_on.set()
    until(lambda: engine.stop() == [])
    assert not hasattr(medium, "_clock")
    assert told.states == [RunState.STARTING, RunState.STOPPED]


def test_a_thread_that_hangs_is_reported_by_name(told):
    go_on = threading.Event()

    class Hanging(SmallCamera):
        def open(self, clock):
            go_on.wait(30)
            super().open(clock)

    engine = Engine(SETTINGS, Sources(Hanging("cam", 30.0)), told.hooks(), PARTS)
    engine.start()
    assert engine.stop() == ["engine-camera"]
    go_on.set()
    until(lambda: engine.stop() == [])
