"""Injects faults between a source and the buffers, and between the recogniser and the session."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from threading import Lock

import numpy as np

from core.faults import words as word_faults
from core.faults.faults import NONE, Faults
from core.faults.picture import spoil
from core.faults.sound import SoundFaults
from core.types import AudioBlock, Chunk, VideoFrame, Word

SEED = 7


class FaultInjector:
    """`set` may be called from any thread; pictures and sound may come on different threads, each kind on one."""

    def __init__(self) -> None:
        self._faults = NONE
        self._draws = np.random.default_rng(SEED)
        self._sound, self._sound_lock = SoundFaults(), Lock()

    def set(self, faults: Faults) -> None:
        """Apply these faults from the next chunk and word on."""
        self._faults = faults

    def forget(self) -> None:
        """Clear the last seconds of sound, as at a reset or with another microphone; the faults stay on."""
        with self._sound_lock:
            self._sound = SoundFaults()

    def take(self, chunk: Chunk) -> Chunk | None:
        """The chunk with its faults; the same object without any, None for a dropped frame."""
        return self._picture(chunk) if isinstance(chunk, VideoFrame) else self._block(chunk)

    def garble(self, words: Iterable[Word]) -> tuple[Word, ...]:
        """The words with their faults."""
        share = self._faults.garble_words
        return word_faults.garble(words, share) if share > 0 else tuple(words)

    def _picture(self, frame: VideoFrame) -> VideoFrame | None:
        faults = self._faults
        if faults.drop_frames > 0 and self._draws.random() < faults.drop_frames:
            return None
        rgb = spoil(frame.rgb, faults)
        return frame if rgb is frame.rgb else VideoFrame(frame.t_s, rgb)

    def _block(self, block: AudioBlock) -> AudioBlock:
        with self._sound_lock:
            samples = self._sound.take(block, self._faults)
        return block if samples is block.samples else replace(block, samples=samples)
