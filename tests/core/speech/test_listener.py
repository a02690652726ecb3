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


def test_partial_words_wait_while_the_recogniser_is_behind():
    class Counting(RecordingRecognizer):
        asked = 0

        def partial(self):
            self.asked += 1
            return super().partial()

    ring, recognizer = AudioRing(10.0), Counting()
    listener = Listener(recognizer, ring, is_live=True)
    write(ring, 30 * BLOCK)
    reports = [listener.next_report() for _ in range(30)]
    assert recognizer.asked == 10  # of the last second
    assert [len(report.partial) for report in reports if report] == [0] * 20 + [1] * 10
    write(ring, 30 * BLOCK)
    behind = listener.next_report()
    assert behind
    assert [word.text for word in behind.partial] == ["maybe"]  # as of the last time


def test_a_file_has_partial_words_however_long_its_blocks_are():
    ring = AudioRing(10.0)
    listener = Listener(RecordingRecognizer(), ring)
    write(ring, 30 * BLOCK)
    reports = [listener.next_report() for _ in range(30)]
    assert [len(report.partial) for report in reports if report] == [1] * 30


def test_a_new_recogniser_goes_on_where_the_last_one_failed():
    ring, first, second = AudioRing(10.0), RecordingRecognizer(), RecordingRecognizer()
    listener = Listener(first, ring)
    write(ring, 4 * BLOCK)
    listener.next_report()
    given_up = listener.give_up()
    assert given_up
    assert (given_up.final, given_up.partial, given_up.heard_s) == ([], [], pytest.approx(BLOCK / SAMPLE_RATE_HZ))
    assert listener.give_up() is None
    listener.use(second)
    read_all(listener)
    assert [start_s * SAMPLE_RATE_HZ / BLOCK for start_s, _ in second.blocks] == pytest.approx([1, 2, 3])
