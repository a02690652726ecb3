"""Faults of the sound: delay, noise, silence. Length and continuity stay exactly as they were."""

from __future__ import annotations

from functools import cache

import numpy as np

from core.faults.faults import LONGEST_DELAY_S, Faults
from core.types import SAMPLE_RATE_HZ, AudioBlock, Samples

SEED = 20
LOOP_S = 8.2
LOWEST_HZ = 80.0
"""Noise falls by 3 dB an octave from here up, like that of fans and streets; below there is none."""
SLICE_S = 0.02
SPEECH_S = 5.0
"""Seconds of speech over which its level is measured; pauses do not count."""
QUIET = 1e-5
"""Mean square (-50 dBFS) below which a slice is a pause."""
ASSUMED = 1e-3
"""Mean square (-30 dBFS) assumed for the voice before any speech."""
FULL = 0.04
"""Mean square (-14 dBFS) above which noise and voice are attenuated, as a microphone's gain control would."""


class SpeechLevel:
    """Mean square of the voice over its last seconds."""

    def __init__(self) -> None:
        self._slices = np.zeros(round(SPEECH_S / SLICE_S))
        self._count = 0
        self._rest = np.zeros(0, dtype=np.float32)

    def add(self, samples: Samples) -> None:
        """Measure the sound as it was captured."""
        size = round(SLICE_S * SAMPLE_RATE_HZ)
        samples = np.concatenate((self._rest, samples))
        whole = samples.size // size * size
        self._rest = samples[whole:]
        powers = np.square(samples[:whole].reshape(-1, size), dtype=np.float64).mean(axis=1)
        for power in powers[powers > QUIET]:
            self._slices[self._count % self._slices.size] = power
            self._count += 1

    def mean_square(self) -> float:
        """The current level. Slices far below the loudest are word endings and do not count."""
        powers = self._slices[: self._count]
        return float(powers[powers > 0.04 * powers.max()].mean()) if powers.size else ASSUMED


class DelayLine:
    """The last seconds of sound; kept without a delay too, so that a delay begins without a gap."""

    def __init__(self) -> None:
        self._past = np.zeros(round(LONGEST_DELAY_S * SAMPLE_RATE_HZ), dtype=np.float32)

    def pass_through(self, samples: Samples, lost: int, delay_s: float) -> Samples:
        """As many samples as came in, from `delay_s` ago; `lost` silent ones precede them."""
        silence = np.zeros(min(lost, self._past.size), dtype=np.float32)
        line = np.concatenate((self._past, silence, samples))
        self._past = line[-self._past.size :]
        end = line.size - round(delay_s * SAMPLE_RATE_HZ)
        return line[end - samples.size : end]


class SoundFaults:
    """Holds the sound's state from block to block. Belongs to one thread at a time."""

    def __init__(self) -> None:
        self._level, self._line, self._place = SpeechLevel(), DelayLine(), 0

    def take(self, block: AudioBlock, faults: Faults) -> Samples:
        """The block's samples with their faults; the given array itself without any."""
        self._level.add(block.samples)
        late = self._line.pass_through(block.samples, block.lost, faults.delay_s)
        if faults.mute:
            return np.zeros_like(block.samples)
        samples = late if faults.delay_s > 0 else block.samples
        if faults.noise_snr_db is not None:
            samples = self._in_noise(samples, faults.noise_snr_db)
        return samples

    def _in_noise(self, samples: Samples, snr_db: float) -> Samples:
        loop = pink_loop()
        noise = loop[np.arange(self._place, self._place + samples.size) % loop.size]
        self._place = (self._place + samples.size) % loop.size
        voice = self._level.mean_square()
        added = voice / 10 ** (snr_db / 10)
        gain = min(1.0, float(np.sqrt(max(FULL, voice) / (voice + added))))
        mixed = gain * (samples + np.sqrt(added) * noise)
        return np.asarray(np.clip(mixed, -1.0, 1.0), dtype=np.float32)


@cache
def pink_loop() -> Samples:
    """Pink noise of mean square 1 that loops without a seam; always the same."""
    size = round(LOOP_S * SAMPLE_RATE_HZ)
    frequencies = np.fft.rfftfreq(size, 1 / SAMPLE_RATE_HZ)
    slope = np.where(frequencies >= LOWEST_HZ, 1 / np.sqrt(np.maximum(frequencies, LOWEST_HZ)), 0.0)
    white = np.fft.rfft(np.random.default_rng(SEED).standard_normal(size))
    noise = np.fft.irfft(white * slope, size)
    return np.asarray(noise / np.sqrt(np.square(noise).mean()), dtype=np.float32)
