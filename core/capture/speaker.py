"""The loudspeaker, for the one thing that the program plays: the clicks of the sync test."""

from __future__ import annotations

from threading import Lock
from typing import Any

import numpy as np

from core.capture.portaudio import close_stream, open_output
from core.types import SAMPLE_RATE_HZ, Samples


class SpeakerStream:
    """A stream that plays silence until it is given something. Raises `CaptureError` where there is no loudspeaker."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._left: Samples = np.zeros(0, np.float32)
        self._stream = open_output(self._fill)

    def play(self, samples: Samples) -> None:
        """Sound (N,) at 16 kHz, from the next buffer on, in place of what was playing; returns at once."""
        rate_hz = float(self._stream.samplerate)
        places = np.arange(round(samples.size * rate_hz / SAMPLE_RATE_HZ)) * SAMPLE_RATE_HZ / rate_hz
        with self._lock:
            self._left = np.interp(places, np.arange(samples.size), samples).astype(np.float32)

    def close(self) -> None:
        """Give the device back."""
        close_stream(self._stream)

    def _fill(self, out: Any, frames: int, _time: object, _status: object) -> None:
        with self._lock:
            now, self._left = self._left[:frames], self._left[frames:]
        played = np.zeros(frames, np.float32)
        played[: now.size] = now
        out[:] = played.tobytes()
