"""The one reader of the sound: blocks on a grid, whatever was left out, and a sentence that is left is ended once."""

from __future__ import annotations

import numpy as np
import pytest

from core.buffers.ring import AudioRing
from core.speech.listener import BLOCK, Listener
from core.types import SAMPLE_RATE_HZ, AudioBlock, Word


class Noting:
    """Keeps when each block began and how long it was."""

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


def hear_all(listener: Listener) -> None:
    while listener.hear():
        pass


def test_blocks_stay_on_the_grid_after_some_were_left_out():
    ring, noting = AudioRing(10.0), Noting()
    listener = Listener(noting, ring)
    write(ring, 2 * BLOCK)
    hear_all(listener)
    write(ring, 3 * BLOCK + 700)
    listener.skip()
    write(ring, 2 * BLOCK)
    hear_all(listener)
    starts = [start_s * SAMPLE_RATE_HZ / BLOCK for start_s, _ in noting.blocks]
    assert starts == pytest.approx([0, 1, 5, 6])
    assert {size for _, size in noting.blocks} == {BLOCK}


def test_leaving_ends_the_sentence_once():
    ring, noting = AudioRing(10.0), Noting()
    listener = Listener(noting, ring)
    assert listener.skip() is None
    write(ring, BLOCK)
    hear_all(listener)
    left = listener.skip()
    assert left is not None
    assert ([word.text for word in left.final], left.partial, left.heard_s) == (["sure"], [], pytest.approx(0.1))
    assert listener.skip() is None
    assert noting.flushed == 1


def test_what_the_ring_had_overwritten_is_counted():
    ring, noting = AudioRing(1.0), Noting()
    listener = Listener(noting, ring)
    write(ring, BLOCK)
    hear_all(listener)
    for _ in range(15):
        write(ring, BLOCK)
    hear_all(listener)
    assert listener.lost == 5 * BLOCK
