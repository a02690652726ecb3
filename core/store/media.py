"""Records picture and sound of a session to one file, where the user chose that: a thread encodes the chunks.

Callers never wait: pictures that arrive faster than they can be encoded are dropped and counted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from threading import Condition, Thread

from core.store.database import describe
from core.store.layout import LATE_MEDIA
from core.store.matroska import MatroskaFile
from core.types import Chunk, VideoFrame

THREAD_NAME = "engine-media"
PICTURES_WAITING = 48
"""More than the second that `core.engine.privacy_gates` releases at the end; others are dropped and counted."""
BLOCKS_WAITING = 6_000


class MediaRecorder:
    """Takes chunks from any thread; `begin` names the file, `end` closes it."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._changed = Condition()
        self._waiting: deque[Chunk] = deque()
        self._pictures = 0
        self._ended = False
        self._thread: Thread | None = None
        self.dropped = 0
        """Pictures that arrived faster than they could be encoded."""
        self.problem = ""

    @property
    def waiting(self) -> int:
        """Chunks that are not encoded yet."""
        return len(self._waiting)

    def begin(self, file: Path) -> None:
        """Write to `file`; only the first call counts."""
        if self._thread is None:
            self._thread = Thread(target=self._run, args=(file,), name=THREAD_NAME, daemon=True)
            self._thread.start()

    def put(self, chunk: Chunk) -> None:
        """Queue a chunk; drop and count it where the queue is full."""
        picture = isinstance(chunk, VideoFrame)
        with self._changed:
            full = self._pictures >= PICTURES_WAITING if picture else len(self._waiting) >= BLOCKS_WAITING
            if full or self._ended:
                self.dropped += picture
                return
            self._waiting.append(chunk)
            self._pictures += picture
            self._changed.notify_all()

    def end(self, within_s: float) -> None:
        """Encode the queue and close the file within that time; the rest of the queue is dropped."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        if self._thread:
            self._thread.join(within_s / 2)
            with self._changed:
                self._drop_waiting()
            self._thread.join(within_s / 2)

    def _drop_waiting(self) -> None:
        self.dropped += self._pictures
        self._waiting.clear()
        self._pictures = 0

    def _take(self) -> Chunk | None:
        """Waits for the next chunk; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended)
            if not self._waiting:
                return None
            chunk = self._waiting.popleft()
            self._pictures -= isinstance(chunk, VideoFrame)
            return chunk

    def _run(self, file: Path) -> None:
        from av.error import FFmpegError

        try:
            self._record(file)
        except (OSError, ValueError, FFmpegError) as error:  # some of FFmpeg's errors derive from the first two
            self.problem = f"Picture and sound are no longer recorded ({describe(error)}); everything else is."
            self._say(self.problem)
        with self._changed:
            self._ended = True
            self._drop_waiting()

    def _record(self, file: Path) -> None:
        writing = MatroskaFile(file)
        try:
            while (chunk := self._take()) is not None:
                if writing.has_sound_alone and isinstance(chunk, VideoFrame):
                    writing.close()
                    writing = MatroskaFile(file.with_name(LATE_MEDIA))
                    self._say(f"The first picture came late: picture and sound are now recorded in {LATE_MEDIA}.")
                writing.write(chunk)
        finally:
            writing.close()
