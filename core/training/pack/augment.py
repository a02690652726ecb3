"""Augmentations that imitate a webcam, a room and a recogniser, so that the encoders are trained on their effects.

Every function takes its own random generator; the same seed gives the same sample.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.training.pack.data import CLIP_SAMPLES
from core.types import SAMPLE_RATE_HZ, Rgb, Samples


def picture(grey: NDArray[np.uint8], rng: Generator) -> NDArray[np.uint8]:
    """Face image (S, S) as from a webcam: mirrored, rotated, scaled, blurred, dark, noisy, compressed."""
    if rng.random() < 0.5:
        grey = np.ascontiguousarray(grey[:, ::-1])
    result = _shifted(grey, rng)
    if rng.random() < 0.3:
        result = _blurred(result, rng)
    result = _lit(result, rng)
    if rng.random() < 0.3:
        noise = rng.normal(0.0, rng.uniform(2, 14), result.shape)
        result = np.clip(result + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        result = _compressed(result, int(rng.integers(25, 80)))
    if rng.random() < 0.35:
        result = _covered(result, rng)
    return result


def rgb(grey: NDArray[np.uint8]) -> Rgb:
    """Grey (S, S) as a grey-looking (S, S, 3) frame, the form in which live crops arrive."""
    return np.repeat(grey[..., None], 3, axis=2)


def _shifted(grey: NDArray[np.uint8], rng: Generator) -> NDArray[np.uint8]:
    import cv2

    side = grey.shape[0]
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), rng.normal(0, 9), rng.uniform(0.86, 1.18))
    matrix[:, 2] = matrix[:, 2] + rng.normal(0, 0.04 * side, 2)
    return np.asarray(cv2.warpAffine(grey, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8)


def _blurred(grey: NDArray[np.uint8], rng: Generator) -> NDArray[np.uint8]:
    import cv2

    return np.asarray(cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.3, 1.6)), dtype=np.uint8)


def _lit(grey: NDArray[np.uint8], rng: Generator) -> NDArray[np.uint8]:
    levels = np.linspace(0, 1, 256) ** np.exp(rng.normal(0, 0.35))
    levels = levels * rng.uniform(0.45, 1.1) + rng.uniform(-0.08, 0.08)
    lighter: NDArray[np.uint8] = (np.clip(levels, 0, 1) * 255).astype(np.uint8)[grey]
    return lighter


def _compressed(grey: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    import cv2

    _, data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def _covered(grey: NDArray[np.uint8], rng: Generator) -> NDArray[np.uint8]:
    side = grey.shape[0]
    height, width = rng.integers(side // 10, side // 3, 2)
    top, left = rng.integers(0, side - height), rng.integers(0, side - width)
    covered = grey.copy()
    covered[top : top + height, left : left + width] = rng.integers(0, 256)
    return covered


def voice(clip: NDArray[np.int16], rng: Generator) -> Samples:
    """Clip (32000,) as from another speaker, room and microphone: faster or slower (and so higher or lower), shifted,
    reverberant, band-limited, noisy, clipped, through a telephone codec, interrupted.
    """
    samples = clip.astype(np.float32) / 32768.0
    if rng.random() < 0.6:
        samples = _at_speed(samples, float(np.exp(rng.normal(0.0, 0.09))))
    samples = _placed(samples, rng)
    if rng.random() < 0.15:
        samples = reverberant(samples, rng)
    if rng.random() < 0.2:
        samples = band_limited(samples, rng)
    if rng.random() < 0.5:
        samples = add_noise(samples, rng.uniform(8, 40), rng)
    if rng.random() < 0.1:
        peak = float(np.abs(samples).max()) + 1e-9
        samples = np.clip(samples, -peak * 0.4, peak * 0.4)
    if rng.random() < 0.1:
        samples = telephoned(samples)
    if rng.random() < 0.15:
        samples = _interrupted(samples, rng)
    return samples.astype(np.float32)


def add_noise(samples: Samples, snr_db: float, rng: Generator) -> Samples:
    """Coloured noise at a signal-to-noise ratio in dB, measured on the window's own power."""
    power = float(np.square(samples).mean()) + 1e-10
    noises = _noises()
    start = int(rng.integers(noises.shape[1]))
    noise = np.take(noises[rng.integers(len(noises))], np.arange(start, start + samples.size), mode="wrap")
    gain = np.sqrt(power / 10 ** (snr_db / 10) / (np.square(noise).mean() + 1e-12))
    return np.asarray(samples + gain * noise, dtype=np.float32)


