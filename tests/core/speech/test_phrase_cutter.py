"""Phrases end at pauses, at the latest after 8 s at a quiet place, and do not depend on the pieces of sound."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.speech.phrase_cutter import BEFORE, FRAME_S, LONGEST, PAUSE, Phrase, PhraseCutter
from core.speech.voice_detector import FRAME
from core.types import Samples

LOUD, QUIET, SOFT = 0.5, 0.0, 0.2


def loudness(frame: Samples) -> float:
    """A detector that takes every loud frame for voice."""
    return 1.0 if np.abs(frame).max() > 0.1 else 0.0


def sound(*stretches: tuple[float, int]) -> Samples:
    """Frames of constant level."""
    return np.concatenate([np.full(frames * FRAME, level, np.float32) for level, frames in stretches])


def cut(samples: Samples, size: int = 1600) -> list[Phrase]:
    cutter, found = PhraseCutter(loudness), []
    for first in range(0, samples.size, size):
        found += cutter.feed(samples[first : first + size])
    last = cutter.flush()
    return [*found, *([last] if last else [])]


def test_a_pause_ends_a_phrase_and_a_shorter_one_does_not():
    first, second = cut(sound((QUIET, 40), (LOUD, 20), (QUIET, PAUSE - 1), (LOUD, 5), (QUIET, PAUSE), (LOUD, 9)))
    assert first.start == (40 - BEFORE) * FRAME
    assert first.samples.size == (BEFORE + 20 + PAUSE - 1 + 5 + PAUSE) * FRAME
    assert first.voiced_s == pytest.approx(25 * FRAME_S)
    assert PAUSE * FRAME_S >= 0.3
    assert second.voiced_s == pytest.approx(9 * FRAME_S)
    assert cut(sound((QUIET, 200))) == []


def test_a_long_phrase_is_cut_at_its_quietest_place_and_nothing_is_lost():
    before, after = cut(sound((LOUD, 220), (SOFT, 3), (LOUD, 100), (QUIET, PAUSE)))
    assert before.samples.size in {221 * FRAME, 222 * FRAME}
    assert after.start == before.samples.size
    assert before.samples.size + after.samples.size == (323 + PAUSE) * FRAME


@settings(max_examples=20, deadline=None)
@given(
    stretches=st.lists(st.tuples(st.sampled_from([LOUD, QUIET, SOFT]), st.integers(1, 400)), min_size=1, max_size=6),
    size=st.integers(1, 40_000),
)
@example(stretches=[(LOUD, 20), (QUIET, 12), (LOUD, 9)], size=1600)  # a pause too short for both phrases' quiet
def test_phrases_depend_on_the_sound_alone(stretches, size):
    samples = sound(*stretches)
    samples[::7] *= np.float32(0.9)
    whole, pieces = cut(samples, samples.size), cut(samples, size)
    assert [phrase.start for phrase in whole] == [phrase.start for phrase in pieces]
    end = 0
    for one, other in zip(whole, pieces, strict=True):
        np.testing.assert_array_equal(one.samples, other.samples)
        np.testing.assert_array_equal(one.samples, samples[one.start : one.start + one.samples.size])
        assert one.start >= end  # no sample is in two phrases
        assert one.samples.size <= LONGEST * FRAME
        end = one.start + one.samples.size
    voiced = sum(frames for level, frames in stretches if level > 0.1)
    assert sum(int(phrase.voiced.sum()) for phrase in whole) == voiced
