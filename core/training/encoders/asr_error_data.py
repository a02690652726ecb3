"""Texts spoken by espeak-ng and written down by the real recogniser: what is said, and what is heard.

The voices are American, as the recogniser is, and robotic: it errs more on them than on people. What is kept are the
kinds of error that it makes, not how many (`misheard` draws as many as it is asked for).
"""

from __future__ import annotations

import io
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from core.capture.resample import MonoResampler
from core.errors import DataError
from core.speech.base import Recognizer
from core.training.pack.augment import add_noise
from core.types import SAMPLE_RATE_HZ, Samples

Pair = tuple[str, str]
"""What was said and what was heard, both as `as_spoken` writes them."""

VOICES = ("en-us+klatt", "en-us", "en-us+klatt2")
_SPEEDS = (125, 165)
"""Words a minute, from and to."""
_PITCHES = (35, 60)
_SNR_DB = (15.0, 40.0)
_QUIET_S = (0.5, 0.8)
"""Before and after a sentence, so that the recogniser finds where it begins and ends."""


@dataclass(frozen=True, slots=True)
class SynthesisVoice:
    """How texts are spoken: espeak-ng's voice, words a minute, pitch (0 to 99), and the noise of the room."""

    voice: str
    words_a_minute: int
    pitch: int
    snr_db: float


def any_speaker(rng: Generator) -> SynthesisVoice:
    """A speaker and a room drawn from the ranges above."""
    return SynthesisVoice(
        VOICES[int(rng.integers(len(VOICES)))],
        int(rng.integers(*_SPEEDS)),
        int(rng.integers(*_PITCHES)),
        float(rng.uniform(*_SNR_DB)),
    )


def dictate(texts: Sequence[str], speaker: SynthesisVoice, rng: Generator) -> list[Pair]:
    """One speaker says the texts one after another to a recogniser that has heard nothing before."""
    from core.speech.pocketsphinx import PocketSphinxRecognizer

    recognizer = PocketSphinxRecognizer()
    pairs, t_s = [], 0.0
    for text in texts:
        samples = _in_a_room(speak(text, speaker), speaker.snr_db, rng)
        pairs.append((text, _heard(recognizer, samples, t_s)))
        t_s += samples.size / SAMPLE_RATE_HZ
    recognizer.close()
    return pairs


def _heard(recognizer: Recognizer, samples: Samples, t_s: float) -> str:
    words = recognizer.feed(samples, t_s) + recognizer.flush()
    return " ".join(word.text for word in words)


def speak(text: str, speaker: SynthesisVoice) -> Samples:
    """The text as (N,) samples at 16 kHz. Raises `DataError` where espeak-ng is missing or fails."""
    import av

    how = ("-v", speaker.voice, "-s", str(speaker.words_a_minute), "-p", str(speaker.pitch))
    try:
        done = subprocess.run(("espeak-ng", *how, "--stdout", "--", text), check=True, capture_output=True)
    except FileNotFoundError as error:
        raise DataError("espeak-ng, which speaks texts to the recogniser, is missing. Install it with: "
                        "apt install espeak-ng (or brew, choco or winget install espeak-ng).") from error  # fmt: skip
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()
        raise DataError(f"espeak-ng cannot speak with voice {speaker.voice} ({said}). Install its voices.") from error
    resampler = MonoResampler()
    with av.open(io.BytesIO(done.stdout), mode="r") as sound:
        parts = [resampler.feed(frame) for frame in sound.decode(audio=0)]
    return np.concatenate([*parts, resampler.flush()])


def _in_a_room(voice: Samples, snr_db: float, rng: Generator) -> Samples:
    before, after = (np.zeros(int(quiet_s * SAMPLE_RATE_HZ), dtype=np.float32) for quiet_s in _QUIET_S)
    return add_noise(np.concatenate([before, voice, after]), snr_db, rng)
