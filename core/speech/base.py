"""The interface of all recognisers, and their shared constants."""

from __future__ import annotations

from typing import Protocol

from core.types import Samples, Word

GAP_S = 0.2
"""A gap in the sound longer than this ends the sentence."""

PARTIAL_CONFIDENCE = 0.5
"""Confidence of a partial word, for which recognisers give none: below that of a usual final word (on 45 words of read
speech PocketSphinx gives 0.6 in the mean), so that quality does not fall when words become final."""


class Recognizer(Protocol):
    """In-order audio to words with times."""

    @property
    def name(self) -> str:
        """For people: "Moonshine tiny-en", "Vosk small-en-us-0.15"."""

    @property
    def language(self) -> str:
        """Language of the words as a two-letter code, such as "en"; empty if the model's name does not say it."""

    def feed(self, samples: Samples, start_s: float) -> list[Word]:
        """Recognise (N,) samples from session time `start_s` on; returns the words that became final with them."""

    def partial(self) -> list[Word]:
        """The words of the unfinished sentence, which may still change. May be called after every `feed`.

        May take as long as decoding that sentence, once in a while; a caller that is behind leaves it out.
        """

    def flush(self) -> list[Word]:
        """End the unfinished sentence; returns its words, now final."""

    def close(self) -> None:
        """Release the recogniser; it may not be used afterwards."""
