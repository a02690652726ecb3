"""Removes what the computer plays from the microphone's sound.

Two cancellers work side by side. WebRTC's (AEC3) leaves hardly anything of the echo, but while both speak it suppresses
the learner too. The linear filter leaves the learner alone and a part of the echo. AEC3's result shows who speaks; what
is passed on is the mean of both, for in simulated rooms the recogniser made fewer errors on it than on either.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.buffers.in_range import in_range
from core.loudspeaker.frames import STEP
from core.loudspeaker.linear_filter import LinearFilter
from core.types import SAMPLE_RATE_HZ, Samples

DELAY = 128
"""Samples by which AEC3's output lags behind its input (measured: 8 ms)."""
EARLY = 128
"""Samples by which the reference is given earlier than its lag asks for, so that the echo never precedes it."""


@dataclass(frozen=True, slots=True, eq=False)
class CancelledSound:
    """Sound without echo, `DELAY` samples late: `suppressed` shows who speaks, `kept` is passed on."""

    suppressed: Samples
    kept: Samples


class EchoCanceller:
    """Works on whole frames in the order of time."""

    def __init__(self) -> None:
        from pywebrtc_audio import AudioProcessor

        self._processor = AudioProcessor(
            sample_rate=SAMPLE_RATE_HZ,
            echo_cancellation=True,
            noise_suppression=False,
            auto_gain_control=False,
            stream_delay_ms=1000 * EARLY // SAMPLE_RATE_HZ,
        )
        self._filter = LinearFilter()
        self._late: Samples = np.zeros(DELAY, dtype=np.float32)  # the end of the linear filter's output

    def cancel(self, microphone: Samples, reference: Samples) -> CancelledSound:
        """The microphone's sound without echo, (N,) like both; the reference is shifted by its lag already."""
        near, far = in_range(microphone), in_range(reference)
        steps = range(0, near.size, STEP)
        suppressed = np.concatenate(
            [self._processor.process(near[at : at + STEP], far[at : at + STEP]) for at in steps]
        )
        linear = np.concatenate((self._late, self._filter.subtract(near, far)))
        self._late = linear[near.size :]
        kept = np.asarray((suppressed + linear[: near.size]) / 2, dtype=np.float32)
        return CancelledSound(suppressed, kept)
