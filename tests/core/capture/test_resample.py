"""Streaming resampler: the result does not depend on how the sound is cut."""

from __future__ import annotations

import av
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.capture.resample import MonoResampler


def frame(samples: np.ndarray, rate_hz: int, layout: str) -> av.AudioFrame:
    made = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=layout)
    made.sample_rate = rate_hz
    return made


@settings(deadline=None)
@given(
    st.sampled_from([8000, 16000, 22050, 44100, 48000]),
    st.sampled_from(["mono", "stereo"]),
    st.lists(st.integers(1, 3000), min_size=1, max_size=8),
)
def test_the_size_of_the_pieces_does_not_matter(rate_hz, layout, sizes):
    channels = 1 if layout == "mono" else 2
    sound = np.random.default_rng(1).uniform(-0.5, 0.5, (channels, sum(sizes))).astype(np.float32)
    whole, cut = MonoResampler(), MonoResampler()
    expected = np.concatenate([whole.feed(frame(sound, rate_hz, layout)), whole.flush()])
    ends = np.cumsum(sizes)
    pieces = [
        cut.feed(frame(sound[:, end - size : end], rate_hz, layout)) for end, size in zip(ends, sizes, strict=True)
    ]
    np.testing.assert_allclose(np.concatenate([*pieces, cut.flush()]), expected, atol=1e-6)
    assert abs(expected.size - sound.shape[1] * 16000 / rate_hz) < 40


def test_sound_at_16_khz_mono_passes_unchanged():
    sound = np.random.default_rng(2).uniform(-1, 1, (1, 1000)).astype(np.float32)
    np.testing.assert_array_equal(MonoResampler().feed(frame(sound, 16000, "mono")), sound[0])


def test_equal_channels_keep_their_level():
    sound = np.full((2, 4000), 0.8, np.float32)
    np.testing.assert_allclose(MonoResampler().feed(frame(sound, 16000, "stereo")), 0.8, atol=1e-5)


def test_a_format_change_in_mid_stream_is_handled():
    resampler = MonoResampler()
    first = resampler.feed(frame(np.full((1, 4410), 0.5, np.float32), 44100, "mono"))
    second = resampler.feed(frame(np.full((2, 4800), 0.5, np.float32), 48000, "stereo"))
    assert first.size + second.size + resampler.flush().size == 3200
