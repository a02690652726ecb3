"""Decodes the two tracks of a media file, each through its own handle: pictures to RGB, sound to 16 kHz mono.

Times come from the container, never from an assumed frame rate. PyAV decodes; `core.capture.file` paces and merges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.capture.resample import MonoResampler
from core.errors import CaptureError
from core.types import SAMPLE_RATE_HZ, AudioBlock, Chunk, Rgb, Samples, VideoFrame

if TYPE_CHECKING:
    import av

BLOCK = SAMPLE_RATE_HZ // 20
"""Maximum samples in a block: 50 ms, so that a long packet does not delay the pictures at the same time."""
AHEAD_AT_MOST_S = 3600.0
BEYOND_END_S = 60.0
"""A time stamp more than an hour after the previous one, or a minute after the file's end, is damaged: it would mean
hours without content."""
JITTER_S = 0.04
"""Tolerance for audio time stamps, which containers round; beyond it there is a gap or an overlap."""


@dataclass(slots=True)
class MediaTrack:
    """One stream being read: its properties, its counters so far, and the chunks to come."""

    kind: Literal["video", "audio"]
    container: Any
    duration_s: float
    rate_hz: float
    chunks: Iterator[Chunk] = field(default_factory=lambda: iter(()))
    end_s: float = 0.0
    damaged: int = 0
    gaps: int = 0
    lost_s: float = 0.0

    def close(self) -> None:
        """Release the file handle."""
        self.container.close()


def open_pictures(path: Path, frame_width_px: int, every_s: float = 0.0) -> MediaTrack | None:
    """The first video track (cover art excluded), or None. Raises `CaptureError` for still pictures and non-media.

    With `every_s`, only the first picture of each interval of that length is converted and returned.
    """
    container = open_container(path)
    stream = next((s for s in container.streams.video if not s.disposition & s.disposition.attached_pic), None)
    if stream is None:
        container.close()
        return None
    stream.thread_type = "AUTO"
    track = MediaTrack("video", container, _duration_s(container), float(stream.average_rate or 0))
    track.chunks = _pictures(track, stream, frame_width_px, every_s)
    return track


def open_sound(path: Path) -> MediaTrack | None:
    """The first audio track, or None."""
    container = open_container(path)
    stream = next(iter(container.streams.audio), None)
    if stream is None:
        container.close()
        return None
    track = MediaTrack("audio", container, _duration_s(container), float(SAMPLE_RATE_HZ))
    track.chunks = _sound(track, stream)
    return track


def open_container(path: Path) -> Any:
    """The opened container. Raises `CaptureError` for a file that is not a recording."""
    import av

    # A tag that is not UTF-8 must not matter: PyAV 19 never raises for one and knows no such option any more.
    lenient: dict[str, Any] = {"metadata_errors": "replace"} if int(av.__version__.split(".")[0]) < 19 else {}
    try:
        container = av.open(str(path), **lenient)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise CaptureError(
            f"{path} is not a recording that can be read (damaged, cut off, or another kind of file). "
            "Save it again, or convert it with 'ffmpeg -i FILE out.mp4'."
        ) from error
    name = container.format.name
    if name == "tty" or name.startswith("image2") or name.endswith("_pipe"):
        container.close()
        raise CaptureError(f"{path} is a {'text' if name == 'tty' else 'still picture'}. Choose a recording.")
    return container


def check_path(path: Path) -> None:
    """Raise `CaptureError` for a path that is not a readable, non-empty file, with a clearer message than FFmpeg's."""
    if path.is_dir():
        raise CaptureError(f"{path} is a folder. Name a media file in it.")
    if not path.exists():
        raise CaptureError(f"{path} does not exist. Check the name.")
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise CaptureError(f"{path} cannot be read ({error.strerror}). Check its permissions.") from error
    if empty:
        raise CaptureError(f"{path} is empty. Record or copy it again.")


