"""What a room and a microphone do to a clip, simulated; and sounds in which nobody says a word."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np
from numpy.random import Generator

from core.bench.words.clips import SpokenClip, padded
from core.errors import SpeechError
from core.types import SAMPLE_RATE_HZ, Samples

Condition = Callable[[Samples, Generator], Samples]

AS_RECORDED = "as recorded"
NOT_SPEECH = "nobody speaks"
SOUND_S = 20.0
_ROOM_M = (5.0, 4.0, 2.7)
_REFLECTIONS = 24
"""Off the walls at most: 0.2 to 0.3 s of echo, after which it has fallen by more than 30 dB."""
_SPEAKER_M, _NEAR_M, _FAR_M = (1.2, 1.5, 1.2), (1.7, 1.7, 1.0), (4.2, 3.0, 1.0)


def add_noise(samples: Samples, rng: Generator, snr_db: float) -> Samples:
    """Pink noise at a ratio in dB to the mean power of the clip where it sounds."""
    sounding = samples[np.abs(samples) > 0]
    power = float(np.square(sounding).mean()) if sounding.size else 1e-6
    noise = pink_noise(samples.size, rng)
    return np.asarray(samples + noise * np.sqrt(power / 10 ** (snr_db / 10)), dtype=np.float32)


def pink_noise(length: int, rng: Generator) -> Samples:
    """Noise (N,) of power 1 that falls by 3 dB an octave."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    noise = np.fft.irfft(spectrum / np.sqrt(np.arange(1, spectrum.size + 1)), length)
    return np.asarray(noise / noise.std(), dtype=np.float32)


def telephone(samples: Samples, rng: Generator) -> Samples:
    """300 to 3400 Hz only, with the noise of 8-bit steps."""
    from scipy.signal import butter, sosfilt

    band = sosfilt(butter(4, (300, 3400), "bandpass", fs=SAMPLE_RATE_HZ, output="sos"), samples)
    peak = float(np.abs(band).max()) + 1e-9
    pressed = np.sign(band) * np.log1p(255 * np.abs(band) / peak) / np.log(256)
    coarse = np.round(pressed * 127) / 127
    return np.asarray(np.sign(coarse) * (256 ** np.abs(coarse) - 1) / 255 * peak, dtype=np.float32)


def in_a_room(samples: Samples, rng: Generator, decay_s: float, microphone_m: tuple[float, ...]) -> Samples:
    """A room of 5 × 4 × 2.7 m that takes so long to fall by 60 dB; as loud as the clip."""
    from scipy.signal import fftconvolve

    heard = fftconvolve(samples, impulse_response(decay_s, microphone_m))[: samples.size]
    return np.asarray(heard * (np.abs(samples).max() / (np.abs(heard).max() + 1e-9)), dtype=np.float32)


@lru_cache(maxsize=4)
def impulse_response(decay_s: float, microphone_m: tuple[float, ...]) -> Samples:
    """What a click becomes on its way to the microphone, by the image-source method. Raises `SpeechError`."""
    try:
        import pyroomacoustics as acoustics
    except ImportError as error:
        raise SpeechError("Simulated rooms need pyroomacoustics. Run 'pip install pyroomacoustics'.") from error
    absorption, _ = acoustics.inverse_sabine(decay_s, _ROOM_M)
    room = acoustics.ShoeBox(_ROOM_M, SAMPLE_RATE_HZ, materials=acoustics.Material(absorption), max_order=_REFLECTIONS)
    room.add_source(_SPEAKER_M)
    room.add_microphone(microphone_m)
    room.compute_rir()
    return np.asarray(room.rir[0][0], dtype=np.float32)


def far_microphone(samples: Samples, rng: Generator) -> Samples:
    """3.4 m away in a lively room (0.6 s), with the room's noise 15 dB below the voice."""
    return add_noise(in_a_room(samples, rng, 0.6, _FAR_M), rng, 15.0)


def as_recorded(samples: Samples, rng: Generator) -> Samples:
    """No change."""
    return samples


CONDITIONS: dict[str, Condition] = {
    AS_RECORDED: as_recorded,
    "noise, 20 dB below the voice": partial(add_noise, snr_db=20.0),
    "noise, 10 dB below the voice": partial(add_noise, snr_db=10.0),
    "telephone": telephone,
    "room, 0.5 m away": partial(in_a_room, decay_s=0.4, microphone_m=_NEAR_M),
    "room, 3.4 m away, noise": far_microphone,
}


def changed(clips: list[SpokenClip], condition: Condition) -> list[SpokenClip]:
    """The clips under a condition, with the same noise in every run."""
    return [
        SpokenClip(clip.name, condition(clip.samples, np.random.default_rng(place)), clip.text, clip.voice_end_s)
        for place, clip in enumerate(clips)
    ]


def sounds_without_words() -> list[SpokenClip]:
    """20 s each of silence, a fan, a keyboard and music, synthesised."""
    rng, length = np.random.default_rng(7), int(SOUND_S * SAMPLE_RATE_HZ)
    sounds = {
        "silence": 1e-4 * pink_noise(length, rng),
        "fan": _fan(length, rng),
        "keyboard": _keyboard(length, rng),
        "music": _music(length),
    }
    return [padded(name, samples.astype(np.float32), "") for name, samples in sounds.items()]


def _fan(length: int, rng: Generator) -> Samples:
    times_s = np.arange(length) / SAMPLE_RATE_HZ
    hum = sum(np.sin(2 * np.pi * 50 * number * times_s) / number for number in range(1, 7))
    return np.asarray((0.02 * hum + 0.03 * pink_noise(length, rng)) * (1 + 0.2 * np.sin(2 * np.pi * 3 * times_s)))


def _keyboard(length: int, rng: Generator) -> Samples:
    """Key strokes at a typist's irregular speed: two short bursts each."""
    typed = 0.001 * rng.standard_normal(length)
    burst = int(0.03 * SAMPLE_RATE_HZ)
    decay = np.exp(-np.arange(burst) / (0.004 * SAMPLE_RATE_HZ))
    for start in np.cumsum(rng.gamma(4.0, 0.045 * SAMPLE_RATE_HZ, size=200)).astype(int):
        for at, gain in ((start, 0.3), (start + int(0.07 * SAMPLE_RATE_HZ), 0.15)):
            if at + burst < length:
                typed[at : at + burst] += gain * rng.uniform(0.5, 1.0) * decay * rng.standard_normal(burst)
    return np.asarray(typed)


def _music(length: int) -> Samples:
    """Four chords, two notes of melody over each beat, with overtones that decay as a piano's."""
    beat = SAMPLE_RATE_HZ // 2
    chords = ((60, 64, 67), (57, 60, 64), (65, 69, 72), (67, 71, 74))
    played = np.zeros(length + 4 * beat)
    for number in range(length // beat):
        chord = chords[number // 4 % len(chords)]
        notes = (*chord, chord[number % 3] + 12) if number % 2 == 0 else (chord[number % 3] + 12,)
        for note in notes:
            played[number * beat : (number + 4) * beat] += _note(note, 4 * beat)
    return np.asarray(played[:length] * 0.3 / np.abs(played).max())


def _note(midi: int, length: int) -> Samples:
    times_s = np.arange(length) / SAMPLE_RATE_HZ
    tone_hz = 440.0 * 2 ** ((midi - 69) / 12)
    tones = [np.sin(2 * np.pi * tone_hz * n * times_s) * np.exp(-times_s * (2 + n)) / n for n in range(1, 6)]
    return np.asarray(np.sum(tones, axis=0))
