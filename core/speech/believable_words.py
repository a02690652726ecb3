"""Tells words from the inventions that a language model makes of noise: loops, and sentences said too fast."""

from __future__ import annotations

import re
from collections.abc import Sequence

SHORTEST_VOICED_S = 0.12
"""A click or a cough that the detector takes for voice is shorter than any word."""
FASTEST = 8.0
"""Words a voiced second; fast speech has about 5."""
LOOP = 4
"""A piece that is said so many times in a row is a loop, and counts once; a learner says "no, no, no"."""
MOSTLY_SAID = 0.5
"""At least this share of the words must remain without loops, or the text is an invention as a whole."""
_WORD = re.compile(r"\w")
_PUNCTUATION = re.compile(r"\W")
_DOUBLED = re.compile(r"([,;:!?])\1+")
"""The model sometimes doubles a comma. Points stay: three of them are an ellipsis."""


def believable(text: str, voiced_s: float) -> list[str]:
    """The words of `text` without loops; none if they cannot have been said in `voiced_s` seconds of voice."""
    words = [mended for word in text.split() if _WORD.search(mended := _DOUBLED.sub(r"\1", word))]
    if voiced_s < SHORTEST_VOICED_S or len(words) > max(1.0, voiced_s * FASTEST):
        return []
    kept = without_loops(words)
    return kept if len(kept) >= len(words) * MOSTLY_SAID else []


def without_loops(words: Sequence[str]) -> list[str]:
    """The words, with a piece of one or more that is said `LOOP` times in a row or more said once."""
    kept = list(words)
    plain = [_PUNCTUATION.sub("", word).lower() for word in words]
    for size in range(1, len(plain) // LOOP + 1):
        at = 0
        while at < len(plain):
            turns = _turns(plain, at, size)
            if turns >= LOOP:
                del kept[at + size : at + turns * size], plain[at + size : at + turns * size]
            at += 1
    return kept


def _turns(plain: Sequence[str], at: int, size: int) -> int:
    """How often the piece of `size` words from `at` on is said in a row."""
    piece, turns = plain[at : at + size], 1
    while len(piece) == size and plain[at + turns * size : at + (turns + 1) * size] == piece:
        turns += 1
    return turns
