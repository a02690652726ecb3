"""How much a word still counts, by its age: `Word.age_s` is the age, `recency` what it makes of a word's strength.

The quality of the words (`core.features.pipeline.text_presence`) falls by it, and a transcript may fade a word by
`recency(word.age_s(now_s))`. The model gets ages in seconds, not this function: a network learns its own.

The half-life is the time after which the learner's state is as likely another one as still the same. In 4,000 composed
training sequences the state in which a word was said still held after 1 s in 87 %, 2 s 75 %, 4 s 50 %, 8 s 19 % and
12 s 7 %. Weights that a model of evidence learned fall far faster (to 16 % after 0.5 s), because it counts the same
words anew at each step; that says nothing against the words.
"""

from __future__ import annotations

HALF_LIFE_S = 4.0


def recency(age_s: float) -> float:
    """1 for a word that has just been said; halves every `HALF_LIFE_S`."""
    return float(0.5 ** (age_s / HALF_LIFE_S))
