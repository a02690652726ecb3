"""An engine's loudspeaker: recorded only beside a microphone, given to nobody, and told from the learner's voice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from core.capture.source import SourceStatus
from core.engine import Engine, SessionOptions, Sources
from core.errors import CaptureError
from core.features.tokens import as_spoken
from core.loudspeaker import LoudspeakerGuard
from core.session_observer import SessionFacts
from core.settings import CaptureSettings, ModelSettings, Settings, SpeechSettings
from core.status import DeviceState, RunState
from core.types import AudioBlock, Reason, Word
from tests.support.pulse import DEVICE, LOUDSPEAKER, PulseMicrophone, needs_pulse, speak
from tests.support.small_engine import FACTORIES, newest, steps
from tests.support.small_observer import SmallObserver
from tests.support.small_sources import SmallMedium, SmallMicrophone, medium_chunks
from tests.support.waiting import until

LECTURE = (
    "Good morning. Today we will talk about the history of mathematics, and how the ancient Greeks measured the earth."
)
ANSWER = "I have no idea what this means, it is very confusing."
MARGIN_S = 0.7
"""A recogniser is as inexact as this about the time of a word."""
ENTERING = 3
"""Words of the lecture that may come through, of about twelve: a busy machine that loses sound of either device spoils
their lag for a moment."""
REAL = Settings(
    capture=CaptureSettings(camera="off", microphone=DEVICE, retry_s=0.2),
    speech=SpeechSettings(recognizer="moonshine"),
    model=ModelSettings(random_weights=True, threads=1),
)


def state(engine: Engine) -> DeviceState:
    return engine.status().loudspeaker.state


def test_what_the_computer_plays_is_recorded_only_while_the_microphone_runs(start):
    microphone, loudspeaker = SmallMicrophone("mic"), SmallMicrophone("speaker")
    engine = start(Sources(microphone=microphone, loudspeaker=loudspeaker))
    until(lambda: state(engine) is DeviceState.RUNNING)
    assert engine.status().loudspeaker.name == "speaker"
    engine.pause()
    until(lambda: not loudspeaker.opened)
    engine.resume()
    until(lambda: state(engine) is DeviceState.RUNNING)
    microphone.plugged.clear()
    until(lambda: state(engine) is DeviceState.OFF)
    assert not loudspeaker.opened
    microphone.plugged.set()
    until(lambda: state(engine) is DeviceState.RUNNING)
    engine.choose_microphone("off")
    until(lambda: state(engine) is DeviceState.OFF)
    assert engine.stop() == []
    assert not loudspeaker.opened


def test_a_loudspeaker_that_cannot_be_heard_changes_nothing_else(start, hooks):
    loudspeaker = SmallMicrophone("speaker", plugged=False)
    engine = start(Sources(microphone=SmallMicrophone("mic"), loudspeaker=loudspeaker))
    until(lambda: state(engine) is DeviceState.LOST and steps(engine) >= 2)
    assert newest(engine).presence["audio"].present
    assert engine.status().loudspeaker.message == "speaker cannot be opened. Plug it in."
    assert (engine.status().errors, hooks.errors) == ((), [])
    loudspeaker.plugged.set()
    until(lambda: state(engine) is DeviceState.RUNNING)
    loudspeaker.plugged.clear()
    until(lambda: state(engine) is DeviceState.LOST)
    assert engine.status().state is RunState.LIVE
    found = [device_state for kind, device_state in hooks.devices if kind == "loudspeaker"]
    assert found[-3:] == [DeviceState.LOST, DeviceState.RUNNING, DeviceState.LOST]


def test_another_loudspeaker_can_be_chosen_or_none(start):
    factories = replace(FACTORIES, make_reference=lambda name: None if name == "off" else SmallMicrophone(name))
    engine = start(factories=factories)
    until(lambda: engine.status().loudspeaker.name == "auto" and state(engine) is DeviceState.RUNNING)
    engine.choose_loudspeaker("phones")
    until(lambda: engine.status().loudspeaker.name == "phones" and state(engine) is DeviceState.RUNNING)
    engine.choose_loudspeaker("off")
    until(lambda: state(engine) is DeviceState.OFF)
    engine.choose_microphone("other")
    until(lambda: engine.status().microphone.name == "other" and steps(engine) >= 1)
    assert state(engine) is DeviceState.OFF


class FollowingLoudspeaker(SmallMicrophone):
    """Follows the default loudspeaker, whose name is `name` now, without being opened again."""

    name = "built-in"

    def status(self) -> SourceStatus:
        return replace(super().status(), name=self.name)


def test_the_guard_learns_anew_from_another_loudspeaker_on_the_microphones_thread(start, monkeypatch):
    resets: list[str] = []

    class WatchedGuard(LoudspeakerGuard):
        def reset(self) -> None:
            resets.append(threading.current_thread().name)
            super().reset()

    monkeypatch.setattr("core.engine.engine.LoudspeakerGuard", WatchedGuard)
    factories = replace(FACTORIES, make_reference=lambda name: None if name == "off" else SmallMicrophone(name))
    loudspeaker = FollowingLoudspeaker("default")
    engine = start(Sources(microphone=SmallMicrophone("mic"), loudspeaker=loudspeaker), factories)

    def learns_anew_after(change: Callable[[], object]) -> None:
        until(lambda: state(engine) is DeviceState.RUNNING)
        quiet_since = steps(engine)
        until(lambda: steps(engine) > quiet_since + 1)
        resets.clear()
        change()
        until(lambda: bool(resets))
        assert set(resets) == {"engine-microphone"}

    learns_anew_after(lambda: setattr(loudspeaker, "name", "headset"))
    learns_anew_after(lambda: engine.choose_loudspeaker("phones"))
    learns_anew_after(lambda: engine.choose_microphone("other"))
    learns_anew_after(lambda: engine.choose_loudspeaker("off"))


def test_a_recording_is_not_compared_with_the_loudspeaker(start):
    factories = replace(FACTORIES, make_reference=SmallMicrophone)
    engine = start(Sources(medium=SmallMedium(medium_chunks(2.0))), factories)
    until(lambda: engine.status().state is RunState.ENDED)
    assert state(engine) is DeviceState.OFF
    with pytest.raises(CaptureError, match="Start a live session to choose a loudspeaker"):
        engine.choose_loudspeaker("phones")


def test_no_observer_receives_what_the_computer_plays(start):
    """A recording takes every chunk of the session; the loudspeaker's have another rate here than the microphone's."""
    observer, options = SmallObserver(), SessionOptions(SessionFacts("id", ""), records=True)
    loudspeaker = SmallMicrophone("speaker", rate_hz=50.0)
    sources = Sources(microphone=SmallMicrophone("mic", rate_hz=20.0), loudspeaker=loudspeaker)
    engine = start(sources, options=options, observers=[observer])
    until(lambda: state(engine) is DeviceState.RUNNING and steps(engine) >= 4)
    engine.stop()
    blocks = [chunk for chunk in observer.chunks if isinstance(chunk, AudioBlock)]
    assert len(blocks) >= 10
    assert {block.samples.size for block in blocks} == {800}


@pytest.fixture
def room() -> PulseMicrophone:
    needs_pulse()
    return PulseMicrophone(loudspeaker=True)


def heard(engine: Engine, present: bool, reason: Reason | None = None) -> Callable[[], bool]:
    def holds() -> bool:
        made = engine.history.recent().newest
        return made is not None and (made.presence["audio"].present, made.presence["audio"].reason) == (present, reason)

    return holds


def test_a_lecture_in_the_room_is_the_computers_voice_and_an_answer_the_learners(start, room, tmp_path: Path):
    lecture = speak(LECTURE, tmp_path / "lecture.wav", words_a_minute=110)
    answer = speak(ANSWER, tmp_path / "answer.wav", voice="en-us+f3")
    observer = SmallObserver()
    with room:
        engine = start(None, type(FACTORIES)(), REAL, observers=[observer])
        until(lambda: state(engine) is DeviceState.RUNNING and engine.status().hears and steps(engine) >= 1, 120)
        with room.play(lecture, LOUDSPEAKER) as player:
            until(lambda: engine.status().speaker == "computer", 15)
            until(heard(engine, False, Reason.COMPUTER_SPEAKING), 15)
            told_apart_s = engine.now_s()
            until(lambda: player.poll() is not None, 30)
        ended_s = engine.now_s()
        with room.play(answer) as player:
            until(heard(engine, True), 15)
            until(lambda: player.poll() is not None, 15)
        until(lambda: any(word.start_s > ended_s for word in engine.transcript() if word.final), 30)
        room.kill()
        until(lambda: engine.status().microphone.state is DeviceState.LOST, 15)
        until(lambda: state(engine) in (DeviceState.OFF, DeviceState.LOST), 15)
        room.start()
        until(lambda: state(engine) is engine.status().microphone.state is DeviceState.RUNNING, 30)
        assert engine.status().state is RunState.LIVE
        final = [word for word in engine.transcript() if word.final]
        assert engine.stop() == []

    def of_the_lecture(words: Iterable[Word]) -> set[float]:
        return {word.start_s for word in words if told_apart_s < word.start_s < ended_s - MARGIN_S}

    assert len(of_the_lecture(word for word in final if word.by_computer)) > ENTERING
    assert len(of_the_lecture(word for word in final if not word.by_computer)) <= ENTERING
    assert len(of_the_lecture(observer.kept)) <= ENTERING
    assert max(len(of_the_lecture(estimate.words)) for estimate in observer.estimates) <= ENTERING
    assert "confusing" in as_spoken(" ".join(word.text for word in observer.kept))
