"""A PortAudio stream as a source: its callback copies blocks, `read` places them on the session clock.

The callback only copies, stamps and returns. Everything else happens on the reading thread. Losing the device is a
normal state: `read` raises `CaptureError`, and `open` connects to it again.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np

from core.buffers.in_range import in_range
from core.capture import portaudio
from core.capture.audio_clock import AudioClock, DeviceBlock
from core.capture.resample import MonoResampler
from core.capture.source import Clock, SourceStatus
from core.errors import CaptureError
from core.types import SAMPLE_RATE_HZ, AudioBlock, Samples

WAITING_BLOCKS = 500
"""The queue holds 10 s; when the reader is slower, the rest is counted as lost."""
FIRST_BLOCK_S = 5.0
"""A device may take this long to start (some fill their own buffer first)."""
NEXT_BLOCK_S = 1.0
"""After this long without a callback, the device is gone."""
ANOTHER_SESSION_S = 5.0
"""If the clock is this far before the end of the sound so far, it is the clock of a new session."""
OLDEST_S = 2.0
"""A block older than this has an invalid time stamp."""


@dataclass(frozen=True, slots=True)
class _RawBlock:
    """What the callback queues: float32 sound, the count of frames before it, its time, and PortAudio's flag."""

    raw: bytes
    first: int
    stamp_s: float
    overflowed: bool


class SoundInput(ABC):
    """Sound of a device that `_connect` finds and starts. `waiting_blocks` limits the queue.

    Opened again after a loss, it reports the time in between as `lost`.
    """

    has_video = False
    has_audio = True

    def __init__(self, name: str, waiting_blocks: int = WAITING_BLOCKS) -> None:
        self._waiting_blocks = waiting_blocks
        self._name = name
        self._shown_name = name
        self._resume_at_s: float | None = None  # where the sound of an earlier opening ended
        self._stream: Any = None
        self._was_lost = False
        self._clock: Clock = time.monotonic
        self._audio_clock = AudioClock()
        self._queue: SimpleQueue[_RawBlock] = SimpleQueue()
        self._resampler = MonoResampler()
        self._given = 0  # frames that the callback received
        self._taken = 0  # frames that `read` returned or counted as lost
        self._last_block_s = 0.0  # on the computer's monotonic clock
        self._gaps, self._lost = 0, 0

    @abstractmethod
    def _connect(self) -> tuple[str, Any]:
        """The device's name, and its running stream, which calls `_callback`. Raises `CaptureError`."""

    @abstractmethod
    def _silent(self) -> str:
        """What to tell the user when the device gives no more sound."""

    def open(self, clock: Clock) -> None:
        """Find the device and start it."""
        self.close()
        self._begin(clock)
        try:
            self._shown_name, self._stream = self._connect()
        except CaptureError:
            self._was_lost = True
            raise
        self._was_lost = False
        self._last_block_s = time.monotonic() + FIRST_BLOCK_S - NEXT_BLOCK_S

    def _begin(self, clock: Clock) -> None:
        self._clock = clock
        if self._resume_at_s is not None and clock() < self._resume_at_s - ANOTHER_SESSION_S:
            self._resume_at_s = None
        self._audio_clock = AudioClock(self._resume_at_s)
        self._queue = SimpleQueue()
        self._resampler = MonoResampler()
        self._given = self._taken = 0

    def _callback(self, raw: Any, frames: int, times: Any, flags: Any) -> None:
        """On PortAudio's thread: copy, stamp, queue, return."""
        age_s = times.currentTime - times.inputBufferAdcTime if times.inputBufferAdcTime > 0 else 0.0
        first, self._given = self._given, self._given + frames
        self._last_block_s = max(self._last_block_s, time.monotonic())
        if self._queue.qsize() < self._waiting_blocks:
            stamp_s = self._clock() - min(max(age_s, portaudio.BLOCK_S), OLDEST_S)
            self._queue.put(_RawBlock(bytes(raw), first, stamp_s, bool(flags.input_overflow)))

    def read(self, timeout_s: float) -> AudioBlock | None:
        """The next block; None if none came in time. `CaptureError` when the device is gone."""
        try:
            raw_block = self._queue.get(timeout=timeout_s)
        except Empty:
            self._check_alive()
            return None
        block = self._audio_clock.place(self._decode(raw_block))
        if block is None:
            return None
        self._gaps += block.lost > 0
        self._lost += block.lost
        self._resume_at_s = self._audio_clock.end_s
        return block

    def _check_alive(self) -> None:
        quiet_s = time.monotonic() - self._last_block_s
        if self._stream is None or not self._stream.active or quiet_s > NEXT_BLOCK_S:
            self._was_lost = True
            raise CaptureError(self._silent())

    def _decode(self, block: _RawBlock) -> DeviceBlock:
        rate_hz, channels = self._stream.samplerate, self._stream.channels
        frames = in_range(np.frombuffer(block.raw, np.float32)).reshape(-1, channels)
        missed, self._taken = block.first - self._taken, block.first + len(frames)
        samples = self._to_session_format(frames.mean(axis=1), rate_hz)
        return DeviceBlock(samples, block.stamp_s, round(missed * SAMPLE_RATE_HZ / rate_hz), block.overflowed)

    def _to_session_format(self, mono: Samples, rate_hz: float) -> Samples:
        if rate_hz == SAMPLE_RATE_HZ:
            return mono
        import av

        frame = av.AudioFrame.from_ndarray(mono[np.newaxis], format="flt", layout="mono")
        frame.sample_rate = round(rate_hz)
        return self._resampler.feed(frame)

    def close(self) -> None:
        """Stop and release the device."""
        if self._stream is not None:
            portaudio.close_stream(self._stream)
            self._stream = None

    def status(self) -> SourceStatus:
        """Name, the device's own rate, drift, and number and length of gaps."""
        stream = self._stream
        return SourceStatus(
            name=self._shown_name,
            rate_hz=stream.samplerate if stream is not None else 0.0,
            drift_ppm=self._audio_clock.drift_ppm,
            gaps=self._gaps,
            lost_s=self._lost / SAMPLE_RATE_HZ,
        )
