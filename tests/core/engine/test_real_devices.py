"""The engine with the real model and real devices: a network camera that dies and comes back, a voice, a clip."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.capture.file import FileSource
from core.engine import Engine, EngineFactories, Sources
from core.session.factories import open_finder, open_model, open_recognizer
from core.session.offline import InStepRecognizer
from core.session.session import Session
from core.settings import CaptureSettings, ModelSettings, Settings, SpeechSettings, WindowSettings
from core.status import DeviceState, RunState
from core.types import Reason
from tests.support.mjpeg_server import MjpegServer
from tests.support.pulse import DEVICE, PulseMicrophone, needs_pulse
from tests.support.replay import FrameRecorder, replay
from tests.support.waiting import until

SETTINGS = Settings(
    capture=CaptureSettings(camera="off", microphone="off", retry_s=0.1),
    speech=SpeechSettings(recognizer="pocketsphinx"),
    model=ModelSettings(random_weights=True, threads=1),
)


@pytest.fixture
def started() -> Iterator[list[Engine]]:
    """Engines to stop at the end, whatever happens."""
    engines: list[Engine] = []
    yield engines
    assert [engine.stop() for engine in engines] == [[]] * len(engines)


def start(
    started: list[Engine],
    settings: Settings,
    sources: Sources | None = None,
    factories: EngineFactories | None = None,
) -> Engine:
    engine = Engine(settings, sources, factories=factories)
    started.append(engine)
    engine.start()
    return engine


def newest_presence(engine: Engine, modality: str):
    made = engine.history.recent().newest
    return made.presence[modality] if made else None


def test_a_network_camera_that_dies_is_reported_and_found_again(started):
    with MjpegServer() as server:
        engine = start(started, replace(SETTINGS, capture=replace(SETTINGS.capture, camera=server.url)))
        until(lambda: engine.status().camera.state is DeviceState.RUNNING and engine.status().steps >= 1, 120)
        until(lambda: newest_presence(engine, "visual").reason is Reason.NO_FACE)
        server.stop()
        until(lambda: engine.status().camera.state is DeviceState.LOST, 30)
        until(lambda: newest_presence(engine, "visual").reason is Reason.NO_CAMERA)
        assert engine.status().state is RunState.LIVE
        server.start()
        until(lambda: newest_presence(engine, "visual").reason is Reason.NO_FACE, 30)
        assert engine.status().camera.state is DeviceState.RUNNING
        assert engine.stop() == []


def test_a_voice_in_the_sound_card_becomes_words_and_evidence(started, media):
    needs_pulse()
    with PulseMicrophone() as card:
        engine = start(started, replace(SETTINGS, capture=replace(SETTINGS.capture, microphone=DEVICE)))
        until(lambda: engine.status().microphone.state is DeviceState.RUNNING and engine.status().steps >= 1, 120)
        speaking = card.play(media / "LJ001-0004.wav")
        until(lambda: newest_presence(engine, "audio").present, 30)
        until(lambda: newest_presence(engine, "text").present, 30)
        speaking.wait()
        until(lambda: any(word.final for word in engine.transcript()), 30)
        card.kill()
        until(lambda: engine.status().microphone.state is DeviceState.LOST, 30)
        until(lambda: newest_presence(engine, "audio").reason is Reason.NO_MICROPHONE)
        card.start()
        until(lambda: engine.status().microphone.state is DeviceState.RUNNING, 30)
        assert engine.status().state is RunState.LIVE
        assert engine.stop() == []


def test_a_real_clip_live_equals_offline_over_its_hops(started, media: Path):
    clip, settings = media / "face_noface.mov", replace(SETTINGS, window=WindowSettings(settle_s=1.0))
    finder = FrameRecorder(open_finder())
    factories = EngineFactories(open_finder=lambda: finder)
    engine = start(started, settings, Sources(medium=FileSource(clip, paced=True)), factories)
    until(lambda: engine.status().state is RunState.ENDED, 150)
    live = engine.history.since(0.0)
    model, features = open_model(settings.model)
    session = Session(model, features, open_finder(), settings.window)
    with closing(InStepRecognizer(open_recognizer(settings.speech, pytest.fail), session)) as words:
        hops_s = [estimate.t_s for estimate in live]
        again = replay(FileSource(clip, paced=False), session, words, hops_s, finder.times_s)
    assert len(live) == len(again) >= 3
    for one, other in zip(live, again, strict=True):
        assert one.t_s == other.t_s
        np.testing.assert_allclose(one.probabilities, other.probabilities, atol=1e-5)
        assert one.presence == other.presence
        assert one.words == other.words
        np.testing.assert_equal(one.since_word_s, other.since_word_s)


def test_a_clip_that_cannot_be_read_stops_the_engine_with_its_sentence(started, tmp_path):
    bad = tmp_path / "bad.mp4"
    bad.write_text("only text", encoding="utf-8")
    engine = start(started, SETTINGS, Sources(medium=FileSource(bad, paced=True)))
    until(lambda: engine.status().state is RunState.STOPPED, 60)
    assert "bad.mp4" in engine.status().errors[0]
    until(lambda: not [thread for thread in threading.enumerate() if thread.name.startswith("engine-")], 10)
