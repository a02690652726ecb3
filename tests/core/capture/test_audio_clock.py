"""Audio samples on the session clock: gaps, drift, late stamps and reopening, exact to a few samples."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.capture.audio_clock import AudioClock, DeviceBlock, median_slope
from core.types import SAMPLE_RATE_HZ, AudioBlock

BLOCK = 320
BLOCK_S = BLOCK / SAMPLE_RATE_HZ


def sound(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.1, BLOCK).astype(np.float32)


def run(clock: AudioClock, heard: list[DeviceBlock]) -> list[AudioBlock]:
    """Place all blocks; each must begin where the previous one and the lost samples end."""
    placed = [block for block in map(clock.place, heard) if block is not None]
    for before, after in pairwise(placed):
        end_s = before.t_s + before.samples.size / SAMPLE_RATE_HZ
        assert after.t_s == pytest.approx(end_s + after.lost / SAMPLE_RATE_HZ, abs=1e-6)
    return placed


def device(seconds: float, start_s: float = 3.0, ppm: float = 0.0, lateness_s=lambda k: 0.0) -> list[DeviceBlock]:
    """Blocks of a device with that drift, their stamps late by the given times."""
    step_s = BLOCK_S / (1 + ppm * 1e-6)
    count = round(seconds / step_s)
    return [DeviceBlock(sound(k % 7), start_s + k * step_s + lateness_s(k)) for k in range(count)]


def total_lost_s(placed: list[AudioBlock]) -> float:
    return sum(block.lost for block in placed) / SAMPLE_RATE_HZ


def test_a_perfect_device_passes_unchanged():
    clock, heard = AudioClock(), device(5.0)
    placed = run(clock, heard)
    np.testing.assert_array_equal(
        np.concatenate([block.samples for block in placed]), np.concatenate([h.samples for h in heard])
    )
    assert placed[0].t_s == 3.0
    assert clock.end_s == pytest.approx(8.0)
    assert total_lost_s(placed) == 0.0


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1), st.floats(0.0, 0.08))
def test_late_stamps_do_not_count_as_loss(seed, mean_lateness_s):
    late = np.random.default_rng(seed).exponential(mean_lateness_s, 1000)
    late[np.random.default_rng(seed).random(1000) < 0.2] = 0.0
    clock = AudioClock()
    placed = run(clock, device(10.0, lateness_s=lambda k: float(late[k])))
    assert total_lost_s(placed) == 0.0
    assert clock.end_s == pytest.approx(13.0, abs=0.01)


def test_a_burst_at_the_start_is_placed_where_it_was_recorded():
    clock = AudioClock()
    run(clock, device(2.0, lateness_s=lambda k: max(0.0, 0.2 - k * BLOCK_S)))
    assert clock.end_s == pytest.approx(5.0, abs=0.001)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(60, 200), st.floats(0.08, 5.0), st.booleans()), max_size=4))
def test_gaps_become_silence_of_their_length(holes):
    heard, now_s, lost_s = device(2.0), 5.0, 0.0
    for blocks, hole_s, said in holes:
        now_s += hole_s
        lost_s += hole_s
        stretch = device(blocks * BLOCK_S, start_s=now_s)
        heard += [DeviceBlock(h.samples, h.stamp_s, overflowed=said and k == 0) for k, h in enumerate(stretch)]
        now_s += blocks * BLOCK_S
    clock = AudioClock()
    placed = run(clock, heard)
    assert total_lost_s(placed) == pytest.approx(lost_s, abs=0.01 + 0.005 * len(holes))
    assert clock.end_s == pytest.approx(now_s, abs=0.01)


@given(st.integers(1, 50_000))
def test_blocks_dropped_by_the_full_queue_are_counted_to_the_sample(lost):
    clock = AudioClock()
    heard = device(1.0)
    after = DeviceBlock(sound(), 4.0 + lost / SAMPLE_RATE_HZ, lost=lost)
    placed = run(clock, [*heard, after])
    assert placed[-1].lost == lost


@pytest.mark.parametrize("ppm", [-250.0, -40.0, 0.0, 60.0, 250.0])
def test_drift_is_measured_and_corrected(ppm):
    rng = np.random.default_rng(4)
    clock = AudioClock()
    placed = run(clock, device(90.0, ppm=ppm, lateness_s=lambda k: float(rng.exponential(0.004))))
    assert clock.drift_ppm == pytest.approx(ppm, abs=25.0)
    assert clock.end_s == pytest.approx(93.0, abs=0.01)
    assert total_lost_s(placed) == 0.0


@given(st.floats(0.0, 100.0))
def test_reopening_reports_the_time_between_as_lost(away_s):
    clock = AudioClock(resume_at_s=10.0)
    placed = run(clock, device(1.0, start_s=10.0 + away_s))
    assert placed[0].lost == pytest.approx(away_s * SAMPLE_RATE_HZ, abs=1)
    assert clock.end_s == pytest.approx(11.0 + away_s, abs=0.001)


def test_sound_before_the_end_of_the_previous_opening_is_not_repeated():
    clock = AudioClock(resume_at_s=10.0)
    placed = run(clock, device(1.0, start_s=9.9))
    assert placed[0].lost == 0
    assert placed[0].t_s == 10.0
    assert clock.end_s == pytest.approx(10.9, abs=0.001)


def test_the_slope_is_robust():
    x = np.arange(20.0)
    points = np.stack([x, 3.0 * x + 1.0], axis=1)
    points[::6, 1] += 1000.0
    assert median_slope(points) == pytest.approx(3.0)
