"""Clips for tests: drawn pictures and a tone, with the properties of real files."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

FRAME_RATE_HZ = 15
TIME_BASE = Fraction(1, 1000)
LAYOUTS = {1: "mono", 2: "stereo", 5: "5.0"}


def write_clip(
    file: Path,
    *,
    seconds: float = 2.0,
    video: bool = True,
    audio: bool = True,
    rate_hz: int = 16_000,
    channels: int = 1,
    frame_times_s: Sequence[float] | None = None,
    sound_from_s: float = 0.0,
    samples: np.ndarray | None = None,
) -> Path:
    """Write a clip; `frame_times_s` sets a variable frame rate, `samples` replaces the tone (mono at `rate_hz`).

    The suffix selects the container.
    """
    times = frame_times_s if frame_times_s is not None else np.arange(0, seconds, 1 / FRAME_RATE_HZ).tolist()
    with av.open(str(file), "w") as container:
        picture = _add_picture(container) if video else None
        sound = container.add_stream("aac", rate=rate_hz, layout=LAYOUTS[channels]) if audio else None
        for t_s in times if picture else ():
            frame = av.VideoFrame.from_ndarray(_drawing(t_s), format="rgb24")
            frame.pts, frame.time_base = round(t_s / TIME_BASE), TIME_BASE
            container.mux(picture.encode(frame))
        if sound:
            heard = _tone(seconds, rate_hz, channels) if samples is None else samples[None, :]
            container.mux(sound.encode(_audio_frame(heard, rate_hz, sound_from_s)))
        for stream in filter(None, (picture, sound)):
            container.mux(stream.encode(None))
    return file


def _add_picture(container):
    stream = container.add_stream("mpeg4", rate=FRAME_RATE_HZ)
    stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
    stream.time_base = stream.codec_context.time_base = TIME_BASE
    return stream


def _drawing(t_s: float) -> np.ndarray:
    x = np.arange(160)[None, :] / 160 + t_s / 4
    y = np.arange(120)[:, None] / 120
    waves = np.stack([np.sin(6 * x) + 0 * y, np.cos(5 * y) + 0 * x, np.sin(4 * (x + y))], axis=-1)
    return (127 + 100 * waves).clip(0, 255).astype(np.uint8)


def _tone(seconds: float, rate_hz: int, channels: int) -> np.ndarray:
    t = np.arange(int(seconds * rate_hz)) / rate_hz
    return np.tile((0.2 * np.sin(2 * np.pi * 220 * t)).astype(np.float32), (channels, 1))


def _audio_frame(samples: np.ndarray, rate_hz: int, from_s: float) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=LAYOUTS[len(samples)])
    frame.sample_rate, frame.pts = rate_hz, round(from_s * rate_hz)
    return frame
