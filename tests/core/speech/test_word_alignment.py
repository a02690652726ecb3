"""The alignment of spoken and recognised words: complete, in order, and with the fewest errors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.speech.word_alignment import WordErrors, align, count_errors

WORDS = st.lists(st.sampled_from("abcd"), max_size=8)


@pytest.mark.parametrize(
    ("spoken", "recognized", "errors"),
    [
        ("a b c", "a b c", WordErrors(0, 0, 0, 3)),
        ("a b c", "a x c", WordErrors(1, 0, 0, 3)),
        ("a b c", "a c", WordErrors(0, 1, 0, 3)),
        ("a b c", "a b x c", WordErrors(0, 0, 1, 3)),
        ("a b c", "", WordErrors(0, 3, 0, 3)),
        ("", "a b", WordErrors(0, 0, 2, 0)),
        ("one two three four", "one too four five", WordErrors(1, 1, 1, 4)),
        ("one two three four", "two three four five", WordErrors(0, 1, 1, 4)),
    ],
)
def test_errors_of_each_kind_are_counted(spoken: str, recognized: str, errors: WordErrors) -> None:
    assert count_errors(spoken.split(), recognized.split()) == errors


def test_errors_add_up_and_give_a_rate() -> None:
    both = WordErrors(1, 2, 3, 10) + WordErrors(1, 0, 0, 4)
    assert both == WordErrors(2, 2, 3, 14)
    assert both.rate == 0.5
    assert WordErrors().rate is None


@given(WORDS, WORDS)
def test_every_word_is_aligned_once_and_in_order(spoken: list[str], recognized: list[str]) -> None:
    pairs = list(align(spoken, recognized))
    assert [word for word, _ in pairs if word is not None] == spoken
    assert [word for _, word in pairs if word is not None] == recognized


@given(WORDS, WORDS, WORDS)
def test_the_number_of_errors_is_a_distance(one: list[str], two: list[str], three: list[str]) -> None:
    """Not more than by way of any third text, and at least the difference in length: true of the fewest errors only."""

    def distance(spoken: list[str], recognized: list[str]) -> int:
        found = count_errors(spoken, recognized)
        return found.substitutions + found.deletions + found.insertions

    assert abs(len(one) - len(two)) <= distance(one, two) <= max(len(one), len(two))
    assert distance(one, two) == distance(two, one)
    assert distance(one, two) <= distance(one, three) + distance(three, two)
