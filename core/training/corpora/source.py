"""One clip of a corpus as a source: a stretch of a recording, with times counted from the start of the clip."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from core.capture.media import MediaTrack, check_path, open_pictures, open_sound
from core.capture.source import Clock, EndOfSource, SourceStatus
from core.errors import CaptureError
from core.training.corpora.clip import Clip
from core.types import SAMPLE_RATE_HZ, AudioBlock, Chunk, VideoFrame

_EARLIER_S = 1.0
"""How long before the clip reading starts: after a seek, sound may start a little later than pictures."""
_FRAME_WIDTH_PX = 640


class ClipSource:
    """Reads a clip like `FileSource` reads a file, unpaced, seeking to its start."""

    def __init__(self, clip: Clip) -> None:
        self._clip = clip
        self._tracks: list[MediaTrack] = []
        self._chunks: Iterator[Chunk] = iter(())
        self._has = {"video": False, "audio": False}

    @property
    def has_video(self) -> bool:
        """Whether the clip has pictures; known after `open`."""
        return self._has["video"]

    @property
    def has_audio(self) -> bool:
        """Whether the clip has sound; known after `open`."""
        return self._has["audio"]

    def open(self, clock: Clock) -> None:
        """Opens the clip's files. Raises `CaptureError` if they cannot be read or are empty."""
        self.close()
        try:
            streams = [stream for stream in (self._pictures(), self._sound()) if stream is not None]
        except CaptureError:
            self.close()
            raise
        heads = [(stream, head) for stream in streams if (head := next(stream, None)) is not None]
        self._has = {
            "video": any(isinstance(head, VideoFrame) for _, head in heads),
            "audio": any(isinstance(head, AudioBlock) for _, head in heads),
        }
        if not heads:
            self.close()
            raise CaptureError(f"{self._clip.media} gives neither picture nor sound for {self._clip.id}.")
        self._chunks = heapq.merge(*(_headed(head, rest) for rest, head in heads), key=lambda chunk: chunk.t_s)

    def read(self, timeout_s: float) -> Chunk | None:
        """Returns the next chunk in time order."""
        chunk = next(self._chunks, None)
        if chunk is None:
            raise EndOfSource
        return chunk

    def close(self) -> None:
        """Closes the files."""
        for track in self._tracks:
            track.close()
        self._tracks, self._chunks = [], iter(())

    def status(self) -> SourceStatus:
        """The clip's name, and damage found in its files."""
        damaged = sum(track.damaged for track in self._tracks)
        return SourceStatus(self._clip.id, message=f"{damaged} damaged pieces were skipped." if damaged else "")

    def _pictures(self) -> Iterator[Chunk] | None:
        track = self._opened(open_pictures(_checked(self._clip.media), _FRAME_WIDTH_PX))
        return None if track is None else self._frames(track)

    def _sound(self) -> Iterator[Chunk] | None:
        if self._clip.silent:
            return None
        if self._clip.audio is not None:
            track = open_sound(_checked(self._clip.audio))
            self._tracks += [track] if track else []
            return None if track is None else _blocks(track, 0.0, self._length_s)
        track = self._opened(open_sound(_checked(self._clip.media)))
        return None if track is None else _blocks(track, self._clip.start_s, self._length_s)

    def _opened(self, track: MediaTrack | None) -> MediaTrack | None:
        """Opens the track at the start of the clip."""
        if track is not None:
            self._tracks.append(track)
            if self._clip.start_s > _EARLIER_S:
                origin_us = track.container.start_time or 0
                track.container.seek(origin_us + int(1e6 * (self._clip.start_s - _EARLIER_S)))
        return track

    @property
    def _length_s(self) -> float:
        end_s = self._clip.end_s
        return float("inf") if end_s is None else end_s - self._clip.start_s

    def _frames(self, track: MediaTrack) -> Iterator[Chunk]:
        for frame in track.chunks:
            t_s = frame.t_s - self._clip.start_s
            if t_s >= self._length_s:
                return
            if isinstance(frame, VideoFrame) and t_s >= 0:
                yield VideoFrame(t_s, _half(frame, self._clip.side).rgb)


def _checked(path: Path) -> Path:
    check_path(path)
    return path


def _headed(head: Chunk, rest: Iterator[Chunk]) -> Iterator[Chunk]:
    yield head
    yield from rest


def _half(frame: VideoFrame, side: str | None) -> VideoFrame:
    """The half of the picture that shows the clip's person."""
    if side is None:
        return frame
    middle = frame.rgb.shape[1] // 2
    half = frame.rgb[:, :middle] if side == "left" else frame.rgb[:, middle:]
    return replace(frame, rgb=half.copy())


def _blocks(track: MediaTrack, start_s: float, length_s: float) -> Iterator[Chunk]:
    """Blocks of the stretch, cut at its ends; a gap before the first block is not counted."""
    began = False
    for block in track.chunks:
        if not isinstance(block, AudioBlock):
            continue
        t_s = block.t_s - start_s
        first = max(0, round(-t_s * SAMPLE_RATE_HZ))
        last = len(block.samples) if length_s == float("inf") else max(0, round((length_s - t_s) * SAMPLE_RATE_HZ))
        samples = block.samples[first:last]
        if samples.size:
            yield AudioBlock(t_s + first / SAMPLE_RATE_HZ, samples, block.lost if began else 0)
            began = True
        if t_s >= length_s:
            return
