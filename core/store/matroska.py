"""Writes chunks to one Matroska file: H.264 where PyAV has it, and uncompressed sound, each at its session time.

The file begins at session time 0, so that a player shows session time: sound begins with a moment of silence, a file
without early sound with its first picture. Samples lost between blocks stay a gap, which players fill with silence.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from core.store.layout import make_file
from core.types import SAMPLE_RATE_HZ, AudioBlock, Chunk, Rgb, Samples, VideoFrame

PICTURE_WITHIN_S = 10.0
"""Without a picture in the first ten seconds the file has sound alone: its tracks are declared at its beginning."""
CODECS: dict[str, dict[str, str]] = {
    "libx264": {"preset": "veryfast", "tune": "zerolatency", "crf": "23", "g": "60"},
    "mpeg4": {"b": "2500000"},
}
"""Video encoders, the best first."""
CONTAINER = {"cluster_time_limit": "500", "max_interleave_delta": "500000", "flush_packets": "1"}
"""At most half a second is buffered (in ms and µs), so a file that was cut off plays up to there."""
TICK = Fraction(1, 1000)
"""Matroska counts milliseconds."""
SILENCE = np.zeros(SAMPLE_RATE_HZ // 50, np.float32)


class MatroskaFile:
    """Used by one thread. Every method raises `OSError`, `ValueError` or another subclass of `av.error.FFmpegError`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._early: list[AudioBlock] = []
        self._container: Any = None
        self._video: Any = None
        self._audio: Any = None
        self._last_tick = -1
        self._sound_end_s = 0.0

    @property
    def has_sound_alone(self) -> bool:
        """Whether the file was opened without a video track."""
        return self._container is not None and self._video is None

    def write(self, chunk: Chunk) -> None:
        """Write a chunk; sound is held back until the first picture, or `PICTURE_WITHIN_S` without one."""
        if isinstance(chunk, AudioBlock) and self._container is None:
            self._early.append(chunk)
            if chunk.t_s - self._early[0].t_s > PICTURE_WITHIN_S:
                self._open(None)
        elif isinstance(chunk, AudioBlock):
            self._write_sound(chunk.t_s, chunk.samples)
        else:
            if self._container is None:
                self._open(chunk)
            self._write_picture(chunk.t_s, chunk.rgb)

    def close(self) -> None:
        """Write buffered chunks and the index."""
        if self._container is None and self._early:
            self._open(None)
        if self._container is None:
            return
        try:
            if self._video is not None:
                self._container.mux(self._video.encode(None))
        finally:
            self._container.close()

    def _open(self, first: VideoFrame | None) -> None:
        import av

        make_file(self._path)
        self._container = av.open(str(self._path), "w", format="matroska", options=CONTAINER)
        if first is not None:
            self._video = self._add_video(*first.rgb.shape[:2])
        self._audio = self._container.add_stream("pcm_s16le", rate=SAMPLE_RATE_HZ, layout="mono")
        if self._early:
            self._write_sound(0.0, SILENCE[: int(self._early[0].t_s * SAMPLE_RATE_HZ)])
        elif first is not None and first.t_s > 0:
            self._write_picture(0.0, first.rgb)
        for block in self._early:
            self._write_sound(block.t_s, block.samples)
        self._early.clear()

    def _add_video(self, height: int, width: int) -> Any:
        import av

        name = next(name for name in CODECS if name in av.codecs_available)
        stream = self._container.add_stream(name, rate=30, options=CODECS[name])
        stream.width, stream.height, stream.pix_fmt = width // 2 * 2, height // 2 * 2, "yuv420p"
        stream.codec_context.time_base = TICK
        stream.codec_context.thread_count = 1
        return stream

    def _write_picture(self, t_s: float, rgb: Rgb) -> None:
        import av

        tick = round(t_s / TICK)
        if tick <= self._last_tick:
            return
        if not self._path.exists():
            raise FileNotFoundError(self._path)
        self._last_tick = tick
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
        frame = frame.reformat(self._video.width, self._video.height, "yuv420p")
        frame.pts, frame.time_base = tick, TICK
        self._container.mux(self._video.encode(frame))

    def _write_sound(self, t_s: float, samples: Samples) -> None:
        """Write samples at their own time; those that overlap earlier ones are cut off."""
        import av

        begin_s = max(t_s, self._sound_end_s)
        samples = samples[round((begin_s - t_s) * SAMPLE_RATE_HZ) :]
        if not samples.size:
            return
        self._sound_end_s = begin_s + samples.size / SAMPLE_RATE_HZ
        counts = np.round(np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(counts[None], format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE_HZ
        frame.pts, frame.time_base = round(begin_s * SAMPLE_RATE_HZ), Fraction(1, SAMPLE_RATE_HZ)
        self._container.mux(self._audio.encode(frame))