def _duration_s(container: Any) -> float:
    """Length from the first moment on; Matroska's header counts from time 0, wherever the file begins."""
    before_s = max(0.0, _start_s(container)) if container.format.name.startswith("matroska") else 0.0
    return max(0.0, float((container.duration or 0) / 1_000_000) - before_s)


def _start_s(container: Any) -> float:
    return float((container.start_time or 0) / 1_000_000)


def _decode(track: MediaTrack, stream: Any) -> Iterator[Any]:
    """Decoded frames; damaged packets are counted and skipped, a broken container ends the track."""
    import av

    packets = track.container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except (av.FFmpegError, OSError):
            track.damaged += 1
            return
        if packet is None:
            return
        try:
            yield from packet.decode()
        except av.FFmpegError:
            track.damaged += 1


def _pictures(track: MediaTrack, stream: Any, frame_width_px: int, every_s: float) -> Iterator[VideoFrame]:
    zero_s = _start_s(track.container)
    step_s = 1.0 / track.rate_hz if track.rate_hz else 0.0
    last_s = -np.inf
    for frame in _decode(track, stream):
        t_s = track.end_s if frame.time is None else frame.time - zero_s
        if not _is_plausible(track, t_s):
            continue
        if t_s <= last_s:
            continue  # time stamps must increase for the ring and the hop grid
        same_slot = every_s > 0 and last_s // every_s == t_s // every_s
        last_s, track.end_s = t_s, t_s + step_s
        if not same_slot:
            yield VideoFrame(t_s, to_rgb(frame, frame_width_px))


def _is_plausible(track: MediaTrack, t_s: float) -> bool:
    """Whether a time stamp is plausible; counts damage if not."""
    file_end_s = track.duration_s or float("inf")
    plausible = t_s <= min(track.end_s + AHEAD_AT_MOST_S, file_end_s + BEYOND_END_S)
    track.damaged += not plausible
    return plausible


def to_rgb(frame: av.VideoFrame, frame_width_px: int) -> Rgb:
    """Upright RGB at most `frame_width_px` wide, (H, W, 3) uint8."""
    quarter_turns = round(frame.rotation / 90) % 4
    shown_width = frame.height if quarter_turns % 2 else frame.width
    scale = min(1.0, frame_width_px / shown_width)
    width, height = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    rgb = frame.to_ndarray(format="rgb24", width=width, height=height)
    return np.ascontiguousarray(np.rot90(rgb, quarter_turns))


def _sound(track: MediaTrack, stream: Any) -> Iterator[AudioBlock]:
    """Contiguous blocks; a gap between time stamps becomes `lost`, an overlap is cut off."""
    zero_s = _start_s(track.container)
    resampler = MonoResampler()
    end_s: float | None = None  # end of the decoded sound so far
    for frame in _decode(track, stream):
        t_s = frame.time - zero_s if frame.time is not None else end_s or 0.0
        if not _is_plausible(track, t_s):
            continue
        if end_s is None:
            end_s = track.end_s = t_s
        apart_s = t_s - end_s if abs(t_s - end_s) > JITTER_S else 0.0
        samples = resampler.feed(frame)[max(0, round(-apart_s * SAMPLE_RATE_HZ)) :]
        end_s = max(end_s, end_s + apart_s + frame.samples / frame.sample_rate)
        yield from _blocks(track, samples, max(0.0, apart_s))
    yield from _blocks(track, resampler.flush(), 0.0)


def _blocks(track: MediaTrack, samples: Samples, gap_s: float) -> Iterator[AudioBlock]:
    """Samples in pieces of `BLOCK`; the first carries the number of samples missing before it, and may be empty."""
    lost = round(gap_s * SAMPLE_RATE_HZ)
    if lost:
        track.gaps += 1
        track.lost_s += gap_s
        track.end_s += gap_s
    for first in range(0, max(samples.size, 1 if lost else 0), BLOCK):
        piece = samples[first : first + BLOCK]
        yield AudioBlock(track.end_s, piece, lost)
        track.end_s += piece.size / SAMPLE_RATE_HZ
        lost = 0
