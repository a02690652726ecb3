"""What every recogniser offers, and what they share: words do not run across gaps, partial words are less certain."""

from __future__ import annotations

from typing import Protocol

from core.types import Samples, Word

GAP_S = 0.2
"""Words do not run across a hole in the sound longer than this."""


PARTIAL_CONFIDENCE = 0.5
"""Of a word that may still change, for which recognisers know no confidence: below that of a usual final word (on 45
words of read speech PocketSphinx gives 0.6 in the mean), so that quality does not fall when words become certain."""


class Recognizer(Protocol):
    """In-order audio to words with times."""

    @property
    def name(self) -> str:
        """For people: "Vosk small-en-us-0.15", "PocketSphinx en-us"."""

    def feed(self, samples: Samples, start_s: float) -> list[Word]:
        """Hear (N,) samples that begin at session time `start_s`; the words that became final with them."""

    def partial(self) -> list[Word]:
        """The words of the sentence being heard, which may still change. Cheap enough to ask after every `feed`."""

    def flush(self) -> list[Word]:
        """End the sentence being heard; its words, now final."""

    def close(self) -> None:
        """Release the recogniser; nothing may be asked of it afterwards."""
