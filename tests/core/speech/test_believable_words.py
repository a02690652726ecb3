"""Inventions of the recogniser give no words, and what people say does."""

from __future__ import annotations

import pytest

from core.speech.believable_words import believable


@pytest.mark.parametrize(
    ("text", "voiced_s"),
    [
        ("You", 0.06),  # a click
        ("Thank you very much for watching this.", 0.5),  # twenty words a second
        ("I don't know, I don't know, I don't know, I don't know, I don't know", 4.0),
        ("the the the the the", 3.0),
        ("... — .", 2.0),
        ("", 2.0),
    ],
)
def test_inventions_are_no_words(text, voiced_s):
    assert believable(text, voiced_s) == []


@pytest.mark.parametrize(
    ("text", "voiced_s"),
    [("Yes.", 0.2), ("No, no, no.", 0.9), ("I really really want to know that.", 1.3), ("Thank you.", 0.5)],
)
def test_what_people_say_is_kept(text, voiced_s):
    assert believable(text, voiced_s) == text.split()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("No, no, no, no, I did not mean it.", "No, I did not mean it."),
        ("I think so, so, so, so, so it is the last one.", "I think so, it is the last one."),
        (
            "That was a good one. I know, I know, I know, I know, but we said it once more.",
            "That was a good one. I know, but we said it once more.",
        ),
    ],
)
def test_of_a_loop_in_a_sentence_one_turn_is_kept(text, kept):
    assert believable(text, 4.0) == kept.split()


def test_doubled_punctuation_is_written_once():
    assert believable("Well,, yes!! Or... 1,000?!", 2.0) == ["Well,", "yes!", "Or...", "1,000?!"]


def test_punctuation_alone_is_no_word():
    assert believable("Well - yes .", 1.0) == ["Well", "yes"]
