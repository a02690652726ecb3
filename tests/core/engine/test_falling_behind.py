"""Slow parts and late sound: estimates stay in time, and skipped hops are counted and reproducible."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from core.engine import Sources
from core.session.offline import InStepRecognizer
from core.session.session import Session
from core.status import DeviceState, RunState
from tests.support.replay import FrameRecorder, replay
from tests.support.small_engine import FACTORIES, SETTINGS, devices, newest, steps
from tests.support.small_parts import SmallFeatures, SmallFinder, SmallModel, SmallRecognizer
from tests.support.small_sources import SmallMedium, SmallMicrophone, medium_chunks
from tests.support.waiting import until


class SlowFinder(SmallFinder):
    """Needs 0.25 s per frame: twice as long as until the next one is due."""

    def look(self, frame):
        time.sleep(0.25)
        return super().look(frame)


SLOW = replace(FACTORIES, open_finder=SlowFinder)


def test_a_slow_face_search_does_not_delay_estimates_more_and_more(start):
    engine = start(Sources(*devices()), SLOW)
    ages_s = []
    until(lambda: engine.status().elapsed_s > 4.0)
    while engine.status().elapsed_s < 8.0:
        ages_s.append(engine.status().elapsed_s - newest(engine).t_s)
        time.sleep(0.01)
    assert max(ages_s) < 2.2
    assert newest(engine).presence["visual"].present


def test_a_run_with_a_slow_face_search_is_reproduced_from_its_frames(start):
    chunks = medium_chunks(3.0)
    finder = FrameRecorder(SlowFinder())
    engine = start(Sources(medium=SmallMedium(chunks)), replace(FACTORIES, open_finder=lambda: finder))
    until(lambda: engine.status().state is RunState.ENDED)
    live = engine.history.since(0.0)
    assert len(finder.times_s) < 20
    session = Session(SmallModel(), SmallFeatures(), SmallFinder(), SETTINGS.window)
    words = InStepRecognizer(SmallRecognizer(), session)
    hops_s = [estimate.t_s for estimate in live]
    again = replay(SmallMedium(chunks, paced=False), session, words, hops_s, finder.times_s)
    for one, other in zip(live, again, strict=True):
        np.testing.assert_array_equal(one.probabilities, other.probabilities)


class Late(SmallMicrophone):
    def __init__(self, name: str, late_s: float) -> None:
        super().__init__(name)
        self._late_s = late_s

    def _chunk(self, t_s):
        return replace(super()._chunk(t_s), t_s=t_s - self._late_s)


def test_sound_that_the_guard_may_hold_is_waited_for_while_there_is_a_reference(start):
    engine = start(Sources(microphone=Late("mic", 0.4), loudspeaker=SmallMicrophone("speaker")))
    until(lambda: engine.status().loudspeaker.state is DeviceState.RUNNING and steps(engine) >= 1)
    missed_s, made = engine.status().late_sound_s, steps(engine)
    until(lambda: steps(engine) >= made + 8)
    assert engine.status().late_sound_s < missed_s + 0.2
    engine.choose_loudspeaker("off")
    until(lambda: engine.status().late_sound_s > missed_s + 0.5)


def test_late_sound_is_waited_for_and_too_late_sound_is_counted(start):
    later = Late("later", 0.6)
    engine = start(Sources(microphone=Late("mic", 0.2)), replace(FACTORIES, make_microphone=lambda _: later))
    until(lambda: steps(engine) >= 8)
    assert engine.status().late_sound_s < 0.2  # the start, or a busy machine
    missed_s = engine.status().late_sound_s
    engine.choose_microphone("later")
    until(lambda: engine.status().late_sound_s > missed_s + 0.5)


def test_a_slow_model_skips_hops_and_never_falls_behind(start):
    class Slow(SmallModel):
        def step(self, inputs):
            time.sleep(0.6)
            return super().step(inputs)

    engine = start(Sources(*devices()), replace(FACTORIES, open_model=lambda _: (Slow(), SmallFeatures())))
    until(lambda: steps(engine) >= 3)
    status = engine.status()
    assert status.skipped_hops >= 2
    assert newest(engine).t_s > engine.status().elapsed_s - 1.5
    assert status.step_ms.p50 >= 600
