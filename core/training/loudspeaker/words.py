"""What the program's own recogniser understands in simulated rooms."""

from __future__ import annotations

from core.features.tokens import as_spoken
from core.speech.moonshine import open_moonshine
from core.types import SAMPLE_RATE_HZ, Samples, Word

BLOCK = SAMPLE_RATE_HZ // 10


class RoomWords:
    """Moonshine, given one recording after another as the engine gives it sound. Raises `SpeechError` without it."""

    def __init__(self) -> None:
        self._recognizer = open_moonshine()

    def of(self, samples: Samples) -> list[Word]:
        """The words, with the times that the engine's words have."""
        starts = range(0, samples.size, BLOCK)
        fed = [self._recognizer.feed(samples[at : at + BLOCK], at / SAMPLE_RATE_HZ) for at in starts]
        return [word for words in (*fed, self._recognizer.flush()) for word in words]


def spoken(words: list[Word]) -> list[str]:
    """Their texts as error rates compare them: in small letters, without punctuation."""
    return as_spoken(" ".join(word.text for word in words)).split()
