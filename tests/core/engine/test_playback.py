"""A medium played by the engine: to its end, every hop, with the same estimates as offline."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from core.capture.source import SourceStatus
from core.engine import Sources
from core.session.offline import InStepRecognizer
from core.session.session import Session
from core.status import DeviceState, RunState
from core.types import Reason, VideoFrame
from tests.support.replay import FrameRecorder, replay
from tests.support.small_engine import FACTORIES, SETTINGS, final_words, newest
from tests.support.small_parts import SmallFeatures, SmallFinder, SmallModel, SmallRecognizer
from tests.support.small_sources import SmallMedium, medium_chunks
from tests.support.waiting import until


def test_a_medium_plays_to_its_end_and_every_hop_is_estimated(start, hooks):
    engine = start(Sources(medium=SmallMedium(medium_chunks(2.0))))
    until(lambda: engine.status().state is RunState.ENDED)
    status = engine.status()
    assert newest(engine).t_s == 2.0
    assert status.steps + status.skipped_hops == 8
    assert hooks.states == [RunState.STARTING, RunState.LIVE, RunState.ENDED]
    assert ("camera", DeviceState.RUNNING) in hooks.devices
    assert status.words == len(final_words(engine)) == 2
    assert status.profile == "small"
    assert status.preview_fps_mean == pytest.approx(20, abs=2)
    assert not threading.Event().wait(0.2)
    assert engine.status().elapsed_s == status.elapsed_s


def test_damage_of_a_file_is_an_error_in_the_status(start):
    class Damaged(SmallMedium):
        def status(self):
            return SourceStatus("clip.mp4", message="clip.mp4 has 3 damaged pieces, which were skipped.")

    engine = start(Sources(medium=Damaged(medium_chunks(0.5))))
    until(lambda: engine.status().state is RunState.ENDED)
    assert engine.status().errors == ("clip.mp4 has 3 damaged pieces, which were skipped.",)


def test_live_equals_offline_for_the_hops_it_stepped(start):
    chunks = medium_chunks(3.0)
    finder = FrameRecorder(SmallFinder())
    engine = start(Sources(medium=SmallMedium(chunks)), replace(FACTORIES, open_finder=lambda: finder))
    until(lambda: engine.status().state is RunState.ENDED)
    live = engine.history.since(0.0)
    session = Session(SmallModel(), SmallFeatures(), SmallFinder(), SETTINGS.window)
    words = InStepRecognizer(SmallRecognizer(), session)
    hops_s = [estimate.t_s for estimate in live]
    again = replay(SmallMedium(chunks, paced=False), session, words, hops_s, finder.times_s)
    assert len(live) == len(again) >= 6
    for one, other in zip(live, again, strict=True):
        assert one.t_s == other.t_s
        assert one.words == other.words
        np.testing.assert_equal(one.since_word_s, other.since_word_s)
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
    assert newest(engine).t_s == 1.5
    assert all(made.presence["visual"].present for made in engine.history.since(0.0))


def test_a_medium_of_few_pictures_misses_no_hop(start):
    slides = [VideoFrame(3.0 * k, frame.rgb) for k, frame in enumerate(medium_chunks(0.1)[::2])]
    engine = start(Sources(medium=SmallMedium(slides)))
    until(lambda: engine.status().state is RunState.ENDED)
    assert newest(engine).t_s == 3.0
    assert engine.status().skipped_hops <= 1
    assert newest(engine).presence["audio"].reason is Reason.NO_SOUND
