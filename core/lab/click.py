"""The click of the sync test, and its detection in recorded sound.

It is a chirp of 40 ms: a matched filter finds its sweep in noise and beside voices, where a plain click could not be
distinguished from other loud sounds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.types import SAMPLE_RATE_HZ, Samples

CLICK_S = 0.04
LOW_HZ, HIGH_HZ = 1000.0, 6000.0
_LOUDNESS = 0.5
_QUIET_RMS = 1e-4
"""Sound below this has no likeness to anything."""

Curve = NDArray[np.float64]


def click() -> Samples:
    """The waveform, (640,) at 16 kHz, which starts at every planned moment."""
    t_s = np.arange(round(CLICK_S * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    sweep = np.sin(2 * np.pi * (LOW_HZ + (HIGH_HZ - LOW_HZ) * t_s / CLICK_S / 2) * t_s)
    return (_LOUDNESS * sweep * np.hanning(t_s.size) ** 0.5).astype(np.float32)


def likeness(samples: Samples) -> Curve:
    """Likeness of the sound from each sample on to the click, 0 to about 1 at any loudness; one value for each sample
    that a whole click can start at."""
    pattern = click().astype(np.float64)
    places, length = samples.size - pattern.size + 1, 1 << int(samples.size - 1).bit_length()
    spectrum = np.fft.rfft(samples, length) * _band(length)
    both = np.zeros(length, np.complex128)
    both[: spectrum.size] = 2 * spectrum * np.conj(np.fft.rfft(pattern, length))
    alike = np.abs(np.fft.ifft(both))[:places]  # of the analytic signal, so neither phase nor polarity counts
    energy = np.concatenate(([0.0], np.cumsum(np.fft.irfft(spectrum, length)[: samples.size] ** 2)))
    around = np.maximum(energy[pattern.size :] - energy[: -pattern.size], pattern.size * _QUIET_RMS**2)
    found: Curve = alike / np.sqrt(around * np.sum(pattern**2))
    return found


def _band(length: int) -> Curve:
    """A band-pass: frequencies outside the click are removed, above all hum."""
    frequencies_hz = np.fft.rfftfreq(length, 1 / SAMPLE_RATE_HZ)
    inside: Curve = ((frequencies_hz > 0.8 * LOW_HZ) & (frequencies_hz < 1.1 * HIGH_HZ)).astype(np.float64)
    return inside
