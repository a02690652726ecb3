"""Speech and music for the simulated rooms, split by speaker: thresholds are chosen on one half, measured on the other.

Speakers are espeak-ng's voices and the readings that come with the recogniser; all of them can be had by anybody.
"""

from __future__ import annotations

import io
import subprocess
import wave
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.random import Generator
from scipy.signal import resample_poly

from core.errors import DataError
from core.types import SAMPLE_RATE_HZ, Samples

Split = Literal["choosing", "held-out"]

LECTURERS: dict[Split, tuple[str, ...]] = {
    "choosing": ("en-us+m1", "en-gb+f2", "en-gb-scotland+m3", "two_cities.wav"),
    "held-out": ("en-us+f4", "en-gb-x-rp+m7", "en-029+f1", "endgame_nagg_nell.wav"),
}
"""espeak-ng's voices, and readings of people."""
LEARNERS: dict[Split, tuple[str, ...]] = {
    "choosing": ("en-us+f3", "en-gb-x-rp+m2"),
    "held-out": ("en-us+m6", "en-gb+f5"),
}
"""Other voices than the lecturers'; espeak-ng's, because what they say must be known word by word."""
LECTURE = (
    "today we look at how a plant turns sunlight into sugar and why the leaves are green",
    "the second law says that entropy in a closed system never becomes smaller with time",
    "a function is continuous when small changes of its input give small changes of its output",
    "in the year seventeen eighty nine the people of paris went to the prison and opened its gates",
    "the price of a good depends on how much of it is offered and how much is wanted",
    "every cell carries the same genes but only some of them are read at any moment",
    "the river brings sand and clay to the sea where they settle in layers over thousands of years",
    "we multiply both sides by the same number and then collect the terms with x on the left",
    "an electric current makes a magnetic field around the wire that carries it",
    "the author lets the narrator speak first so that we see the house through her eyes",
    "sound travels through air as waves of pressure at about three hundred and forty metres a second",
    "the roman roads were built in straight lines because soldiers had to march fast",
)
LEARNING = (
    "i do not understand why the sign changes here",
    "wait so this is the same as before but upside down",
    "that is really interesting i want to know how it works",
    "this is boring we did all of this last week already",
    "why does my answer never match the one in the book",
    "okay now i see it the second term must be zero",
    "can somebody tell me what this word means",
    "i tried it three times and it is still wrong",
    "maybe i should read the first page again",
    "so if i double the length the area becomes four times as large",
)
_WORDS_A_MINUTE = (140, 175)


@dataclass(frozen=True, slots=True, eq=False)
class KnownSpeech:
    """Speech (N,) at 16 kHz, and its words; "" where they are not known."""

    samples: Samples
    text: str


def speak(voice: str, text: str, words_a_minute: int) -> Samples:
    """Synthesises a text with espeak-ng, (N,) at 16 kHz. Raises `DataError` if espeak-ng is missing or fails."""
    command = ("espeak-ng", "-v", voice, "-s", str(words_a_minute), "--stdout", "--", text)
    try:
        done = subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError as error:
        raise DataError("espeak-ng is missing. Install it with: apt install espeak-ng.") from error
    except subprocess.CalledProcessError as error:
        raise DataError(f"espeak-ng cannot speak with voice {voice}. Install its voices.") from error
    return _decoded(done.stdout)


def read_wave(path: Path) -> Samples:
    """A 16-bit WAV file as (N,) at 16 kHz, mixed to one channel."""
    return _decoded(path.read_bytes())


def _decoded(data: bytes) -> Samples:
    with wave.open(io.BytesIO(data)) as file:
        rate_hz, channels = file.getframerate(), file.getnchannels()
        raw = file.readframes(file.getnframes())
    mono = np.frombuffer(raw[: len(raw) // 2 * 2], np.int16).reshape(-1, channels).mean(1) / 32768.0
    return np.asarray(resample_poly(mono, SAMPLE_RATE_HZ, rate_hz), dtype=np.float32)


def lecture(split: Split, seconds: float, rng: Generator) -> Samples:
    """A lecturer who speaks without long pauses, (N,) at 16 kHz."""
    voice = LECTURERS[split][int(rng.integers(len(LECTURERS[split])))]
    size = round(seconds * SAMPLE_RATE_HZ)
    if voice.endswith(".wav"):
        reading = read_wave(_readings() / voice)
        begin = int(rng.integers(max(reading.size - size, 1)))
        return np.resize(reading[begin:], size)
    parts: list[Samples] = []
    while sum(part.size for part in parts) < size:
        text = LECTURE[int(rng.integers(len(LECTURE)))]
        parts += [speak(voice, text, int(rng.integers(*_WORDS_A_MINUTE))), quiet(rng.uniform(0.1, 0.5))]
    return np.concatenate(parts)[:size]


def utterance(split: Split, rng: Generator) -> KnownSpeech:
    """One sentence of a learner."""
    voice = LEARNERS[split][int(rng.integers(len(LEARNERS[split])))]
    text = LEARNING[int(rng.integers(len(LEARNING)))]
    return KnownSpeech(speak(voice, text, int(rng.integers(*_WORDS_A_MINUTE))), text)


def music(seconds: float, rng: Generator) -> Samples:
    """Chords of decaying harmonic tones over a beat of noise, (N,) at 16 kHz."""
    size, beat = round(seconds * SAMPLE_RATE_HZ), SAMPLE_RATE_HZ // 2
    times = np.arange(2 * beat) / SAMPLE_RATE_HZ
    sound = np.zeros(size + 2 * beat)
    for start in range(0, size, beat):
        root_hz = 110.0 * 2 ** (int(rng.integers(12)) / 12)
        for interval in (0, 4, 7, 12):
            for harmonic in range(1, 6):
                pitch_hz = harmonic * root_hz * 2 ** (interval / 12)
                sound[start : start + times.size] += (
                    np.sin(2 * np.pi * pitch_hz * times) * np.exp(-3 * times) / harmonic
                )
        sound[start : start + 800] += rng.standard_normal(800) * np.exp(-np.arange(800) / 150)
    return np.asarray(sound[:size] / np.abs(sound).max() * 0.5, dtype=np.float32)


def quiet(seconds: float) -> Samples:
    """Digital silence."""
    return np.zeros(round(seconds * SAMPLE_RATE_HZ), dtype=np.float32)


def _readings() -> Path:
    package = find_spec("moonshine_voice")
    if package is None or package.origin is None:
        raise DataError("moonshine-voice is missing. Install it with: pip install moonshine-voice.")
    return Path(package.origin).parent / "assets"
