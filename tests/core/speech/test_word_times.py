"""Times of words that are spread over a phrase, against the times at which espeak-ng says them."""

from __future__ import annotations

from contextlib import closing
from difflib import SequenceMatcher

import numpy as np
import pytest

from core.speech.moonshine import open_moonshine
from core.speech.phrase_cutter import FRAME_S
from core.speech.word_times import spread
from tests.core.speech.sounds import feed, plain, silence
from tests.support.spoken_words import speak_words

SAID = (
    ("My mother and father went to the hospital on Monday morning.", "en-us", 140),
    ("The teacher said that we should read the chapter before Thursday.", "en-us", 160),
    ("I think it was a mistake in the last line, and now the program works.", "en-gb", 150),
)


def test_words_share_the_voiced_frames_by_their_length():
    voiced = np.array([False] * 5 + [True] * 10 + [False] * 5 + [True] * 10)
    (first, second) = spread(["abcd,", "Wxyz."], voiced)
    assert first == pytest.approx((5 * FRAME_S, 15 * FRAME_S)), "the pause after it takes no part"
    assert second == pytest.approx((20 * FRAME_S, 30 * FRAME_S))
    short, long = spread(["a", "abcdefghij"], np.ones(10, bool))
    assert short[1] - short[0] < long[1] - long[0]
    assert spread([], voiced) == []
    *_, last = spread(["one", "two", "six"] * 7, np.array([True] * 9 + [False] * 9))
    assert last[1] == pytest.approx(9 * FRAME_S)


def test_a_pause_inside_a_phrase_lies_between_two_words():
    voiced = np.array([True] * 10 + [False] * 9 + [True] * 14)
    first, second = spread(["abcd,", "Wxyz."], voiced)  # the same share each: 12 of 24 frames
    assert first == pytest.approx((0.0, 10 * FRAME_S))
    assert second == pytest.approx((19 * FRAME_S, 33 * FRAME_S))
    assert spread(["alone"], voiced) == [pytest.approx((0.0, 33 * FRAME_S))]
    far, _ = spread(["abcdefgh", "ij"], voiced)  # nine elevenths of them: no bound is near the pause
    assert far[1] > 19 * FRAME_S


def test_words_begin_about_when_they_are_said():
    errors_s: list[float] = []
    with closing(open_moonshine()) as recognizer:
        for place, (text, voice, pace) in enumerate(SAID):
            spoken, start_s = speak_words(text, voice, pace), 100.0 * place
            words = feed(recognizer, np.concatenate([silence(0.5), spoken.sound, silence(0.5)]), start_s)
            said = [plain(word) for word, _ in spoken.begins]
            same = SequenceMatcher(None, [str(word) for word in said], [str(plain(word.text)) for word in words])
            for block in same.get_matching_blocks():
                for step in range(block.size):
                    true_s = start_s + 0.5 + spoken.begins[block.a + step][1]
                    errors_s.append(abs(words[block.b + step].start_s - true_s))
    assert len(errors_s) > 25
    assert np.median(errors_s) <= 0.25
