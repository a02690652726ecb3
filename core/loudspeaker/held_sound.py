"""Sound of the microphone without a gap, from the first sample that has not been released to the newest."""

from __future__ import annotations

import numpy as np

from core.loudspeaker.frames import FRAME
from core.types import SAMPLE_RATE_HZ, AudioBlock, Samples


class HeldSound:
    """Samples go in as they come, are looked at frame by frame, and are released in order, changed or unchanged.

    Indices count from the first sample, which has time `start_s`; `lost` samples are missing before it.
    """

    def __init__(self, start_s: float, lost: int) -> None:
        self._start_s, self._lost = start_s, lost
        self._samples = np.zeros(0, dtype=np.float32)  # from index `_released` on
        self._released = 0
        self._framed = 0  # end of the newest frame
        self._shown = 0  # end of the newest piece that `before_end` gave
        self._ready: list[Samples] = []

    @property
    def end_s(self) -> float:
        """Time where the newest sample ends."""
        return self._time_s(self._released + self._samples.size)

    @property
    def released_s(self) -> float:
        """Time where the released samples end."""
        return self._time_s(self._released)

    @property
    def waiting(self) -> int:
        """Samples that have not been released."""
        return self._samples.size

    @property
    def waiting_framed(self) -> int:
        """Samples of whole frames that have not been released."""
        return self._framed - self._released

    def append(self, samples: Samples) -> None:
        """Add the microphone's newest samples."""
        self._samples = np.concatenate((self._samples, samples))

    def frame_end_s(self) -> float | None:
        """Time where the next frame ends; None while it is not complete."""
        end = self._framed + FRAME
        return self._time_s(end) if end <= self._released + self._samples.size else None

    def next_frame(self) -> Samples:
        """The next frame, (480,)."""
        self._framed += FRAME
        return self._between(self._framed - FRAME, self._framed)

    def before_end(self, delay: int) -> Samples:
        """What follows the last piece, until `delay` samples before the newest frame's end; at most a frame."""
        end = self._framed - delay
        start = max(self._shown, self._released, end - FRAME)
        self._shown = end
        return self._between(start, end)

    def release(self, samples: int) -> None:
        """Release the next samples unchanged."""
        self._move(self._samples[:samples])

    def release_changed(self, changed: Samples) -> None:
        """Release `changed` in place of the next samples."""
        self._move(changed)

    def take_released(self) -> list[AudioBlock]:
        """What was released since the last call: one block or none."""
        if not self._ready:
            return []
        samples = np.concatenate(self._ready)
        block = AudioBlock(self._time_s(self._released - samples.size), samples, self._lost)
        self._ready, self._lost = [], 0
        return [block]

    def _move(self, samples: Samples) -> None:
        if samples.size:
            self._ready.append(samples)
            self._released += samples.size
            self._samples = self._samples[samples.size :]

    def _between(self, start: int, end: int) -> Samples:
        return self._samples[start - self._released : end - self._released]

    def _time_s(self, index: int) -> float:
        return self._start_s + index / SAMPLE_RATE_HZ
