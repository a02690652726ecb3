"""Spreads the words of a transcript without times evenly over its clip."""

from __future__ import annotations

from core.types import Word


def spread_words(text: str, length_s: float) -> list[Word]:
    """Gives each word of a text an equal share of a clip of `length_s` seconds."""
    words = text.split()
    each_s = length_s / max(len(words), 1)
    return [Word(word, place * each_s, (place + 1) * each_s) for place, word in enumerate(words)]
