"""Where sound enters the ring: in its place on the session clock, and watched for a microphone that is blocked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from core.buffers.ring import AudioRing
from core.types import SAMPLE_RATE_HZ, AudioBlock, Samples

MISPLACED_S = 0.1
"""Sound further than this from its place is put right: a gap becomes silence, an overlap is left out."""
LEVEL_S = 0.05
SILENT_DBFS = -120.0
_CLIP_LEVEL = 0.985


class AudioInlet:
    """Writes blocks. Says once when exact zeros (blocked, muted) lasted `zeros_after_s` seconds, and once when over."""

    def __init__(self, ring: AudioRing, zeros_after_s: float, on_zeros: Callable[[bool], None]) -> None:
        self._ring = ring
        self._zeros_after_s = zeros_after_s
        self._on_zeros = on_zeros
        self._zeros_s = 0.0

    def write(self, block: AudioBlock) -> None:
        """Put the block in its place."""
        self._watch(block.samples)
        self._ring.write(placed(block, self._ring))

    def _watch(self, samples: Samples) -> None:
        before_s = self._zeros_s
        self._zeros_s = 0.0 if samples.any() else before_s + samples.size / SAMPLE_RATE_HZ
        was, now = before_s >= self._zeros_after_s, self._zeros_s >= self._zeros_after_s
        if was != now:
            self._on_zeros(now)


def placed(block: AudioBlock, ring: AudioRing) -> AudioBlock:
    """The block as it has to follow what the ring holds, so that sample indices stay true to the session clock."""
    origin_s = ring.origin_s
    if origin_s is None:
        return block
    late_s = block.t_s - origin_s - (ring.written + block.lost) / SAMPLE_RATE_HZ
    if late_s > MISPLACED_S:
        return replace(block, lost=block.lost + round(late_s * SAMPLE_RATE_HZ))
    if late_s < -MISPLACED_S:
        return replace(block, samples=block.samples[round(-late_s * SAMPLE_RATE_HZ) :])
    return block


def loudness(ring: AudioRing) -> tuple[float, bool]:
    """RMS of the newest 50 ms in dBFS, and whether any of them clips."""
    newest = ring.read(max(ring.written - round(LEVEL_S * SAMPLE_RATE_HZ), 0)).samples
    if not newest.any():
        return SILENT_DBFS, False
    rms = float(np.sqrt(np.square(newest, dtype=np.float64).mean()))
    return max(20 * float(np.log10(rms)), SILENT_DBFS), bool(np.abs(newest).max() >= _CLIP_LEVEL)
