"""Ring buffers: fixed memory addressed by absolute index. Writers never wait; each reader owns its cursor.

`AudioRing` holds samples, `FrameRing` whole frames. A reader that was overtaken gets the exact number of lost samples.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from threading import Condition, Lock

import numpy as np

from core.types import SAMPLE_RATE_HZ, AudioBlock, Samples, VideoFrame


@dataclass(frozen=True, slots=True)
class AudioRead:
    """Samples from absolute index `start`; `lost` samples before it were overwritten unread."""

    start: int
    samples: Samples
    lost: int


class AudioRing:
    """The last `seconds` of 16 kHz mono sound. Sample i stands for time `origin_s + i / 16000`.

    The first block anchors index 0 to its time. A block's lost samples become silence of the same length.
    """

    def __init__(self, seconds: float) -> None:
        self._memory = np.zeros(round(seconds * SAMPLE_RATE_HZ), dtype=np.float32)
        self._written = 0
        self._origin_s: float | None = None
        self._changed = Condition(Lock())

    @property
    def written(self) -> int:
        """Absolute index one past the newest sample."""
        with self._changed:
            return self._written

    @property
    def origin_s(self) -> float | None:
        """Time of sample 0; None before the first block."""
        with self._changed:
            return self._origin_s

    @property
    def end_s(self) -> float:
        """Time where the newest sample ends; minus infinity before the first block."""
        with self._changed:
            return float("-inf") if self._origin_s is None else self._origin_s + self._written / SAMPLE_RATE_HZ

    def write(self, block: AudioBlock) -> None:
        """Append a block, preceded by silence for the samples that the device lost."""
        with self._changed:
            if self._origin_s is None:
                self._origin_s = block.t_s - (self._written + block.lost) / SAMPLE_RATE_HZ
            if block.lost:
                self._append(np.zeros(min(block.lost, self._memory.size), dtype=np.float32), block.lost)
            self._append(block.samples[-self._memory.size :], block.samples.size)
            self._changed.notify_all()

    def clear(self) -> None:
        """Erase the sound but keep the count: readers keep their cursors, and the next block anchors time anew."""
        with self._changed:
            self._memory[:] = 0.0
            self._origin_s = None

    def _append(self, tail: Samples, advance: int) -> None:
        end = self._written + advance
        places = np.arange(end - tail.size, end) % self._memory.size
        self._memory[places] = tail
        self._written = end

    def read(self, cursor: int, limit: int | None = None) -> AudioRead:
        """Up to `limit` samples from absolute index `cursor` on; overwritten samples are counted as lost."""
        with self._changed:
            start = max(cursor, self._written - self._memory.size)
            stop = self._written if limit is None else min(self._written, start + limit)
            return AudioRead(start, self._copy(start, max(start, stop)), start - cursor)

    def until(self, end_s: float, seconds: float) -> Samples:
        """The `seconds` before time `end_s`; zeros where nothing was written or it was overwritten."""
        wanted = round(seconds * SAMPLE_RATE_HZ)
        result = np.zeros(wanted, dtype=np.float32)
        with self._changed:
            if self._origin_s is None:
                return result
            stop = round((end_s - self._origin_s) * SAMPLE_RATE_HZ)
            first = max(stop - wanted, self._written - self._memory.size, 0)
            last = min(stop, self._written)
            if last > first:
                offset = first - (stop - wanted)
                result[offset : offset + last - first] = self._copy(first, last)
        return result

    def wait_beyond(self, cursor: int, timeout_s: float) -> bool:
        """Wait until samples after `cursor` are written; False at the timeout."""
        with self._changed:
            return self._changed.wait_for(lambda: self._written > cursor, timeout_s)

    def _copy(self, start: int, stop: int) -> Samples:
        return self._memory[np.arange(start, stop) % self._memory.size]


class FrameRing:
    """The last `capacity` frames."""

    def __init__(self, capacity: int) -> None:
        self._frames: deque[VideoFrame] = deque(maxlen=capacity)
        self._written = 0
        self._changed = Condition(Lock())

    @property
    def written(self) -> int:
        """Number of frames written so far."""
        with self._changed:
            return self._written

    def write(self, frame: VideoFrame) -> None:
        """Append a frame."""
        with self._changed:
            self._frames.append(frame)
            self._written += 1
            self._changed.notify_all()

    def clear(self) -> None:
        """Erase the frames but keep the count."""
        with self._changed:
            self._frames.clear()

    def latest(self) -> VideoFrame | None:
        """The newest frame."""
        with self._changed:
            return self._frames[-1] if self._frames else None

    def first_since(self, t_s: float) -> VideoFrame | None:
        """The oldest stored frame at or after `t_s`."""
        with self._changed:
            return next((frame for frame in self._frames if frame.t_s >= t_s), None)

    def wait_beyond(self, written: int, timeout_s: float) -> bool:
        """Wait until more than `written` frames are written; False at the timeout."""
        with self._changed:
            return self._changed.wait_for(lambda: self._written > written, timeout_s)
