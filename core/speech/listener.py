"""One reader of the sound for one recogniser: every sample in order, in blocks of a fixed length.

Blocks lie on a grid of absolute sample indices, so that what is recognised depends on the sound alone and not on when
or in what pieces it arrived. The listener owns its cursor; if the ring lapped it, the gap is an exact count.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.buffers.ring import AudioRing
from core.speech.base import Recognizer
from core.types import SAMPLE_RATE_HZ, Word

BLOCK = SAMPLE_RATE_HZ // 10
ALL_IS_OVER_S = float("inf")


@dataclass(frozen=True, slots=True)
class RecognizedWords:
    """One report: new final words and all partial ones, after listening up to `heard_s`."""

    final: list[Word]
    partial: list[Word]
    heard_s: float


class Listener:
    """Feeds one recogniser from one ring. Belongs to one thread."""

    def __init__(self, recognizer: Recognizer, ring: AudioRing) -> None:
        self._recognizer = recognizer
        self._ring = ring
        self._cursor = 0
        self._heard_s: float | None = None  # None once the recogniser was told that its sentence is over
        self.lost = 0
        """Samples that the ring had overwritten before they were heard."""

    @property
    def wants(self) -> int:
        """Absolute index beyond which the ring must reach before there is a block to hear."""
        return self._cursor + BLOCK - 1

    def hear(self) -> RecognizedWords | None:
        """Listen to the next block; None if it has not arrived."""
        return self._listen() if self._ring.written > self.wants else None

    def finish(self) -> RecognizedWords | None:
        """Listen to what is left, shorter than a block, and make every word final; None if nothing was ever heard.

        This is known only when all is over and belongs to no hop, or it would depend on who is quicker, step or word.
        """
        if self._ring.origin_s is None:
            return None
        last = self._listen()
        return None if last is None else RecognizedWords([*last.final, *self._recognizer.flush()], [], ALL_IS_OVER_S)

    def skip(self) -> RecognizedWords | None:
        """Leave out the blocks that have arrived, as while words are switched off; ends the sentence being heard."""
        written = self._ring.written
        self._cursor = max(self._cursor, written - written % BLOCK)
        if self._heard_s is None:
            return None
        heard_s, self._heard_s = self._heard_s, None
        return RecognizedWords(self._recognizer.flush(), [], heard_s)

    def _listen(self) -> RecognizedWords | None:
        read = self._ring.read(self._cursor, BLOCK)
        origin_s = self._ring.origin_s
        if origin_s is None:  # cleared, and nothing has come since: what the cursor points at is gone
            self._cursor = self._ring.written
            return None
        self.lost += read.lost
        self._cursor = read.start + read.samples.size
        final = self._recognizer.feed(read.samples, origin_s + read.start / SAMPLE_RATE_HZ)
        self._heard_s = origin_s + self._cursor / SAMPLE_RATE_HZ
        return RecognizedWords(final, self._recognizer.partial(), self._heard_s)
