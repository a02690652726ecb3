"""The listener reads blocks on a grid, also after skipping, and ends a skipped sentence once."""

from __future__ import annotations

import numpy as np
import pytest

from core.buffers.ring import AudioRing
from core.speech.listener import BLOCK, Listener
from core.types import SAMPLE_RATE_HZ, AudioBlock, Word


class RecordingRecognizer:
    """Keeps start and length of each block."""

    def __init__(self) -> None:
        self.blocks: list[tuple[float, int]] = []
        self.flushed = 0

    def feed(self, samples, start_s):
        self.blocks.append((start_s, samples.size))
        return []

    def partial(self):
        return [Word("maybe", 0.0, 0.1, final=False)]

    def flush(self):
        self.flushed += 1
        return [Word("sure", 0.0, 0.1)]


def write(ring: AudioRing, samples: int) -> None:
    at_s = max(ring.end_s, 0.0)
    ring.write(AudioBlock(at_s, np.ones(samples, np.float32)))


def read_all(listener: Listener) -> None:
    while listener.next_report():
        pass


def test_blocks_stay_on_the_grid_after_a_skip():
    ring, recognizer = AudioRing(10.0), RecordingRecognizer()
    listener = Listener(recognizer, ring)
    write(ring, 2 * BLOCK)
    read_all(listener)
    write(ring, 3 * BLOCK + 700)
    listener.skip()
    write(ring, 2 * BLOCK)
    read_all(listener)
    starts = [start_s * SAMPLE_RATE_HZ / BLOCK for start_s, _ in recognizer.blocks]
    assert starts == pytest.approx([0, 1, 5, 6])
    assert {size for _, size in recognizer.blocks} == {BLOCK}


def test_a_skip_ends_the_sentence_once():
    ring, recognizer = AudioRing(10.0), RecordingRecognizer()
    listener = Listener(recognizer, ring)
    assert listener.skip() is None
    write(ring, BLOCK)
    read_all(listener)
    left = listener.skip()
    assert left is not None
    assert ([word.text for word in left.final], left.partial, left.heard_s) == (["sure"], [], pytest.approx(0.1))
    assert listener.skip() is None
    assert recognizer.flushed == 1


def test_overwritten_samples_are_counted():
    ring, recognizer = AudioRing(1.0), RecordingRecognizer()
    listener = Listener(recognizer, ring)
    write(ring, BLOCK)
    read_all(listener)
    for _ in range(15):
        write(ring, BLOCK)
    read_all(listener)
    assert listener.lost == 5 * BLOCK
