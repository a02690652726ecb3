"""A recording as a source: pictures and sound of a media file in the order of their time stamps.

Pictures and sound are read through two handles of the same file and merged by time, so that no interleaving of the
container can make either wait in memory for the other. Session time 0 is the first moment of the recording.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from core.capture.media import MediaTrack, check_path, open_pictures, open_sound
from core.capture.source import Clock, EndOfSource, SourceStatus
from core.errors import CaptureError
from core.types import Chunk

CUT_SHORT_S = 0.5
"""A recording that ends this much earlier than its header says is reported as cut short."""


class FileSource:
    """Yields a file's `VideoFrame`s and `AudioBlock`s.

    With `paced`, a chunk is returned when the session clock reaches its time (the engine decides what to skip); else
    at once. With `picture_every_s`, only the first picture of each interval of that length is returned: a session uses
    no more. Of a damaged file, what can be read is returned; `status().message` reports the damage.
    """

    def __init__(self, path: Path | str, paced: bool, frame_width_px: int = 640, picture_every_s: float = 0.0) -> None:
        self._path = Path(path)
        self._paced = paced
        self._frame_width_px, self._picture_every_s = frame_width_px, picture_every_s
        self._tracks: list[MediaTrack] = []
        self._chunks: Iterator[Chunk] = iter(())
        self._next: Chunk | None = None
        self._clock: Clock = time.monotonic
        self._has = {"video": False, "audio": False}
        self._duration_s = 0.0
        self._message = ""

    @property
    def has_video(self) -> bool:
        """Whether the file has pictures; known after `open`."""
        return self._has["video"]

    @property
    def has_audio(self) -> bool:
        """Whether the file has sound; known after `open`."""
        return self._has["audio"]

    @property
    def duration_s(self) -> float:
        """Duration by the file's header; 0 where it has none. Known after `open`."""
        return self._duration_s

    def open(self, clock: Clock) -> None:
        """Open the file and read the first picture and the first sound."""
        self.close()
        self._clock = clock
        self._message = ""
        check_path(self._path)
        try:
            self._begin()
        except CaptureError:
            self.close()
            raise

    def _begin(self) -> None:
        pictures = open_pictures(self._path, self._frame_width_px, self._picture_every_s)
        self._tracks = [pictures] if pictures else []
        sound = open_sound(self._path)
        self._tracks += [sound] if sound else []
        heads = [(track, next(track.chunks, None)) for track in self._tracks]
        alive = [(track, head) for track, head in heads if head is not None]
        if not alive:
            raise CaptureError(f"{self._path} holds no pictures and no sound that can be read. Choose another file.")
        self._has = {kind: any(track.kind == kind for track, _ in alive) for kind in ("video", "audio")}
        self._duration_s = max(track.duration_s for track, _ in alive)
        self._chunks = heapq.merge(*(chain([head], track.chunks) for track, head in alive), key=lambda chunk: chunk.t_s)

    def read(self, timeout_s: float) -> Chunk | None:
        """The next chunk in time order; None where it is paced and not due within `timeout_s`."""
        if self._next is None:
            self._next = next(self._chunks, None)
        if self._next is None:
            self._message = self._damage()
            raise EndOfSource
        if self._paced and not self._wait_until(self._next.t_s, timeout_s):
            return None
        chunk, self._next = self._next, None
        return chunk

    def _wait_until(self, due_s: float, timeout_s: float) -> bool:
        wait_s = due_s - self._clock()
        if wait_s > 0:
            time.sleep(min(wait_s, timeout_s))
        return self._clock() >= due_s

    def _damage(self) -> str:
        """What was wrong with the file, which has been read to its end; empty if nothing was."""
        end_s = max((track.end_s for track in self._tracks), default=0.0)
        damaged = sum(track.damaged for track in self._tracks)
        if end_s < self._duration_s - CUT_SHORT_S:
            return (
                f"{self._path.name} breaks off at {end_s:.1f} s of {self._duration_s:.1f} s; what came before was used."
            )
        return f"{self._path.name} has {damaged} damaged packets, which were skipped." if damaged else ""

    def close(self) -> None:
        """Release both handles."""
        for track in self._tracks:
            track.close()
        self._chunks, self._next = iter(()), None

    def status(self) -> SourceStatus:
        """Name, picture rate (or sample rate without pictures), gaps in the sound, and what was wrong with the file."""
        tracks = tuple(self._tracks)
        return SourceStatus(
            name=self._path.name,
            rate_hz=next((track.rate_hz for track in tracks), 0.0),
            gaps=sum(track.gaps for track in tracks),
            lost_s=sum(track.lost_s for track in tracks),
            message=self._message,
        )
