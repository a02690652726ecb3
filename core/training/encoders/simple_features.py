"""Hand-crafted features for the simple models: statistics of a voice, gradients of a face."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.types import SAMPLE_RATE_HZ, Samples

_FRAME, _HOP, _FFT = 640, 160, 2048
"""40 ms every 10 ms: two periods of the lowest voice."""
_BANDS, _COEFFICIENTS = 40, 20
_PITCH_HZ = (60.0, 600.0)
_VOICED = 0.45
"""Autocorrelation at the best period above which a frame has a pitch."""
_NEARLY = 0.85
"""Relative to the best period's autocorrelation: how much a shorter period must reach to be taken as the true one."""
_CELLS, _ORIENTATIONS = 6, 9


def voice_statistics(samples: Samples) -> NDArray[np.float32]:
    """A clip (N,), without the zeros at its end → (129,): MFCC, their slopes, loudness and pitch over the frames."""
    frames = _frames(samples)  # (T, 640)
    power = np.abs(np.fft.rfft(frames * np.hanning(_FRAME), _FFT)) ** 2  # (T, 1025)
    coefficients = _cepstrum(power)
    slopes = np.gradient(coefficients, axis=0)
    loudness = np.log(np.square(frames).mean(1, keepdims=True) + 1e-8)
    pitch = _log_pitch(frames)
    values = [coefficients.mean(0), coefficients.std(0), slopes.std(0), *np.percentile(coefficients, (10, 90), axis=0)]
    values += [_described(loudness[:, 0] - loudness.max()), _described(pitch)]
    rest = [np.isfinite(pitch).mean(), len(frames) * _HOP / SAMPLE_RATE_HZ, np.abs(np.diff(np.sign(frames))).mean()]
    return np.concatenate([*values, rest]).astype(np.float32)


def _frames(samples: Samples) -> NDArray[np.float64]:
    length = int(np.flatnonzero(samples)[-1]) + 1 if samples.any() else 0
    whole = np.zeros(max(length, _FRAME + _HOP))
    whole[:length] = samples[:length]
    return np.lib.stride_tricks.sliding_window_view(whole, _FRAME)[::_HOP]


def _cepstrum(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """(T, bins) → MFCC (T, 20)."""
    from scipy.fft import dct

    return np.asarray(dct(np.log(power @ _mel_filters() + 1e-8), norm="ortho")[:, :_COEFFICIENTS])


@lru_cache(maxsize=1)
def _mel_filters() -> NDArray[np.float64]:
    from transformers.audio_utils import mel_filter_bank

    bins = _FFT // 2 + 1
    filters = mel_filter_bank(bins, _BANDS, 60.0, 7600.0, SAMPLE_RATE_HZ, norm="slaney", mel_scale="slaney")
    return np.asarray(filters, dtype=np.float64)


def _log_pitch(frames: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithm of the pitch in Hz by autocorrelation (T,), NaN for frames without pitch."""
    centred = (frames - frames.mean(1, keepdims=True)) * np.hanning(_FRAME)
    powers = np.abs(np.fft.rfft(centred, _FFT)) ** 2
    correlation = np.fft.irfft(powers)[:, :_FRAME]
    correlation = correlation / (correlation[:, :1] + 1e-9) / _window_correlation()
    shortest, longest = (int(SAMPLE_RATE_HZ / bound_hz) for bound_hz in _PITCH_HZ[::-1])
    periods = correlation[:, shortest - 1 : longest + 1]
    strength = periods.max(1, keepdims=True)
    here, before, after = periods[:, 1:-1], periods[:, :-2], periods[:, 2:]
    peaks = (here >= before) & (here > after) & (here > _VOICED) & (here > _NEARLY * strength)
    first = peaks.argmax(1)  # multiples of the period are peaks as well
    return np.where(peaks.any(1), np.log(SAMPLE_RATE_HZ / (first + shortest)), np.nan)


@lru_cache(maxsize=1)
def _window_correlation() -> NDArray[np.float64]:
    """Autocorrelation of the window alone at each lag (640,)."""
    found = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(_FRAME), _FFT)) ** 2)[:_FRAME]
    return np.asarray(np.maximum(found / found[0], 0.05))


def _described(curve: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean, deviation, five percentiles, steadiness and trend over the frames that have a value; NaN without any."""
    there = curve[np.isfinite(curve)]
    if there.size < 2:
        return np.full(9, np.nan)
    trend = np.polyfit(np.linspace(-1, 1, there.size), there, 1)[0]
    steady = np.abs(np.diff(there)).mean()
    return np.array([there.mean(), there.std(), *np.percentile(there, (5, 25, 50, 75, 95)), steady, trend])


def gradients(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Faces (n, 48, 48) → histograms of oriented gradients (n, 900): Dalal and Triggs, 6 × 6 cells in blocks of 4."""
    values = np.sqrt(np.asarray(pictures, dtype=np.float32) / 255.0)
    cells = np.concatenate([_cells(values[start : start + 512]) for start in range(0, len(values), 512)])
    blocks = np.concatenate(
        [cells[:, i : i + _CELLS - 1, j : j + _CELLS - 1] for i in (0, 1) for j in (0, 1)], axis=3
    )  # (n, 5, 5, 36)
    clipped = np.minimum(_normalised(blocks), 0.2)
    return _normalised(clipped).reshape(len(values), -1)


def _cells(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, 48, 48) → (n, 6, 6, 9): gradient strength in each direction in each cell."""
    down, right = np.gradient(pictures, axis=(1, 2))
    strength = np.hypot(down, right)
    turn = np.mod(np.arctan2(down, right) / np.pi * _ORIENTATIONS, _ORIENTATIONS)  # in [0, 9), unsigned
    lower = np.floor(turn).astype(np.int64) % _ORIENTATIONS
    share = (turn - np.floor(turn)).astype(np.float32)
    side = pictures.shape[1] // _CELLS
    histograms = []
    for direction in range(_ORIENTATIONS):
        voted = strength * ((lower == direction) * (1 - share) + ((lower + 1) % _ORIENTATIONS == direction) * share)
        histograms.append(voted.reshape(-1, _CELLS, side, _CELLS, side).sum((2, 4)))
    return np.stack(histograms, axis=3).astype(np.float32)


def _normalised(blocks: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(blocks / np.sqrt(np.square(blocks).sum(-1, keepdims=True) + 1e-4), dtype=np.float32)
