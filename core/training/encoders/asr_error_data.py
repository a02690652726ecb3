"""Pairs of spoken and recognised words: texts are spoken by espeak-ng and transcribed by the real recogniser.

The voices are American, like the recogniser's training data, and robotic: it makes more errors on them than on people.
Only the kinds of error are used, not their number (`with_errors` draws errors at a given rate).
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
"""The spoken and the recognised text, both normalised by `as_spoken`."""

VOICES = ("en-us+klatt", "en-us", "en-us+klatt2")
_SPEEDS = (125, 165)
"""Range of words per minute."""
_PITCHES = (35, 60)
_SNR_DB = (15.0, 40.0)
_QUIET_S = (0.5, 0.8)
"""Silence before and after a sentence, so that the recogniser finds its start and end."""


@dataclass(frozen=True, slots=True)
class SynthesisVoice:
    """How texts are spoken: espeak-ng's voice, words per minute, pitch (0 to 99), and the room noise."""

    voice: str
    words_a_minute: int
    pitch: int
    snr_db: float


def any_speaker(rng: Generator) -> SynthesisVoice:
    """Draws a speaker and a room from the ranges above."""
    return SynthesisVoice(
        VOICES[int(rng.integers(len(VOICES)))],
        int(rng.integers(*_SPEEDS)),
        int(rng.integers(*_PITCHES)),
        float(rng.uniform(*_SNR_DB)),
    )


def dictate(texts: Sequence[str], speaker: SynthesisVoice, rng: Generator) -> list[Pair]:
    """Speaks the texts one after another to a recogniser in its initial state."""
    from core.speech.pocketsphinx import PocketSphinxRecognizer

    recognizer = PocketSphinxRecognizer()
    pairs, t_s = [], 0.0
    for text in texts:
        samples = _in_a_room(speak(text, speaker), speaker.snr_db, rng)
        pairs.append((text, _transcribed(recognizer, samples, t_s)))
        t_s += samples.size / SAMPLE_RATE_HZ
    recognizer.close()
    return pairs


def _transcribed(recognizer: Recognizer, samples: Samples, t_s: float) -> str:
    words = recognizer.feed(samples, t_s) + recognizer.flush()
    return " ".join(word.text for word in words)


def speak(text: str, speaker: SynthesisVoice) -> Samples:
    """Synthesises the text as (N,) samples at 16 kHz. Raises `DataError` if espeak-ng is missing or fails."""
    import av

    how = ("-v", speaker.voice, "-s", str(speaker.words_a_minute), "-p", str(speaker.pitch))
    try:
        done = subprocess.run(("espeak-ng", *how, "--stdout", "--", text), check=True, capture_output=True)
    except FileNotFoundError as error:
        raise DataError("espeak-ng, which speaks texts to the recogniser, is missing. Install it with: "
                        "apt install espeak-ng (or brew, choco or winget install espeak-ng).") from error  # fmt: skip
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip()
        raise DataError(f"espeak-ng cannot speak with voice {speaker.voice} ({reason}). Install its voices.") from error
    resampler = MonoResampler()
    with av.open(io.BytesIO(done.stdout), mode="r") as sound:
        parts = [resampler.feed(frame) for frame in sound.decode(audio=0)]
    return np.concatenate([*parts, resampler.flush()])


def _in_a_room(voice: Samples, snr_db: float, rng: Generator) -> Samples:
    before, after = (np.zeros(int(quiet_s * SAMPLE_RATE_HZ), dtype=np.float32) for quiet_s in _QUIET_S)
    return add_noise(np.concatenate([before, voice, after]), snr_db, rng)
