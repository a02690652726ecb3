"""Feeds a recogniser from the audio ring: every sample in order, in blocks of a fixed length.

Blocks lie on a grid of absolute sample indices, so that the words depend on the sound alone and not on when or in
what pieces it arrived. The listener owns its cursor; if the ring lapped it, the gap is an exact count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.buffers.ring import AudioRing
from core.speech.base import Recognizer
from core.types import SAMPLE_RATE_HZ, Word

BLOCK = SAMPLE_RATE_HZ // 10
END_OF_SOUND_S = float("inf")
BEHIND = SAMPLE_RATE_HZ
"""With so many samples waiting (1 s), a live listener does not bring partial words up to date, so that final ones come
sooner."""


@dataclass(frozen=True, slots=True)
class RecognizedWords:
    """One report: new final words and all partial ones, for the sound up to `heard_s`."""

    final: list[Word]
    partial: list[Word]
    heard_s: float


class Listener:
    """Feeds a recogniser from one ring. Belongs to one thread.

    `is_live`: sound arrives as it is spoken, so that partial words are left out while the recogniser is behind. The
    words of a file never depend on the machine's speed or on the length of its blocks. `was_muted` tells whether
    some sound between two times may not be recognised.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        ring: AudioRing,
        is_live: bool = False,
        was_muted: Callable[[float, float], bool] = lambda start_s, end_s: False,
    ) -> None:
        self._recognizer = recognizer
        self._ring = ring
        self._is_live = is_live
        self._was_muted = was_muted
        self._cursor = 0
        self._heard_s: float | None = None  # None once the sentence has been ended
        self._partial: list[Word] = []
        self.lost = 0
        """Samples that the ring had overwritten before they were recognised."""

    def give_up(self) -> RecognizedWords | None:
        """The recogniser failed: the unfinished sentence is lost. The report without it, if one had begun."""
        heard_s, self._heard_s = self._heard_s, None
        self._partial = []
        return None if heard_s is None else RecognizedWords([], [], heard_s)

    def use(self, recognizer: Recognizer) -> None:
        """Continue with a new recogniser, once the last one was given up."""
        self._recognizer = recognizer

    def wait(self, timeout_s: float) -> bool:
        """Wait until the next block has arrived; False at the timeout."""
        return self._ring.wait_beyond(self._last, timeout_s)

    @property
    def _last(self) -> int:
        """Absolute sample index that the ring must exceed before the next block is complete."""
        return self._cursor + BLOCK - 1

    def next_report(self) -> RecognizedWords | None:
        """Recognise the next block; None if it has not arrived."""
        return self._read() if self._ring.written > self._last else None

    def finish(self) -> RecognizedWords | None:
        """Recognise the rest, shorter than a block, and make every word final; None if there never was any sound.

        This report belongs to no hop, or estimates would depend on which is quicker, the step or the word.
        """
        if self._ring.origin_s is None:
            return None
        last = self._read()
        return None if last is None else RecognizedWords([*last.final, *self._recognizer.flush()], [], END_OF_SOUND_S)

    def skip(self) -> RecognizedWords | None:
        """Skip the blocks that have arrived, as while words are muted; ends the unfinished sentence and returns it."""
        written = self._ring.written
        self._cursor = max(self._cursor, written - written % BLOCK)
        heard_s = self._heard_s
        return None if heard_s is None else RecognizedWords(self._end_sentence(), [], heard_s)

    def _end_sentence(self) -> list[Word]:
        self._partial, self._heard_s = [], None
        return self._recognizer.flush()

    def _read(self) -> RecognizedWords | None:
        read = self._ring.read(self._cursor, BLOCK)
        origin_s = self._ring.origin_s
        if origin_s is None:  # cleared, and nothing has arrived since: the sound at the cursor is gone
            self._cursor = self._ring.written
            return None
        self.lost += read.lost
        self._cursor = read.start + read.samples.size
        start_s, heard_s = origin_s + read.start / SAMPLE_RATE_HZ, origin_s + self._cursor / SAMPLE_RATE_HZ
        if self._was_muted(start_s, heard_s):
            if self._heard_s is not None:
                self._end_sentence()
            return RecognizedWords([], [], heard_s)
        final = self._recognizer.feed(read.samples, start_s)
        self._heard_s = heard_s
        if not self._is_live or self._ring.written - self._cursor < BEHIND:
            self._partial = self._recognizer.partial()
        elif final:
            self._partial = []
        return RecognizedWords(final, self._partial, heard_s)
