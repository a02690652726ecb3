"""Words → tokens for the text encoder, normalised like recogniser output: lower case, no punctuation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_NOT_SPOKEN = re.compile(r"[^a-z' ]+")


def as_spoken(text: str) -> str:
    """Normalises written text to recogniser output: "I don't GET it?!" → "i don't get it"."""
    plain = text.lower().replace("’", "'").replace("[name]", "name")
    return " ".join(_NOT_SPOKEN.sub(" ", plain).split())


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

    def of_words(self, words: Sequence[str]) -> list[int]:
        """Recognised words → ids, the same as `of_text` gives for the normalised text."""
        return self.of_text(as_spoken(" ".join(words)))

    def of_text(self, text: str) -> list[int]:
        """[CLS] tokens [SEP], at most `max_tokens` long; only the two marks for no words."""
        inner: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return [self._first, *inner[-self._inner :], self._last]
