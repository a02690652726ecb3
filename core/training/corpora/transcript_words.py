"""Yields a transcript's words spread evenly over the clip, each one when it ends."""

from __future__ import annotations

from collections.abc import Iterator

from core.speech.listener import ALL_IS_OVER_S, RecognizedWords
from core.types import Word


class SpreadWords:
    """Words of a transcript for a clip of known length, as `core.session.offline.WordSource`."""

    def __init__(self, text: str, length_s: float) -> None:
        self.problem = ""
        said = text.split()
        each_s = length_s / max(len(said), 1)
        self._words = [Word(word, place * each_s, (place + 1) * each_s) for place, word in enumerate(said)]
        self._given = 0

    def until(self, end_s: float) -> Iterator[RecognizedWords]:
        """Yields words that end by `end_s` and were not yielded before."""
        while self._given < len(self._words) and self._words[self._given].end_s <= end_s:
            word = self._words[self._given]
            self._given += 1
            yield RecognizedWords([word], [], word.end_s)

    def rest(self) -> Iterator[RecognizedWords]:
        """Yields the words after the last hop."""
        left, self._given = self._words[self._given :], len(self._words)
        if left:
            yield RecognizedWords(left, [], ALL_IS_OVER_S)
