"""The real microphone path: speech is played into a virtual sound card, recorded and recognised, also after a loss."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from core.buffers.ring import AudioRing
from core.capture import portaudio
from core.capture.microphone import Microphone
from core.engine.audio_inlet import placed
from core.errors import CaptureError
from core.speech.pocketsphinx import PocketSphinxRecognizer
from core.types import SAMPLE_RATE_HZ, Word
from tests.support.pulse import DEVICE, PulseMicrophone, needs_pulse, speak

SENTENCE = "My mother and father went to the hospital on Monday morning."
EXPECTED = {"mother", "father", "hospital", "monday", "morning"}


class Session:
    """A microphone with a clock, a ring and a recogniser, as in the engine."""

    def __init__(self, microphone: Microphone) -> None:
        started = time.monotonic()
        self.clock = lambda: time.monotonic() - started
        self.microphone, self.ring = microphone, AudioRing(60.0)
        self.recognizer, self.words = PocketSphinxRecognizer(), list[Word]()

    def open(self) -> None:
        self.microphone.open(self.clock)

    def hear_until(self, done: Callable[[], bool], within_s: float = 30.0) -> None:
        deadline = time.monotonic() + within_s
        while not done():
            assert time.monotonic() < deadline, f"in vain; heard {[word.text for word in self.words]}"
            block = self.microphone.read(0.1)
            if block is not None:
                self.ring.write(placed(block, self.ring))
                self.words += self.recognizer.feed(block.samples, block.t_s)

    @property
    def behind_s(self) -> float:
        """How far the end of the sound is behind the session clock."""
        assert self.ring.origin_s is not None
        return self.clock() - (self.ring.origin_s + self.ring.written / SAMPLE_RATE_HZ)

    def assert_on_time(self) -> None:
        """The sound ends at the clock's time, once the blocks that waited for the recogniser have been read."""
        self.hear_until(lambda: self.behind_s < 0.6)
        assert self.behind_s > -0.1

    def understood(self) -> set[str]:
        return EXPECTED & {word.text for word in self.words}


@pytest.fixture(scope="module")
def pulse() -> Iterator[PulseMicrophone]:
    needs_pulse()
    with PulseMicrophone() as daemon:
        portaudio.relist()
        yield daemon
    portaudio.relist()


@pytest.fixture
def session(pulse: PulseMicrophone) -> Iterator[Session]:
    made = Session(Microphone(DEVICE))
    made.open()
    yield made
    made.microphone.close()


def test_a_spoken_sentence_is_captured_at_its_time(pulse, session, tmp_path):
    wav = speak(SENTENCE, tmp_path / "voice.wav", voice="en-us+f3", words_a_minute=130)
    session.hear_until(lambda: session.ring.written > SAMPLE_RATE_HZ)
    from_s = session.clock()
    with pulse.play(wav) as player:
        session.hear_until(lambda: player.poll() is not None)
    to_s = session.clock()
    session.hear_until(lambda: len(session.understood()) >= 3)
    assert all(from_s - 0.3 < word.start_s < word.end_s < to_s + 0.3 for word in session.words if word.text in EXPECTED)
    session.assert_on_time()
    status = session.microphone.status()
    assert (status.name, status.rate_hz) == (DEVICE, SAMPLE_RATE_HZ)


def test_an_unplugged_microphone_is_reported_and_found_again(pulse, session):
    session.hear_until(lambda: session.ring.written > SAMPLE_RATE_HZ)
    pulse.kill()
    lost_at_s = session.clock()
    with pytest.raises(CaptureError, match=f"'{DEVICE}' gives no more sound"):
        session.hear_until(lambda: False)
    assert session.clock() - lost_at_s < 2.5
    with pytest.raises(CaptureError):
        session.open()
    pulse.start()
    away_s = session.clock() - lost_at_s
    written = session.ring.written
    session.open()
    session.hear_until(lambda: session.ring.written > written + SAMPLE_RATE_HZ)
    session.assert_on_time()
    status = session.microphone.status()
    assert status.gaps >= 1
    assert status.lost_s == pytest.approx(away_s, abs=1.0)


def test_devices_are_not_listed_anew_while_a_stream_is_open(session):
    assert not portaudio.relist()
    session.hear_until(lambda: session.ring.written > 0)
    session.microphone.close()
    assert portaudio.relist()
    session.open()
    session.hear_until(lambda: session.ring.written > SAMPLE_RATE_HZ)


def test_another_microphone_continues_where_the_first_one_ended(session):
    session.hear_until(lambda: session.ring.written > SAMPLE_RATE_HZ)
    session.microphone.close()
    session.microphone = Microphone("auto")
    session.open()
    written = session.ring.written
    session.hear_until(lambda: session.ring.written > written + SAMPLE_RATE_HZ)
    session.assert_on_time()


def test_a_slow_reader_gets_the_number_of_lost_samples(pulse):
    session = Session(Microphone(DEVICE, waiting_blocks=20))
    session.open()
    session.hear_until(lambda: session.ring.written > SAMPLE_RATE_HZ)
    wakes_at_s = session.clock() + 1.5
    while session.clock() < wakes_at_s:
        time.sleep(0.01)
    written = session.ring.written
    session.hear_until(lambda: session.ring.written > written + 3 * SAMPLE_RATE_HZ)
    session.microphone.close()
    assert session.microphone.status().lost_s == pytest.approx(1.1, abs=0.4)
    session.assert_on_time()


def test_an_unknown_microphone_is_reported_with_the_known_names(pulse):
    with pytest.raises(CaptureError, match=f"'Studio 9' is not there.*'{DEVICE}'"):
        Microphone("Studio 9").open(time.monotonic)


def test_closing_twice_or_before_opening_is_allowed():
    microphone = Microphone("auto")
    microphone.close()
    microphone.close()
    assert microphone.status().name == "auto"