@lru_cache(maxsize=1)
def _noises() -> NDArray[np.float32]:
    """64 noises of 8 s from white to nearly pink, (64, N): generating one per clip took a third of an epoch."""
    rng = np.random.default_rng(5)
    length = 8 * SAMPLE_RATE_HZ
    white = np.fft.rfft(rng.standard_normal((64, length)))
    colour = np.arange(1, white.shape[1] + 1) ** -rng.uniform(0.0, 0.9, (64, 1))
    noises = np.fft.irfft(white * colour, length)
    return np.asarray(noises / noises.std(axis=1, keepdims=True), dtype=np.float32)


def _at_speed(samples: Samples, factor: float) -> Samples:
    """Plays a clip `factor` times as fast, pitch included: a cheap way to vary the speakers."""
    times = np.arange(0, samples.size, factor, dtype=np.float32)
    return np.asarray(np.interp(times, np.arange(samples.size, dtype=np.float32), samples), dtype=np.float32)


def telephoned(samples: Samples) -> Samples:
    """Passes a clip through the G.711 codec: 8 bits a sample, µ-law."""
    peak = float(np.abs(samples).max()) + 1e-9
    pressed = np.sign(samples) * np.log1p(255 * np.abs(samples) / peak) / np.log(256)
    coarse = np.round(pressed * 127) / 127
    return np.asarray(np.sign(coarse) * (256 ** np.abs(coarse) - 1) / 255 * peak, dtype=np.float32)


def _interrupted(samples: Samples, rng: Generator) -> Samples:
    """Cuts a gap of up to 0.4 s, as a lost buffer leaves it."""
    length = int(rng.uniform(0.05, 0.4) * SAMPLE_RATE_HZ)
    start = int(rng.integers(0, max(samples.size - length, 1)))
    holed = samples.copy()
    holed[start : start + length] = 0.0
    return holed


def _placed(samples: Samples, rng: Generator) -> Samples:
    length = int(np.flatnonzero(samples)[-1]) + 1 if samples.any() else 1
    shift = int(rng.integers(-length // 8, max(CLIP_SAMPLES - 7 * length // 8, 0) + 1))
    placed = np.zeros(CLIP_SAMPLES, dtype=np.float32)
    first, last = max(shift, 0), min(shift + length, CLIP_SAMPLES)
    placed[first:last] = samples[first - shift : last - shift]
    return placed


def reverberant(samples: Samples, rng: Generator) -> Samples:
    """As in a room that takes 0.08 to 0.4 s to fall by 60 dB."""
    from scipy.signal import fftconvolve

    decay_s = rng.uniform(0.08, 0.4)
    times_s = np.arange(int(decay_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    response = rng.standard_normal(times_s.size) * np.exp(-6.9 * times_s / decay_s) * rng.uniform(0.02, 0.08)
    response[0] = 1.0
    return np.asarray(fftconvolve(samples, response)[: samples.size], dtype=np.float32)


def band_limited(samples: Samples, rng: Generator) -> Samples:
    """As through a microphone that takes only 60–300 to 3000–7500 Hz."""
    from scipy.signal import butter, sosfilt

    band_hz = (rng.uniform(60, 300), rng.uniform(3000, 7500))
    return np.asarray(
        sosfilt(butter(2, band_hz, "bandpass", fs=SAMPLE_RATE_HZ, output="sos"), samples), dtype=np.float32
    )


def cut_short(text: str, rng: Generator) -> str:
    """Sometimes keeps only the beginning, as if the speaker had not finished."""
    words = text.split()
    if len(words) > 4 and rng.random() < 0.25:
        words = words[: int(rng.integers(3, len(words) + 1))]
    return " ".join(words)


def spoken(text: str, vocabulary: list[str], rng: Generator, error_rate: float = 0.1) -> str:
    """Words with random errors: lost, replaced by any other, and cut off as if the speaker had not finished.

    `core.training.encoders.asr_error_model` draws the errors that the recogniser really makes.
    """
    return garbled(cut_short(text, rng), vocabulary, rng, error_rate)


def garbled(text: str, vocabulary: list[str], rng: Generator, error_rate: float) -> str:
    """At this rate a word is lost (one time in two) or replaced by another word of the vocabulary."""
    words = text.split()
    draws = rng.random(len(words))
    return " ".join(
        vocabulary[int(rng.integers(len(vocabulary)))] if draw < error_rate / 2 else word
        for word, draw in zip(words, draws, strict=True)
        if not error_rate / 2 <= draw < error_rate
    )


def degraded(grey: NDArray[np.uint8], rng: Generator) -> NDArray[np.uint8]:
    """A face as from a bad camera: very blurred, or nearly dark and noisy."""
    import cv2

    if rng.random() < 0.5:
        return np.asarray(cv2.GaussianBlur(grey, (0, 0), rng.uniform(3, 7)), dtype=np.uint8)
    dark = grey * rng.uniform(0.02, 0.08) + rng.normal(8, rng.uniform(4, 10), grey.shape)
    return np.clip(dark, 0, 255).astype(np.uint8)
