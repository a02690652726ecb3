"""Sounds without a word: noise of several colours, a fan, a keyboard, music, a cough, tones, and broken signals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.types import SAMPLE_RATE_HZ, Samples

SECONDS = 6.0


def _time_s(seconds: float = SECONDS) -> np.ndarray:
    return np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ


def _as_loud(sound: np.ndarray, rms: float) -> Samples:
    return np.clip(sound / sound.std() * rms, -1.0, 1.0).astype(np.float32)


def coloured(exponent: float, rms: float) -> Samples:
    """White (0), pink (1) or brown (2) noise."""
    count = _time_s().size
    frequency_hz = np.fft.rfftfreq(count, 1 / SAMPLE_RATE_HZ)
    frequency_hz[0] = frequency_hz[1]
    spectrum = np.fft.rfft(np.random.default_rng(1).normal(size=count)) / frequency_hz ** (exponent / 2)
    return _as_loud(np.fft.irfft(spectrum, count), rms)


def fan(rms: float) -> Samples:
    time_s = _time_s()
    hum = sum(np.sin(2 * np.pi * 48 * order * time_s) / order for order in range(1, 5))
    return _as_loud((coloured(1, 1.0) + hum) * (1 + 0.2 * np.sin(2 * np.pi * 7 * time_s)), rms)


def keyboard(peak: float) -> Samples:
    random = np.random.default_rng(2)
    sound = random.normal(0, 0.001, _time_s().size)
    at_s = _time_s(0.03)
    for begin_s in np.cumsum(random.uniform(0.06, 0.35, 40)):
        first = round(begin_s * SAMPLE_RATE_HZ)
        click = np.exp(-at_s / 0.004) * random.normal(size=at_s.size)
        click += np.exp(-at_s / 0.008) * np.sin(2 * np.pi * random.uniform(800, 3000) * at_s)
        if first + at_s.size < sound.size:
            sound[first : first + at_s.size] += peak * click
    return np.clip(sound, -1, 1).astype(np.float32)


def music(rms: float) -> Samples:
    """A melody of bowed strings with vibrato over chords and a drum."""
    random = np.random.default_rng(3)
    sound, at_s = np.zeros(_time_s().size), _time_s(0.9)
    swell = np.minimum(1, at_s / 0.08) * np.minimum(1, (0.9 - at_s) / 0.08)
    phase = 2 * np.pi * np.cumsum(1 + 0.006 * np.sin(2 * np.pi * 5.5 * at_s)) / SAMPLE_RATE_HZ
    for beat in range(10):
        first = beat * SAMPLE_RATE_HZ // 2
        melody_hz = 220 * 2 ** (random.choice([0, 2, 4, 5, 7, 9, 11, 12]) / 12)
        for frequency_hz, strength in ((melody_hz, 1.0), (110.0, 0.5), (138.6, 0.5), (164.8, 0.5)):
            tone = sum(np.sin(order * frequency_hz * phase) / order for order in range(1, 15))
            sound[first : first + at_s.size] += strength * swell * tone
        sound[first : first + at_s.size] += 2 * np.exp(-at_s * 40) * np.sin(2 * np.pi * 70 * at_s)
    return _as_loud(sound, rms)


def cough(peak: float) -> Samples:
    random = np.random.default_rng(4)
    sound, at_s = random.normal(0, 0.001, _time_s().size), _time_s(0.35)
    envelope = np.exp(-at_s / 0.06) + 0.4 * np.exp(-(((at_s - 0.22) / 0.05) ** 2))
    burst = envelope * (random.normal(size=at_s.size) + 0.3 * np.sign(np.sin(2 * np.pi * 140 * at_s)))
    for first in range(SAMPLE_RATE_HZ, 5 * SAMPLE_RATE_HZ, 2 * SAMPLE_RATE_HZ):
        sound[first : first + at_s.size] += peak * burst / np.abs(burst).max()
    return sound.astype(np.float32)


def square(frequency_hz: float) -> Samples:
    """A clipping wave."""
    return np.sign(np.sin(2 * np.pi * frequency_hz * _time_s())).astype(np.float32)


NOISES: dict[str, Callable[[], Samples]] = {
    "zeros": lambda: np.zeros(_time_s().size, np.float32),
    "quiet room": lambda: coloured(0, 0.0005),
    "white noise": lambda: coloured(0, 0.1),
    "pink noise": lambda: coloured(1, 0.1),
    "brown noise": lambda: coloured(2, 0.3),
    "fan": lambda: fan(0.1),
    "keyboard": lambda: keyboard(0.3),
    "soft music": lambda: music(0.02),
    "loud music": lambda: music(0.15),
    "cough": lambda: cough(0.5),
    "constant": lambda: coloured(0, 0.001) + np.float32(0.4),
    "square wave": lambda: square(220),
    "tone": lambda: (0.3 * np.sin(2 * np.pi * 220 * _time_s())).astype(np.float32),
}
