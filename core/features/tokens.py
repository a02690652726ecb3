"""Words → tokens for the text encoder, normalised like recogniser output: lower case, no punctuation."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_NOT_SPOKEN = re.compile(r"[^a-z' ]+")


def as_spoken(text: str) -> str:
    """Normalises written text to recogniser output: "I don't GET it?!" → "i don't get it"."""
    plain = text.lower().replace("’", "'").replace("[name]", "name")
    return " ".join(_NOT_SPOKEN.sub(" ", plain).split())


@dataclass(frozen=True, slots=True)
class AgedTokens:
    """Token ids, and the age of each one's word in seconds: NaN for [CLS] and [SEP], which belong to no word."""

    ids: list[int]
    ages_s: list[float]


class WordTokens:
    """Converts words to token ids; keeps the newest words when there are too many."""

    def __init__(self, tokenizer_file: Path, max_tokens: int) -> None:
        from tokenizers import Tokenizer

        self._tokenizer: Tokenizer = Tokenizer.from_file(str(tokenizer_file))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._inner = max_tokens - 2
        pieces = self._tokenizer.get_vocab()
        self._first, self._last = pieces["[CLS]"], pieces["[SEP]"]

    def of_words(self, words: Sequence[str], ages_s: Sequence[float]) -> AgedTokens:
        """Recognised words and their ages → ids, the same as `of_text` gives for the normalised text, and ages."""
        spoken = [as_spoken(word) for word in words]
        kept = [place for place, text in enumerate(spoken) if text]
        starts = list(accumulate((len(spoken[place]) + 1 for place in kept), initial=0))  # of each word in the text
        encoded = self._tokenizer.encode(" ".join(spoken[place] for place in kept), add_special_tokens=False)
        ages = [ages_s[kept[bisect_right(starts, first) - 1]] for first, _ in encoded.offsets[-self._inner :]]
        return AgedTokens(self._marked(encoded.ids), [nan, *ages, nan])

    def of_text(self, text: str) -> list[int]:
        """[CLS] tokens [SEP], at most `max_tokens` long; only the two marks for no words."""
        return self._marked(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _marked(self, inner: list[int]) -> list[int]:
        return [self._first, *inner[-self._inner :], self._last]
