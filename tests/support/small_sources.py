"""Small sources that keep the contract of `core.capture.source`: a paced medium, and devices that can be unplugged."""

from __future__ import annotations

import time
from threading import Event

import numpy as np

from core.capture.source import Clock, EndOfSource, SourceStatus
from core.errors import CaptureError
from core.types import SAMPLE_RATE_HZ, AudioBlock, Chunk, VideoFrame


def noise(seconds: float, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.1, round(seconds * SAMPLE_RATE_HZ)).astype(np.float32)


def picture(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 255, (24, 32, 3), dtype=np.uint8)


def medium_chunks(seconds: float, rate_hz: float = 20.0) -> list[Chunk]:
    sound = noise(seconds)
    frames: list[Chunk] = [VideoFrame(k / rate_hz, picture(k)) for k in range(round(seconds * rate_hz))]
    step = SAMPLE_RATE_HZ // 20
    blocks: list[Chunk] = [AudioBlock(k / SAMPLE_RATE_HZ, sound[k : k + step]) for k in range(0, sound.size, step)]
    return sorted(frames + blocks, key=lambda chunk: chunk.t_s)


class SmallMedium:
    """Given chunks, each when the clock reaches its time (or at once)."""

    def __init__(self, chunks: list[Chunk], paced: bool = True) -> None:
        self._all, self._paced = chunks, paced
        self.has_video = any(isinstance(chunk, VideoFrame) for chunk in chunks)
        self.has_audio = any(isinstance(chunk, AudioBlock) for chunk in chunks)
        self.opened = False

    def open(self, clock: Clock) -> None:
        self._clock, self._left, self.opened = clock, list(self._all), True

    def read(self, timeout_s: float) -> Chunk | None:
        if not self._left:
            raise EndOfSource
        wait_s = self._left[0].t_s - self._clock() if self._paced else 0.0
        if wait_s > 0:
            time.sleep(min(wait_s, timeout_s))
            if wait_s > timeout_s:
                return None
        return self._left.pop(0)

    def close(self) -> None:
        self.opened = False

    def status(self) -> SourceStatus:
        return SourceStatus("small medium")


class SmallDevice:
    """A live device: `rate_hz` chunks a second while plugged; `read` raises `CaptureError` when it is not."""

    def __init__(self, name: str, rate_hz: float, plugged: bool = True) -> None:
        self._name, self._rate_hz = name, rate_hz
        self.plugged = Event()
        if plugged:
            self.plugged.set()
        self.opened = False
        self.opens = 0

    def open(self, clock: Clock) -> None:
        if not self.plugged.is_set():
            raise CaptureError(f"{self._name} cannot be opened. Plug it in.")
        self._clock, self.opened = clock, True
        self.opens += 1
        self._next_s = clock()

    def read(self, timeout_s: float) -> Chunk | None:
        if not self.plugged.is_set():
            raise CaptureError(f"{self._name} was disconnected. Plug it in again.")
        wait_s = self._next_s - self._clock()
        time.sleep(min(max(wait_s, 0.0), timeout_s))
        if wait_s > timeout_s:
            return None
        chunk = self._chunk(self._next_s)
        self._next_s += 1 / self._rate_hz
        return chunk

    def _chunk(self, t_s: float) -> Chunk:
        raise NotImplementedError

    def close(self) -> None:
        self.opened = False

    def status(self) -> SourceStatus:
        return SourceStatus(self._name, self._rate_hz)


class SmallCamera(SmallDevice):
    has_video, has_audio = True, False

    def _chunk(self, t_s: float) -> Chunk:
        return VideoFrame(t_s, picture(int(t_s * 1000)))


class SmallMicrophone(SmallDevice):
    """`silent`: exact zeros, as from a microphone that the system blocks."""

    has_video, has_audio = False, True

    def __init__(self, name: str, rate_hz: float = 20.0, plugged: bool = True, silent: bool = False) -> None:
        super().__init__(name, rate_hz, plugged)
        self.silent = silent

    def _chunk(self, t_s: float) -> Chunk:
        samples = noise(1 / self._rate_hz, int(t_s * 1000))
        return AudioBlock(t_s, np.zeros_like(samples) if self.silent else samples)
