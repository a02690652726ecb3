"""The clips of a word bench: sound files with their transcripts beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.capture.media import open_sound
from core.errors import CaptureError
from core.types import SAMPLE_RATE_HZ, AudioBlock, Samples

SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a")
BEFORE_S, AFTER_S = 0.5, 2.5
"""Quiet that is added around each clip: the second one shows how long words take to become final."""
_FRAME = SAMPLE_RATE_HZ // 50
_VOICE_DB = 35.0
"""The voice ends with the last 20 ms that are at most so much quieter than the loudest 20 ms."""


@dataclass(frozen=True, slots=True, eq=False)
class SpokenClip:
    """A clip with quiet around it, (N,) samples; what is said in it, empty if nothing; and when the voice ends."""

    name: str
    samples: Samples
    text: str
    voice_end_s: float


def read_clips(folder: Path) -> list[SpokenClip]:
    """Reads every sound file of a folder and of the folders in it that has a transcript (`NAME.txt`).

    An empty transcript says that nothing is said. Raises `CaptureError` if there is none, or one cannot be read.
    """
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES)
    clips = [read_clip(file, folder) for file in files if file.with_suffix(".txt").is_file()]
    if not clips:
        raise CaptureError(
            f"{folder} holds no sound file with a transcript. Put NAME.txt, with the words that are said, beside "
            f"NAME.wav ({', '.join(suffix[1:] for suffix in SUFFIXES)} are read)."
        )
    return clips


def read_clip(file: Path, folder: Path) -> SpokenClip:
    """Reads one file and its transcript."""
    track = open_sound(file)
    if track is None:
        raise CaptureError(f"{file} has no sound. Remove it or its transcript.")
    try:
        blocks = [chunk.samples for chunk in track.chunks if isinstance(chunk, AudioBlock)]
    finally:
        track.close()
    text_file = file.with_suffix(".txt")
    try:
        text = text_file.read_text(encoding="utf-8").strip()
    except ValueError as error:
        raise CaptureError(f"{text_file} is not text in UTF-8. Save it as such.") from error
    return padded(str(file.relative_to(folder)), np.concatenate([np.zeros(0, np.float32), *blocks]), text)


def padded(name: str, samples: Samples, text: str) -> SpokenClip:
    """A clip with quiet around its samples."""
    before, after = (np.zeros(int(quiet_s * SAMPLE_RATE_HZ), np.float32) for quiet_s in (BEFORE_S, AFTER_S))
    return SpokenClip(name, np.concatenate([before, samples, after]), text, BEFORE_S + _voice_end_s(samples))


def _voice_end_s(samples: Samples) -> float:
    whole = samples[: samples.size - samples.size % _FRAME].reshape(-1, _FRAME)
    levels = np.sqrt(np.square(whole).mean(axis=1)) if whole.size else np.zeros(1)
    loud = np.flatnonzero(levels >= max(float(levels.max()), 1e-6) * 10 ** (-_VOICE_DB / 20))
    return float((loud[-1] + 1) * _FRAME / SAMPLE_RATE_HZ) if loud.size else samples.size / SAMPLE_RATE_HZ
