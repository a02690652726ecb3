"""The loudspeaker, for the clicks of the sync test."""

from __future__ import annotations

from threading import Lock
from typing import Any

import numpy as np

from core.capture.portaudio import close_stream, open_output
from core.types import SAMPLE_RATE_HZ, Samples


class SpeakerStream:
    """Plays silence until `play`. Raises `CaptureError` where there is no loudspeaker."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._remaining: Samples = np.zeros(0, np.float32)
        self._stream = open_output(self._fill)

    def play(self, samples: Samples) -> None:
        """Play (N,) samples at 16 kHz from the next buffer on, replacing what is playing; returns at once."""
        rate_hz = float(self._stream.samplerate)
        places = np.arange(round(samples.size * rate_hz / SAMPLE_RATE_HZ)) * SAMPLE_RATE_HZ / rate_hz
        with self._lock:
            self._remaining = np.interp(places, np.arange(samples.size), samples).astype(np.float32)

    def close(self) -> None:
        """Release the device."""
        close_stream(self._stream)

    def _fill(self, out: Any, frames: int, _time: object, _status: object) -> None:
        with self._lock:
            now, self._remaining = self._remaining[:frames], self._remaining[frames:]
        played = np.zeros(frames, np.float32)
        played[: now.size] = now
        out[:] = played.tobytes()
