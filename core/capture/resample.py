"""Converts any sound to 16 kHz mono float32 as a stream: the output does not depend on how the input is cut.

Used by the file source and by microphones without 16 kHz mono. FFmpeg's resampler does the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.buffers.in_range import in_range
from core.types import SAMPLE_RATE_HZ, Samples

if TYPE_CHECKING:
    import av

STEREO_GAIN = np.float32(0.5**0.5)
"""FFmpeg adds left and right at 0.71 each; this factor makes it their mean, so that equal channels keep their level."""


class MonoResampler:
    """Owns one FFmpeg resampler; starts a new one when the format changes in mid-stream."""

    def __init__(self) -> None:
        self._resampler: av.AudioResampler | None = None
        self._format: tuple[str, str, int] | None = None
        self._gain = np.float32(1.0)

    def feed(self, frame: av.AudioFrame) -> Samples:
        """The next samples, (N,) float32 in [-1, 1]; a few milliseconds stay inside until more comes."""
        format_of_frame = (frame.format.name, frame.layout.name, frame.sample_rate)
        tail = self.flush() if self._format not in (None, format_of_frame) else np.zeros(0, np.float32)
        if self._resampler is None:
            self._start(frame)
            self._format = format_of_frame
        return np.concatenate([tail, self._convert(frame)])

    def flush(self) -> Samples:
        """The samples still inside; the next `feed` starts anew."""
        if self._resampler is None:
            return np.zeros(0, np.float32)
        tail = self._convert(None)
        self._resampler = None
        return tail

    def _start(self, frame: av.AudioFrame) -> None:
        import av

        self._resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
        self._gain = STEREO_GAIN if frame.layout.nb_channels == 2 else np.float32(1.0)

    def _convert(self, frame: av.AudioFrame | None) -> Samples:
        assert self._resampler is not None
        pieces = [piece.to_ndarray()[0] for piece in self._resampler.resample(frame)]
        joined = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
        return in_range(joined * self._gain).astype(np.float32, copy=False)
