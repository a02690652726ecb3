"""Writes a staged sequence as a media file that `analyze` reads, with its transcript beside it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.analysis.transcript import write_words
from core.training.live_parity.staging import RATE_HZ, SIZE, StagedRecording
from core.types import SAMPLE_RATE_HZ

Quality = Literal["lossless", "ordinary"]
CODECS: dict[Quality, tuple[str, str, str, str]] = {
    "lossless": (".mkv", "ffv1", "bgr0", "pcm_s16le"),
    "ordinary": (".mp4", "libx264", "yuv420p", "aac"),
}
"""Container, video codec, its pixel format, audio codec."""


def write(staged: StagedRecording, path: Path, quality: Quality) -> Path:
    """Writes the recording and its transcript as a CSV beside it; `path` gets the container's suffix."""
    import av

    ending, picture_codec, pixels, sound_codec = CODECS[quality]
    file = path.with_suffix(ending)
    with av.open(str(file), "w") as container:
        picture: Any = container.add_stream(picture_codec, rate=RATE_HZ)
        picture.width, picture.height, picture.pix_fmt = *SIZE, pixels
        picture.options = {"preset": "veryfast"} if picture_codec == "libx264" else {}
        sound: Any = container.add_stream(sound_codec, rate=SAMPLE_RATE_HZ, layout="mono")
        for number, shown in enumerate(staged.frames()):
            frame = av.VideoFrame.from_ndarray(shown.rgb, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE_HZ)
            container.mux(picture.encode(frame))
        for block in _blocks(staged.sound):
            container.mux(sound.encode(block))
        for stream in (picture, sound):
            container.mux(stream.encode(None))
    write_words(staged.words, transcript_of(file))
    return file


def transcript_of(file: Path) -> Path:
    """Path of a staged recording's transcript."""
    return file.with_name(f"{file.stem}-words.csv")


def _blocks(sound: NDArray[np.int16]) -> Iterator[Any]:
    import av

    for first in range(0, sound.size, SAMPLE_RATE_HZ):
        piece = np.ascontiguousarray(sound[None, first : first + SAMPLE_RATE_HZ])
        block = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
        block.sample_rate, block.pts, block.time_base = SAMPLE_RATE_HZ, first, Fraction(1, SAMPLE_RATE_HZ)
        yield block
