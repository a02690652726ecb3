"""What the bystander guard keeps from observers: delay lines for words, pictures and sound, and encoder features.

A second face is detected up to half a second late and an empty chair two seconds late, so a chunk waits until the
guard has checked the picture `HOLD_S` beyond it. That is 90 MB of pictures at 640 x 480 and 30 Hz, and at most 110 MB
where the face search is late; beyond that the oldest is dropped. Without an observer that records, nothing is held.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from threading import Lock

from core.engine.bystander_guard import HOLD_S, BystanderGuard
from core.session.hop_grid import end_of
from core.settings import WindowSettings
from core.types import AudioBlock, Chunk, Correction, Estimate, Modality, VideoFrame, Word

PICTURES_HELD = 120
BLOCKS_HELD = 4_000


class MediaGate:
    """Pictures and sound go in on the capture threads; those that may be recorded go to `release` on the same one."""

    def __init__(self, guard: BystanderGuard, release: Callable[[Chunk], object], records: bool) -> None:
        self._guard, self._release, self._records = guard, release, records
        self._lock = Lock()  # held during `release` too, to keep the order
        self._pictures: deque[VideoFrame] = deque(maxlen=PICTURES_HELD)
        self._blocks: deque[AudioBlock] = deque(maxlen=BLOCKS_HELD)

    @property
    def held(self) -> int:
        """Number of chunks that wait."""
        return len(self._pictures) + len(self._blocks)

    def put(self, chunk: Chunk) -> None:
        """Add a captured chunk, and release those that are decided by now."""
        if not self._records:
            return
        with self._lock:
            if isinstance(chunk, VideoFrame):
                self._pictures.append(chunk)
            else:
                self._blocks.append(chunk)
            self._decide(self._guard.checked_s - HOLD_S)

    def flush(self) -> None:
        """Capture is over: decide about everything that waits."""
        with self._lock:
            self._decide(float("inf"))

    def _decide(self, until_s: float) -> None:
        for waiting in (self._pictures, self._blocks):
            while waiting and end_of(waiting[0]) <= until_s:
                chunk = waiting.popleft()
                if self._guard.may_record(chunk.t_s, end_of(chunk)):
                    self._release(chunk)


class WordGate:
    """Words go in on the speech thread; those that may be stored go to `release` on the inference thread.

    Corrections of words go in on any thread, and to `release_correction` once their word is decided.
    """

    def __init__(
        self,
        guard: BystanderGuard,
        release: Callable[[Sequence[Word]], object],
        release_correction: Callable[[Correction], bool],
    ) -> None:
        self._guard, self._release, self._release_correction = guard, release, release_correction
        self._lock = Lock()  # held during `release` too, so that no correction overtakes its word
        self._waiting: deque[Word] = deque()
        self._corrections: list[Correction] = []

    def put(self, final: Iterable[Word]) -> None:
        """Add words that became final."""
        with self._lock:
            self._waiting.extend(final)

    def correct(self, made: Correction) -> bool:
        """Add a correction of a word that became final, now or before; False where it was released in vain."""
        with self._lock:
            if any(made.word.is_same_as(word) for word in self._waiting):
                self._corrections.append(made)
                return True
            return self._release_correction(made)

    def flush(self, checked_s: float = float("inf")) -> None:
        """The picture up to `checked_s` has been checked: decide about the words of that time."""
        with self._lock:
            ripe = [word for word in self._waiting if word.end_s <= checked_s - HOLD_S]
            self._waiting = deque(word for word in self._waiting if word.end_s > checked_s - HOLD_S)
            if storable := self._guard.may_store(ripe):
                self._release(storable)
            decided = [made for made in self._corrections if made.word.end_s <= checked_s - HOLD_S]
            self._corrections = [made for made in self._corrections if made.word.end_s > checked_s - HOLD_S]
            for made in decided:
                self._release_correction(made)


class FeatureGate:
    """Removes encoder vectors that may contain a bystander."""

    def __init__(self, guard: BystanderGuard, window: WindowSettings) -> None:
        self._guard = guard
        self._reach_s: dict[Modality, float] = {
            "visual": window.hop_s,
            "audio": window.audio_s,
            "text": window.words_s,
        }

    def without_bystanders(self, estimate: Estimate) -> Estimate:
        """The estimate as it may be stored.

        A second face is detected up to half a second late; vectors from before the detection stay.
        """
        kept = {
            modality: vector
            for modality, vector in estimate.features.items()
            if not self._guard.was_raised(estimate.t_s - self._reach_s[modality])
        }
        return estimate if len(kept) == len(estimate.features) else replace(estimate, features=kept)
