"""Removes what the computer plays from the microphone's sound, with WebRTC's echo canceller (AEC3)."""

from __future__ import annotations

import numpy as np

from core.loudspeaker.frames import STEP
from core.types import SAMPLE_RATE_HZ, Samples

DELAY = 128
"""Samples by which the canceller's output lags behind its input (measured: 8 ms)."""
EARLY = 128
"""Samples by which the reference is given earlier than its lag asks for, so that the echo never precedes it."""


class EchoCanceller:
    """Works on whole 10-ms steps in the order of time."""

    def __init__(self) -> None:
        from pywebrtc_audio import AudioProcessor

        self._processor = AudioProcessor(
            sample_rate=SAMPLE_RATE_HZ,
            echo_cancellation=True,
            noise_suppression=False,
            auto_gain_control=False,
            stream_delay_ms=1000 * EARLY // SAMPLE_RATE_HZ,
        )

    def cancel(self, microphone: Samples, reference: Samples) -> Samples:
        """The microphone's sound without echo, `DELAY` samples late, (N,); the reference is shifted by its lag."""
        near = np.clip(microphone, -1.0, 1.0)
        far = np.clip(reference, -1.0, 1.0)
        steps = range(0, near.size, STEP)
        return np.concatenate([self._processor.process(near[at : at + STEP], far[at : at + STEP]) for at in steps])
