"""Samples → waveform for the audio encoder, clipping and voice activity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.types import SAMPLE_RATE_HZ, Samples

_SILENT = 1e-4
"""RMS (-80 dBFS) below which the signal is not amplified: background noise, not a voice."""
_CLIP_LEVEL = 0.985
FRAME_S = 0.03


def waveform(samples: Samples) -> Samples:
    """Normalises the window (N,) to zero mean and unit variance, as Wav2Vec2's feature extractor does."""
    centred = samples - samples.mean()
    return np.asarray(centred / max(float(centred.std()), _SILENT), dtype=np.float32)


def clipped_share(samples: Samples) -> float:
    """Share of clipped samples."""
    return float((np.abs(samples) >= _CLIP_LEVEL).mean()) if samples.size else 0.0


def voiced_share(samples: Samples) -> float:
    """Share of whole 30 ms frames of `samples` (N,) that contain voice; 0 for silence."""
    voiced = voiced_frames(samples)
    return float(voiced.mean()) if voiced.size else 0.0


def voiced_frames(samples: Samples) -> NDArray[np.bool_]:
    """Whether each whole 30 ms frame of `samples` (N,) contains voice, by WebRTC's detector.

    The detector adapts to its input. A new one is made for each window, so that a window's frames do not depend on
    earlier audio.
    """
    from pocketsphinx import Vad

    detector = Vad(Vad.MEDIUM_LOOSE, SAMPLE_RATE_HZ, FRAME_S)
    length = detector.frame_bytes // 2
    whole = samples.size // length * length
    frames = (np.clip(samples[:whole], -1.0, 1.0) * 32767).astype(np.int16).reshape(-1, length)
    voiced = np.sqrt(np.square(frames.astype(np.float32)).mean(1)) > _SILENT * 32767
    voiced[voiced] = [detector.is_speech(frame.tobytes()) for frame in frames[voiced]]
    return np.asarray(voiced, dtype=np.bool_)
