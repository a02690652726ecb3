"""What the computer plays, recorded from a virtual loudspeaker beside a virtual microphone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from core.capture import portaudio
from core.capture.microphone import Microphone
from core.capture.pulse_monitor import PulseMonitor, monitor_variables
from core.capture.reference import loudspeakers, make_reference
from core.capture.sound_server import SoundServer
from core.capture.source import Source
from core.errors import CaptureError
from core.types import SAMPLE_RATE_HZ
from tests.support.pulse import DEVICE, LOUDSPEAKER, SINK, PulseMicrophone, needs_pulse, write_wav

LOUD = 0.01


@pytest.fixture(scope="module")
def pulse() -> Iterator[PulseMicrophone]:
    needs_pulse()
    with PulseMicrophone(loudspeaker=True) as daemon:
        portaudio.relist()
        yield daemon
    portaudio.relist()


@pytest.fixture
def opened(pulse: PulseMicrophone) -> Iterator[Callable[[Source], Source]]:
    sources: list[Source] = []

    def open_source(source: Source) -> Source:
        sources.append(source)
        source.open(time.monotonic)
        return source

    yield open_source
    for source in sources:
        source.close()


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    wave = np.sin(2 * np.pi * 440 * np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ)
    write_wav(tmp_path / "tone.wav", (9000 * wave).astype(np.int16))
    return tmp_path / "tone.wav"


def loudest(sources: list[Source], while_true: Callable[[], bool]) -> list[float]:
    """The loudest block of each source; a source without any sound at all in that time fails the test."""
    found = [0.0] * len(sources)
    blocks = [0] * len(sources)
    while while_true() or 0 in blocks:
        for place, source in enumerate(sources):
            while (block := source.read(0.01)) is not None:
                blocks[place] += 1
                found[place] = max(found[place], float(np.abs(block.samples).max(initial=0.0)))
    return found


def for_s(seconds: float) -> Callable[[], bool]:
    end_s = time.monotonic() + seconds
    return lambda: time.monotonic() < end_s


def test_the_loudspeaker_and_the_microphone_are_recorded_side_by_side(pulse, opened, tone):
    """The microphone is opened before and after the reference, and neither takes the other's place."""
    pulse.control("set-sink-input-mute", "0", "1")
    before, reference, after = opened(Microphone(DEVICE)), opened(make_reference("auto")), opened(Microphone(DEVICE))
    assert os.environ["PULSE_SOURCE"] == f"{SINK}.monitor"
    loudest([before, reference, after], for_s(0.5))
    with pulse.play(tone, LOUDSPEAKER) as player:
        played = loudest([before, reference, after], lambda: player.poll() is None)
    assert [level > LOUD for level in played] == [False, True, False]
    loudest([before, reference, after], for_s(0.7))
    with pulse.play(tone) as player:
        spoken = loudest([before, reference, after], lambda: player.poll() is None)
    assert [level > LOUD for level in spoken] == [True, False, True]
    pulse.control("set-sink-input-mute", "0", "0")


def test_a_user_without_a_source_of_their_own_has_none_afterwards(pulse, opened, monkeypatch):
    monkeypatch.delenv("PULSE_SOURCE")
    opened(make_reference(LOUDSPEAKER))
    assert "PULSE_SOURCE" not in os.environ


def test_a_microphone_that_is_the_loudspeaker_cannot_be_told_apart(pulse, opened, monkeypatch):
    monkeypatch.setenv("PULSE_SOURCE", f"{LOUDSPEAKER}.monitor")
    microphone = opened(Microphone(DEVICE))
    with pytest.raises(CaptureError, match="microphone records what the computer plays"):
        opened(PulseMonitor())
    microphone.close()
    reference = opened(PulseMonitor())
    opened(microphone)  # the same, the other way round
    with pytest.raises(CaptureError, match="microphone records what the computer plays"):
        loudest([reference], for_s(10.0))


def test_the_reference_follows_the_default_loudspeaker(pulse, opened):
    reference = opened(PulseMonitor())
    loudest([reference], for_s(0.3))
    pulse.control("set-default-sink", SINK)
    try:
        loudest([reference], for_s(1.5))
        assert [name for name, is_default in loudspeakers() if is_default] == [reference.status().name]
        assert recorded() == [SINK]
    finally:
        pulse.control("set-default-sink", LOUDSPEAKER)


def recorded() -> list[str]:
    """Names of the sinks whose monitors this process records."""
    with closing(SoundServer()) as server:
        return [sink.name for sink in server.sinks() if sink.monitor in server.recorded()]


def test_an_unknown_loudspeaker_is_reported_with_the_known_names(pulse):
    with pytest.raises(CaptureError, match="'Studio 9' is not there"):
        PulseMonitor("Studio 9").open(time.monotonic)


def test_a_sound_server_that_ends_is_reported_and_found_again(pulse, opened):
    reference = opened(PulseMonitor())
    loudest([reference], for_s(0.3))
    pulse.kill()
    with pytest.raises(CaptureError, match="cannot be heard"):
        loudest([reference], for_s(10.0))
    with pytest.raises(CaptureError, match="cannot be heard"):
        reference.open(time.monotonic)
    with pytest.raises(CaptureError, match="cannot be heard"):
        loudspeakers()
    pulse.start()
    reference.open(time.monotonic)
    loudest([reference], for_s(0.3))


@pytest.mark.parametrize("hangs_after_connecting", [False, True])
def test_a_sound_server_that_hangs_is_given_up(pulse, monkeypatch, hangs_after_connecting):
    monkeypatch.setattr("core.capture.sound_server.ANSWERS_WITHIN_S", 0.3)
    server = SoundServer() if hangs_after_connecting else None
    try:
        with pulse.hanging(), pytest.raises(CaptureError, match="does not answer"):
            server.sinks() if server else SoundServer()
    finally:
        if server:
            server.close()
    assert loudspeakers()


def test_a_monitor_that_cannot_be_opened_is_not_called_a_microphone(pulse, monkeypatch):
    library = portaudio.sounddevice()

    def refuse(**_format: object) -> None:
        raise library.PortAudioError("refused")

    monkeypatch.setattr(library, "RawInputStream", refuse)
    with pytest.raises(CaptureError, match=r"What the computer plays cannot be heard: .* loudspeaker\.$"):
        PulseMonitor().open(time.monotonic)
    with pytest.raises(CaptureError, match="The microphone 'pulse' cannot be opened"):
        Microphone(DEVICE).open(time.monotonic)


def test_pipewires_own_device_is_told_in_its_own_words():
    """As tried with PipeWire 1.4."""
    assert monitor_variables("pipewire", "") == {"PIPEWIRE_ALSA": "{ stream.capture.sink = true }"}
    named = '{ stream.capture.sink = true target.object = "phones" }'
    assert monitor_variables("pipewire", "phones") == {"PIPEWIRE_ALSA": named}


def test_off_is_no_source():
    assert make_reference("off") is None
