"""Faults of recognised words: some are lost, some replaced. The same word at the same time always has the same fault.

A recogniser reports a word again and again until it is final; with a new draw each time, words would flicker.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from zlib import crc32

from core.types import Word

LOST = 0.25
"""Share of the garbled words that are lost; the others are replaced."""
_EVERYDAY = """about again all and away back because between book but can come day different door down example find for
from give go good great hand have here house important in into it just know later light like line little long make many
morning never now of often on only other out over paper people place probably question read right same say small some
something table take tell that the there thing this time to together under usually water way well what when where which
with word work year"""
OTHERS = tuple(_EVERYDAY.split())


def garble(words: Iterable[Word], share: float) -> tuple[Word, ...]:
    """About `share` of the words lost or replaced by everyday ones; their times stay."""
    garbled = (_garbled(word, share) for word in words)
    return tuple(word for word in garbled if word is not None)


def _garbled(word: Word, share: float) -> Word | None:
    # Position in whole tenths: a word's start moves a little before it is final.
    draw = crc32(f"{word.text} {round(10 * word.start_s)}".encode())
    if draw % 1000 >= 1000 * share:
        return word
    if draw // 1000 % 100 < 100 * LOST:
        return None
    others = [other for other in OTHERS if abs(len(other) - len(word.text)) <= 2 and other != word.text] or OTHERS
    return replace(word, text=others[draw // 100_000 % len(others)])
