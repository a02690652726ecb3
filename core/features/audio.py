"""Samples → waveform for the audio encoder, and whether there is a voice in them at all."""

from __future__ import annotations

import numpy as np

from core.types import SAMPLE_RATE_HZ, Samples

_SILENT = 1e-4
"""RMS (-80 dBFS) below which nothing is amplified: a room's floor, not a voice."""
_CLIP_LEVEL = 0.985
FRAME_S = 0.03


def waveform(samples: Samples) -> Samples:
    """Zero mean and unit variance over the window (N,), as Wav2Vec2's own feature extractor does."""
    centred = samples - samples.mean()
    return np.asarray(centred / max(float(centred.std()), _SILENT), dtype=np.float32)


def clipped_share(samples: Samples) -> float:
    """Share of samples at the rail."""
    return float((np.abs(samples) >= _CLIP_LEVEL).mean()) if samples.size else 0.0


def voiced_share(samples: Samples) -> float:
    """Share of whole 30 ms frames of `samples` (N,) that hold voice, by WebRTC's detector; 0 for silence.

    The detector learns its room as it goes. It is made anew for each window, so that a window's share does not depend
    on what was heard before it.
    """
    from pocketsphinx import Vad

    detector = Vad(Vad.MEDIUM_LOOSE, SAMPLE_RATE_HZ, FRAME_S)
    length = detector.frame_bytes // 2
    whole = samples.size // length * length
    if whole == 0:
        return 0.0
    frames = (np.clip(samples[:whole], -1.0, 1.0) * 32767).astype(np.int16).reshape(-1, length)
    loud = np.sqrt(np.square(frames.astype(np.float32)).mean(1)) > _SILENT * 32767
    voiced = sum(detector.is_speech(frame.tobytes()) for frame in frames[loud])
    return float(voiced / len(frames))
