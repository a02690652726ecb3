"""The sync test through real devices: clicks through a sound server, flashes through a network camera."""

from __future__ import annotations

import subprocess
import time
import wave
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from core.capture import portaudio
from core.capture.camera import Camera
from core.capture.microphone import Microphone
from core.capture.source import Source
from core.lab.sync import FLASH_S, SyncProbe, click, listen_until, plan
from core.types import SAMPLE_RATE_HZ
from tests.support.mjpeg_server import MjpegServer
from tests.support.pulse import DEVICE, SINK, PulseMicrophone, needs_pulse

COUNT = 4
PLANNED_S = plan(COUNT, seed=7)
BITS = 32767


def capture(source: Source, probe: SyncProbe, clock: Callable[[], float], until_s: float) -> None:
    while clock() < until_s:
        chunk = source.read(0.1)
        if chunk is not None:
            probe.chunk(chunk)


def first_chunk(source: Source) -> None:
    deadline_s = time.monotonic() + 10
    while source.read(0.1) is None:
        assert time.monotonic() < deadline_s


def write_clicks(wav: Path) -> Path:
    sound = np.zeros(round((PLANNED_S[-1] + 0.5) * SAMPLE_RATE_HZ), np.float32)
    for at_s in PLANNED_S:
        first = round(at_s * SAMPLE_RATE_HZ)
        sound[first : first + click().size] = click()
    with wave.open(str(wav), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes((sound * BITS).astype("<i2").tobytes())
    return wav


def test_clicks_through_a_sound_server_arrive_evenly(tmp_path):
    """The delay depends on the player and the server's buffers; the jitter does not."""
    needs_pulse()
    wav, probe, began_s = write_clicks(tmp_path / "clicks.wav"), SyncProbe(), time.monotonic()

    def clock() -> float:
        return time.monotonic() - began_s

    with PulseMicrophone():
        portaudio.relist()
        with closing(Microphone(DEVICE)) as microphone:
            microphone.open(clock)
            first_chunk(microphone)
            from_s = clock()
            with subprocess.Popen(("paplay", f"--device={SINK}", "--latency-msec=40", str(wav))):
                for at_s in PLANNED_S:
                    probe.clicked(from_s + at_s)
                capture(microphone, probe, clock, from_s + listen_until(PLANNED_S))
    portaudio.relist()
    report = probe.result()
    assert report.sound.found == COUNT, report
    assert -20 < report.sound.offset_ms < 900
    assert report.sound.jitter_ms < 15
    assert report.sentences[0].startswith(f"Sound: {COUNT} of {COUNT} clicks found")


def test_flashes_through_a_network_camera_arrive_at_their_time():
    probe, began_s = SyncProbe(), time.monotonic()

    def clock() -> float:
        return time.monotonic() - began_s

    planned_s = tuple(at_s + 1.0 for at_s in PLANNED_S)

    def painter(_number: int) -> np.ndarray:
        now_s = clock()
        lit = any(at_s <= now_s < at_s + FLASH_S for at_s in planned_s)
        return np.full((120, 160, 3), 150 if lit else 90, np.uint8)

    with MjpegServer(painter, rate_hz=25.0) as server, closing(Camera(server.url)) as camera:
        camera.open(clock)
        for at_s in planned_s:
            probe.flashed(at_s)
        capture(camera, probe, clock, 1.0 + listen_until(PLANNED_S))
    report = probe.result()
    assert report.picture.found >= COUNT - 1, report
    assert report.picture.offset_ms == pytest.approx(0.0, abs=150.0)
    assert report.picture.jitter_ms < 60
    assert report.sound.emitted == 0
