"""Tells words from the inventions that a language model makes of noise: loops, and sentences said too fast."""

from __future__ import annotations

import re
from collections.abc import Sequence

SHORTEST_VOICED_S = 0.12
"""A click or a cough that the detector takes for voice is shorter than any word."""
FASTEST = 8.0
"""Words a voiced second; fast speech has about 5."""
LOOP = 4
"""So many repetitions of one piece, one after the other, are a loop; a learner says "no, no, no"."""
_WORD = re.compile(r"\w")


def believable(text: str, voiced_s: float) -> list[str]:
    """The words of `text`; none if they cannot have been said in `voiced_s` seconds of voice."""
    words = [word for word in text.split() if _WORD.search(word)]
    if voiced_s < SHORTEST_VOICED_S or len(words) > max(1.0, voiced_s * FASTEST) or loops(words):
        return []
    return words


def loops(words: Sequence[str]) -> bool:
    """Whether a piece of one or more words is said `LOOP` times in a row."""
    plain = [re.sub(r"\W", "", word).lower() for word in words]
    return any(
        all(plain[at + turn * size : at + (turn + 1) * size] == plain[at : at + size] for turn in range(1, LOOP))
        for size in range(1, len(plain) // LOOP + 1)
        for at in range(len(plain) - LOOP * size + 1)
    )
