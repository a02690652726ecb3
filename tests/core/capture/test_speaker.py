"""The loudspeaker through a real sound server: played sound arrives at a microphone."""

from __future__ import annotations

import time

import pytest

from core.capture.microphone import Microphone
from core.capture.portaudio import relist
from core.capture.speaker import SpeakerStream
from core.lab.sync import SyncProbe, click
from tests.support.pulse import DEVICE, PulseMicrophone, needs_pulse

CLICKS_S = (1.0, 2.1, 3.3, 4.4)


def test_played_clicks_are_recorded() -> None:
    needs_pulse()
    with PulseMicrophone():
        relist()
        began_s = time.monotonic()
        probe, microphone, speaker = SyncProbe(), Microphone(DEVICE), SpeakerStream()
        microphone.open(lambda: time.monotonic() - began_s)
        due = list(CLICKS_S)
        try:
            while (now_s := time.monotonic() - began_s) < CLICKS_S[-1] + 1.5:
                if due and now_s >= due[0]:
                    speaker.play(click())
                    probe.clicked(now_s)
                    due.pop(0)
                chunk = microphone.read(0.01)
                if chunk is not None:
                    probe.chunk(chunk)
        finally:
            speaker.close()
            microphone.close()
    sound = probe.result().sound
    assert sound.found == len(CLICKS_S)
    assert sound.offset_ms == pytest.approx(150, abs=150)
