"""The life of an engine: pause, reset, failure, stop, and the measurement of memory."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import replace

from core.engine import Engine, Sources
from core.errors import ModelError, SpeechError
from core.status import DeviceState, RunState
from tests.support.small_engine import FACTORIES, SETTINGS, devices, steps
from tests.support.small_parts import SmallFeatures, SmallModel
from tests.support.small_sources import SmallCamera, SmallMedium, SmallMicrophone, medium_chunks
from tests.support.waiting import until


def test_memory_includes_child_processes_and_is_measured_before_stopping(start):
    def nothing_installed(*_arguments):
        raise SpeechError("No recogniser is installed. Run 'edu-emotionnet models pull'.")

    engine = start(Sources(*devices()), replace(FACTORIES, open_recognizer=nothing_installed))
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


def test_stop_and_pause_do_not_wait_for_the_retry_of_a_lost_device(start):
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


def test_reset_clears_the_memory_and_the_clock_continues(start):
    engine = start(Sources(*devices()))
    until(lambda: len(engine.history.since(0.0)) >= 3 and engine.transcript())
    before_s = engine.status().elapsed_s
    engine.reset()
    until(lambda: engine.history.since(0.0) and engine.history.since(0.0)[0].t_s > before_s)
    assert all(word.end_s > before_s - 0.5 for word in engine.transcript())


def test_a_model_that_cannot_be_opened_stops_the_engine_with_its_sentence(start, hooks):
    def no_weights(_):
        raise ModelError("No weights there. Run 'edu-emotionnet models pull'.")

    engine = start(Sources(*devices()), replace(FACTORIES, open_model=no_weights))
    until(lambda: hooks.states[-1:] == [RunState.STOPPED])
    assert engine.status().errors == ("No weights there. Run 'edu-emotionnet models pull'.",)


def test_an_unexpected_failure_is_reported_and_logged_and_stops_everything(start, hooks, caplog):
    class Broken(SmallModel):
        def step(self, inputs):
            raise ZeroDivisionError("by zero")

    camera, microphone = devices()
    start(Sources(camera, microphone), replace(FACTORIES, open_model=lambda _: (Broken(), SmallFeatures())))
    until(lambda: hooks.states[-1:] == [RunState.STOPPED])
    until(lambda: not camera.opened and not microphone.opened)
    assert "ZeroDivisionError: by zero" in hooks.errors[0]
    assert "Traceback" in caplog.text


def test_stop_is_idempotent_and_quick(start, hooks):
    engine = start(Sources(*devices()))
    until(lambda: steps(engine) >= 1)
    began_s = time.monotonic()
    assert engine.stop() == engine.stop() == []
    assert time.monotonic() - began_s < 2.0
    assert hooks.states[-1] is RunState.STOPPED


def test_stop_before_start_and_while_starting(start):
    assert Engine(SETTINGS, Sources(), factories=FACTORIES).stop() == []
    assert start(Sources(*devices())).stop() == []


def test_a_thread_that_hangs_is_reported_by_name(hooks):
    go_on = threading.Event()

    class Hanging(SmallCamera):
        def open(self, clock):
            go_on.wait(30)
            super().open(clock)

    engine = Engine(SETTINGS, Sources(Hanging("cam", 30.0)), hooks.hooks(), FACTORIES)
    engine.start()
    assert engine.stop() == ["engine-camera"]
    go_on.set()
    until(lambda: engine.stop() == [])


def test_a_medium_is_not_opened_for_a_session_that_was_stopped_while_starting(hooks):
    go_on = threading.Event()

    def slow_model(_):
        go_on.wait(30)
        return SmallModel(), SmallFeatures()

    medium = SmallMedium(medium_chunks(0.5))
    engine = Engine(SETTINGS, Sources(medium=medium), hooks.hooks(), replace(FACTORIES, open_model=slow_model))
    engine.start()
    assert engine.stop() == ["engine-inference"]
    go_on.set()
    until(lambda: engine.stop() == [])
    assert not hasattr(medium, "_clock")
    assert hooks.states == [RunState.STARTING, RunState.STOPPED]
