"""Sound of a broken driver: what is no number never reaches the session."""

from __future__ import annotations

import time
from types import SimpleNamespace

import numpy as np
import pytest

from core.capture.portaudio import BLOCK_S
from core.capture.sound_input import SoundInput
from core.types import SAMPLE_RATE_HZ


class BrokenDriver(SoundInput):
    def __init__(self, rate_hz: float, channels: int) -> None:
        super().__init__("broken")
        self._format = SimpleNamespace(samplerate=rate_hz, channels=channels, active=True)

    def _connect(self) -> tuple[str, SimpleNamespace]:
        return "broken", self._format

    def _silent(self) -> str:
        return "silent"

    def give(self, block: np.ndarray) -> None:
        times = SimpleNamespace(currentTime=0.0, inputBufferAdcTime=0.0)
        self._callback(block.astype(np.float32).tobytes(), len(block), times, SimpleNamespace(input_overflow=False))


@pytest.mark.parametrize(("rate_hz", "channels"), [(SAMPLE_RATE_HZ, 1), (48_000, 2)])
def test_infinity_and_what_is_no_number_never_leave_the_device(rate_hz: float, channels: int) -> None:
    source = BrokenDriver(rate_hz, channels)
    source.open(time.monotonic)
    rng = np.random.default_rng(0)
    for value in (np.nan, np.inf, -np.inf, 3e38, np.nan):
        for _ in range(8):
            block = rng.uniform(-0.1, 0.1, (round(rate_hz * BLOCK_S), channels))
            block[7] = value
            block[9, -1] = -value
            source.give(block)
    blocks = [block for _ in range(40) if (block := source.read(0.0)) is not None]
    samples = np.concatenate([block.samples for block in blocks])
    assert samples.size > 0.7 * SAMPLE_RATE_HZ
    assert np.abs(samples).max() <= 1.0
    assert np.median(np.abs(samples)) > 0.005
