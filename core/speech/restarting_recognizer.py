"""A recogniser that is replaced during a silence, because Vosk's grow by hundreds of megabytes an hour."""

from __future__ import annotations

from collections.abc import Callable

from core.speech.base import Recognizer
from core.types import SAMPLE_RATE_HZ, Samples, Word

RESTART_AFTER_S = 300.0
"""Seconds of sound after which the next silence triggers it; at the measured growth at most about 25 MB accumulate."""


class RestartingRecognizer:
    """Passes every call to the current recogniser; replaces it when it is old and no word is unfinished."""

    def __init__(self, make: Callable[[], Recognizer], after_s: float = RESTART_AFTER_S) -> None:
        self._make = make
        self._after_s = after_s
        self._inner = make()
        self._fed_s = 0.0

    @property
    def name(self) -> str:
        """The name of the current recogniser."""
        return self._inner.name

    @property
    def language(self) -> str:
        """The language of the current recogniser."""
        return self._inner.language

    def feed(self, samples: Samples, start_s: float) -> list[Word]:
        """Recognise samples; restarts after them when it is time and there is silence."""
        words = self._inner.feed(samples, start_s)
        self._fed_s += samples.size / SAMPLE_RATE_HZ
        if self._fed_s >= self._after_s and not self._inner.partial():
            words += self._restart()
        return words

    def _restart(self) -> list[Word]:
        words = self._inner.flush()
        self._inner.close()
        self._inner = self._make()
        self._fed_s = 0.0
        return words

    def partial(self) -> list[Word]:
        """The words of the unfinished sentence."""
        return self._inner.partial()

    def flush(self) -> list[Word]:
        """End the unfinished sentence."""
        return self._inner.flush()

    def close(self) -> None:
        """Release the current recogniser."""
        self._inner.close()
