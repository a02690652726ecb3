"""A recogniser that is made anew in a silence, because Vosk's grow by hundreds of megabytes an hour."""

from __future__ import annotations

from collections.abc import Callable

from core.speech.base import Recognizer
from core.types import SAMPLE_RATE_HZ, Samples, Word

RENEW_AFTER_S = 300.0
"""Seconds of sound after which the next silence renews; at the growth seen, at most about 25 MB are gathered."""


class RestartingRecognizer:
    """Passes everything to the recogniser at work; replaces it when it is old and no word is under way."""

    def __init__(self, make: Callable[[], Recognizer], after_s: float = RENEW_AFTER_S) -> None:
        self._make = make
        self._after_s = after_s
        self._inner = make()
        self._heard_s = 0.0

    @property
    def name(self) -> str:
        """The name of the recogniser at work."""
        return self._inner.name

    def feed(self, samples: Samples, start_s: float) -> list[Word]:
        """Hear samples; renews after them when it is time and silent."""
        words = self._inner.feed(samples, start_s)
        self._heard_s += samples.size / SAMPLE_RATE_HZ
        if self._heard_s >= self._after_s and not self._inner.partial():
            words += self._renew()
        return words

    def _renew(self) -> list[Word]:
        words = self._inner.flush()
        self._inner.close()
        self._inner = self._make()
        self._heard_s = 0.0
        return words

    def partial(self) -> list[Word]:
        """The words of the sentence being heard."""
        return self._inner.partial()

    def flush(self) -> list[Word]:
        """End the sentence being heard."""
        return self._inner.flush()

    def close(self) -> None:
        """Release the recogniser at work."""
        self._inner.close()
