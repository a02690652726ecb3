"""Writes the microphone's sound into the ring at its place on the session clock, and detects a blocked microphone.

The loudspeaker guard comes first: what the computer plays is cancelled, and marked where nobody else speaks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Event

import numpy as np

from core.buffers.ring import AudioRing
from core.loudspeaker import LoudspeakerGuard
from core.types import SAMPLE_RATE_HZ, AudioBlock, Samples

MISPLACED_S = 0.1
"""Sound further than this from its place is corrected: a gap becomes silence, an overlap is cut off."""
LEVEL_S = 0.05
SILENT_DBFS = -120.0
_CLIP_LEVEL = 0.985


class AudioInlet:
    """Writes blocks. Calls `on_zeros(True)` once exact zeros (blocked, muted) have lasted `zeros_after_s` seconds, and
    `on_zeros(False)` with the first sound after them."""

    def __init__(
        self, ring: AudioRing, guard: LoudspeakerGuard, zeros_after_s: float, on_zeros: Callable[[bool], None]
    ) -> None:
        self._ring, self._guard = ring, guard
        self._newest = AudioRing(LEVEL_S)
        self._zeros_after_s = zeros_after_s
        self._on_zeros = on_zeros
        self._zeros_s = 0.0
        self._reference_changed = Event()

    def forget_reference(self) -> None:
        """The loudspeaker is another one or none: the guard learns anew from the next block on. From any thread."""
        self._reference_changed.set()

    def write(self, block: AudioBlock) -> None:
        """Take a block; what the guard lets through now is written at its place."""
        if self._reference_changed.is_set():
            self._reference_changed.clear()
            self.end()
        self._watch(block.samples)
        self._newest.write(block)
        for ready in self._guard.take(block):
            self._ring.write(placed(ready, self._ring))

    def end(self) -> None:
        """The microphone was released or lost: write what the guard still holds; another one may be elsewhere."""
        for ready in self._guard.flush():
            self._ring.write(placed(ready, self._ring))
        self._guard.reset()

    def level(self) -> tuple[float, bool]:
        """RMS of the newest 50 ms as the microphone gave them, in dBFS, and whether any of them clips."""
        return loudness(self._newest)

    def _watch(self, samples: Samples) -> None:
        before_s = self._zeros_s
        self._zeros_s = 0.0 if samples.any() else before_s + samples.size / SAMPLE_RATE_HZ
        before, now = before_s >= self._zeros_after_s, self._zeros_s >= self._zeros_after_s
        if before != now:
            self._on_zeros(now)


def placed(block: AudioBlock, ring: AudioRing) -> AudioBlock:
    """The block, corrected to follow what the ring holds, so that sample indices match the session clock."""
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
