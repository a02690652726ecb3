"""An adaptive filter that learns how the room changes the reference, and subtracts it.

A Kalman filter in the frequency domain (Enzner and Vary 2006), in partitions so that a long response needs only short
blocks. It adapts little while somebody speaks in the room, and touches nothing but what the reference explains.
"""

from __future__ import annotations

import numpy as np

from core.types import Samples

BLOCK = 240
"""Samples of one block (15 ms): two make a frame."""
PARTITIONS = 14
"""Blocks of the room's response that are modelled (0.21 s)."""
_KEEPS = 0.999
"""How much of the response is taken to stay from block to block; 0.9995 removed 1 dB less in simulated rooms."""
_NOISE_KEEPS = 0.9
"""Smoothing of the power that the filter cannot explain, from block to block."""


class LinearFilter:
    """Subtracts the reference's echo block by block, without delay."""

    def __init__(self) -> None:
        bins = BLOCK + 1
        self._response = np.zeros((PARTITIONS, bins), dtype=np.complex128)
        self._uncertainty = np.ones((PARTITIONS, bins))
        self._spectra = np.zeros((PARTITIONS, bins), dtype=np.complex128)  # of the reference, newest first
        self._unexplained = np.full(bins, 1e-6)
        self._last: Samples = np.zeros(BLOCK, dtype=np.float32)

    def subtract(self, microphone: Samples, reference: Samples) -> Samples:
        """The microphone's sound without what the filter has learnt, (N,) like both; N is a multiple of `BLOCK`."""
        starts = range(0, microphone.size, BLOCK)
        parts = [self._block(microphone[at : at + BLOCK], reference[at : at + BLOCK]) for at in starts]
        return np.concatenate(parts).astype(np.float32)

    def _block(self, microphone: Samples, reference: Samples) -> Samples:
        self._spectra = np.roll(self._spectra, 1, axis=0)
        self._spectra[0] = np.fft.rfft(np.concatenate((self._last, reference)))
        self._last = reference
        echo = np.fft.irfft((self._spectra * self._response).sum(0))[BLOCK:]
        left = microphone - echo
        self._adapt(np.fft.rfft(np.concatenate((np.zeros(BLOCK), left))))
        return np.asarray(left)

    def _adapt(self, left: np.ndarray[tuple[int], np.dtype[np.complex128]]) -> None:
        """Correct the response by what was left, as far as its uncertainty explains that."""
        power = np.square(np.abs(self._spectra))
        self._unexplained = _NOISE_KEEPS * self._unexplained + (1 - _NOISE_KEEPS) * np.square(np.abs(left))
        expected = (power * self._uncertainty).sum(0) + 2 * self._unexplained + 1e-8
        gain = self._uncertainty / expected
        step = np.fft.irfft(gain * np.conj(self._spectra) * left, axis=1)
        step[:, BLOCK:] = 0.0  # a partition is no longer than a block
        self._response = _KEEPS * (self._response + np.fft.rfft(step, axis=1))
        drift = (1 - _KEEPS**2) * np.square(np.abs(self._response))
        self._uncertainty = _KEEPS**2 * (1 - 0.5 * gain * power) * self._uncertainty + drift
