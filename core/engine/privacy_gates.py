"""Picture and sound on their way to whoever records: a delay line in which they wait until the guard can judge them.

A second face is noticed up to half a second late and an empty chair two seconds late, so a chunk waits until the guard
has looked `HOLD_S` beyond it. That is 90 MB of pictures at 640 x 480 and 30 Hz, and at most 110 MB where the one who
looks is held up; beyond that the oldest is left out. Nothing is held where nobody records.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from threading import Lock

from core.engine.bystander_guard import HOLD_S, BystanderGuard
from core.session.hop_grid import end_of
from core.types import AudioBlock, Chunk, VideoFrame, Word

PICTURES_HELD = 120
BLOCKS_HELD = 4_000


class MediaGate:
    """Chunks are put in by those who capture, which lets out to `hear` what may be kept of those before."""

    def __init__(self, guard: BystanderGuard, hear: Callable[[Chunk], object], wanted: bool) -> None:
        self._guard, self._hear, self._wanted = guard, hear, wanted
        self._lock = Lock()  # also while something is let out, for it has to stay in order
        self._pictures: deque[VideoFrame] = deque(maxlen=PICTURES_HELD)
        self._blocks: deque[AudioBlock] = deque(maxlen=BLOCKS_HELD)

    @property
    def held(self) -> int:
        """Chunks that wait."""
        return len(self._pictures) + len(self._blocks)

    def put(self, chunk: Chunk) -> None:
        """A chunk was captured."""
        if not self._wanted:
            return
        with self._lock:
            if isinstance(chunk, VideoFrame):
                self._pictures.append(chunk)
            else:
                self._blocks.append(chunk)
            self._let_out(self._guard.looked_s - HOLD_S)

    def end(self) -> None:
        """Nothing more will be seen: judge what waits by what is known."""
        with self._lock:
            self._let_out(float("inf"))

    def _let_out(self, until_s: float) -> None:
        for waiting in (self._pictures, self._blocks):
            while waiting and end_of(waiting[0]) <= until_s:
                chunk = waiting.popleft()
                if self._guard.lets_record(chunk.t_s, end_of(chunk)):
                    self._hear(chunk)


class WordGate:
    """Words are put in by the one who hears and let out, to `hear`, by the one who steps."""

    def __init__(self, guard: BystanderGuard, hear: Callable[[Sequence[Word]], object]) -> None:
        self._guard, self._hear = guard, hear
        self._lock = Lock()
        self._waiting: deque[Word] = deque()

    def put(self, final: Iterable[Word]) -> None:
        """Words became final."""
        with self._lock:
            self._waiting.extend(final)

    def release(self, seen_s: float) -> None:
        """Everything up to `seen_s` has been looked at: pass on the words of that time that may be kept."""
        with self._lock:
            ripe = [word for word in self._waiting if word.end_s <= seen_s - HOLD_S]
            self._waiting = deque(word for word in self._waiting if word.end_s > seen_s - HOLD_S)
        kept = self._guard.lets_pass(ripe)
        if kept:
            self._hear(kept)
