"""Ring buffers: absolute indices independent of the block size, and gaps counted to the sample."""

from __future__ import annotations

import threading

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.buffers.ring import AudioRing, FrameRing
from core.types import SAMPLE_RATE_HZ, AudioBlock, VideoFrame

SECOND = SAMPLE_RATE_HZ
blocks = st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 3000)), max_size=12)
"""(samples in the block, samples lost before it)"""


def counting(first: int, size: int) -> np.ndarray:
    return (np.arange(first, first + size) % 1000 / 1000 + 0.001).astype(np.float32)


def write_all(ring: AudioRing, plan: list[tuple[int, int]], start_s: float = 5.0) -> np.ndarray:
    """Write the planned blocks; returns the contents of an infinite ring."""
    truth = np.zeros(0, np.float32)
    for size, lost in plan:
        samples = counting(truth.size + lost, size)
        ring.write(AudioBlock(start_s + (truth.size + lost) / SECOND, samples, lost))
        truth = np.concatenate([truth, np.zeros(lost, np.float32), samples])
    return truth


@given(blocks)
def test_sound_is_where_its_index_says(plan):
    ring = AudioRing(1.0)
    truth = write_all(ring, plan)
    read = ring.read(0)
    assert ring.written == truth.size
    assert read.start == read.lost == max(0, truth.size - SECOND)
    np.testing.assert_array_equal(read.samples, truth[read.start :])


@given(blocks, st.integers(1, 4000))
def test_a_reader_gets_every_sample_or_the_number_it_missed(plan, limit):
    ring, cursor, heard = AudioRing(1.0), 0, []
    truth = write_all(ring, plan)
    while cursor < ring.written:
        read = ring.read(cursor, limit)
        heard.append(np.zeros(read.lost, np.float32))
        heard.append(read.samples)
        assert read.samples.size <= limit
        cursor = read.start + read.samples.size
    joined = np.concatenate([np.zeros(0, np.float32), *heard])
    assert joined.size == truth.size
    kept = min(truth.size, SECOND)
    np.testing.assert_array_equal(joined[joined.size - kept :], truth[truth.size - kept :])


@given(blocks, st.floats(-1.0, 4.0), st.floats(0.01, 0.9))
def test_the_sound_until_a_moment_is_padded_with_zeros(plan, offset_s, seconds):
    ring = AudioRing(1.0)
    truth = write_all(ring, plan)
    until = ring.until(5.0 + offset_s, seconds)
    assert until.size == round(seconds * SECOND)
    if truth.size == 0:
        assert not until.any()
        return
    stop = round((5.0 + offset_s - ring.origin_s) * SECOND)
    index = np.arange(stop - until.size, stop)
    there = (index >= max(0, truth.size - SECOND)) & (index < truth.size)
    np.testing.assert_array_equal(
        until, np.where(there, np.resize(truth, truth.size)[index.clip(0, truth.size - 1)], 0)
    )


def test_the_first_block_anchors_the_ring_in_time():
    ring = AudioRing(1.0)
    assert ring.origin_s is None
    ring.write(AudioBlock(2.5, counting(0, 100), lost=8000))
    assert ring.origin_s == 2.0
    assert ring.written == 8100


def test_a_gap_longer_than_the_ring_leaves_silence():
    ring = AudioRing(0.5)
    ring.write(AudioBlock(0.0, counting(0, SECOND)))
    ring.write(AudioBlock(3601.0, counting(0, 10), lost=3600 * SECOND))
    assert ring.written == 3601 * SECOND + 10
    assert not ring.until(3600.9, 0.3).any()


def test_waiting_ends_when_sound_comes():
    ring = AudioRing(1.0)
    writer = threading.Thread(target=lambda: ring.write(AudioBlock(0.0, counting(0, 10))))
    assert not ring.wait_beyond(0, 0.0)
    writer.start()
    assert ring.wait_beyond(0, 10.0)
    writer.join()


def frame(t_s: float) -> VideoFrame:
    return VideoFrame(t_s, np.zeros((2, 2, 3), np.uint8))


@given(st.lists(st.floats(0, 100), max_size=30).map(sorted), st.integers(1, 8), st.floats(0, 100))
def test_the_frame_ring_keeps_the_newest(times, capacity, since_s):
    ring = FrameRing(capacity)
    for t_s in times:
        ring.write(frame(t_s))
    kept = times[-capacity:]
    newest, first = ring.latest(), ring.first_since(since_s)
    assert ring.written == len(times)
    assert (newest.t_s if newest else None) == (kept[-1] if kept else None)
    assert (first.t_s if first else None) == next((t_s for t_s in kept if t_s >= since_s), None)


def test_waiting_ends_when_a_frame_comes():
    ring = FrameRing(2)
    writer = threading.Thread(target=lambda: ring.write(frame(0.0)))
    assert not ring.wait_beyond(0, 0.0)
    writer.start()
    assert ring.wait_beyond(0, 10.0)
    writer.join()
