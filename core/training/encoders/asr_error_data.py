"""Pairs of spoken and recognised words: texts are spoken by espeak-ng and transcribed by the recogniser that users run.

The voices are many, in rooms of many kinds, but synthetic: more words go wrong than with people. Only the kinds of
error are used, not their number (`with_errors` draws errors at a given rate).
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
from core.features.tokens import as_spoken
from core.speech.base import Recognizer
from core.training.pack.augment import add_noise, band_limited, reverberant, telephoned
from core.types import SAMPLE_RATE_HZ, Samples

Pair = tuple[str, str]
"""The spoken and the recognised text, both normalised by `as_spoken`."""

VOICES = (
    *("en-us+klatt", "en-us+klatt2", "en-us+klatt4", "en-us+klatt6", "en-us+f2", "en-us+f5", "en-us+steph"),
    *("en-us+m1", "en-us+m3", "en-us+m4", "en-us+m5", "en-us+m6", "en-us+m7", "en-us+m8", "en-us+max", "en-us+rob"),
    *("en-us+grandma", "en-us-nyc+m3", "en-gb-x-rp+f3"),
)
"""Those of 42 voices of which Moonshine got at most 15 % of the words of five clear sentences wrong."""
_SPEEDS = (125, 195)
"""Range of words per minute."""
_PITCHES = (35, 60)
_SNR_DB = (8.0, 40.0)
_ECHOING, _THROUGH_A_BAND, _TELEPHONE = 0.4, 0.25, 0.1
"""How often a room echoes, a microphone takes only a band, and the sound is an 8-bit telephone's."""
_QUIET_S = (0.5, 0.8)
"""Silence before and after a sentence, so that the recogniser finds its start and end."""


@dataclass(frozen=True, slots=True)
class SynthesisVoice:
    """How texts are spoken: espeak-ng's voice, words per minute, pitch (0 to 99)."""

    voice: str
    words_a_minute: int
    pitch: int


@dataclass(frozen=True, slots=True)
class Room:
    """Where they are spoken: how far the noise lies below the voice, and what else changes the sound."""

    snr_db: float
    echoing: bool = False
    through_a_band: bool = False
    telephone: bool = False


def any_voice(rng: Generator) -> SynthesisVoice:
    """Draws a voice."""
    return SynthesisVoice(
        VOICES[int(rng.integers(len(VOICES)))], int(rng.integers(*_SPEEDS)), int(rng.integers(*_PITCHES))
    )


def any_room(rng: Generator) -> Room:
    """Draws a room and a microphone."""
    echoing, through_a_band, telephone = rng.random(3) < (_ECHOING, _THROUGH_A_BAND, _TELEPHONE)
    return Room(float(rng.uniform(*_SNR_DB)), bool(echoing), bool(through_a_band), bool(telephone))


def dictate(
    texts: Sequence[str], voice: SynthesisVoice, room: Room, recognizer: Recognizer, rng: Generator
) -> list[Pair]:
    """Speaks the texts one after another to a recogniser."""
    pairs, t_s = [], 0.0
    for text in texts:
        samples = in_a_room(speak(text, voice), room, rng)
        pairs.append((text, _transcribed(recognizer, samples, t_s)))
        t_s += samples.size / SAMPLE_RATE_HZ
    return pairs


def _transcribed(recognizer: Recognizer, samples: Samples, t_s: float) -> str:
    words = recognizer.feed(samples, t_s) + recognizer.flush()
    return as_spoken(" ".join(word.text for word in words))


def speak(text: str, how: SynthesisVoice) -> Samples:
    """Synthesises the text as (N,) samples at 16 kHz. Raises `DataError` if espeak-ng is missing or fails."""
    import av

    options = ("-v", how.voice, "-s", str(how.words_a_minute), "-p", str(how.pitch))
    try:
        done = subprocess.run(("espeak-ng", *options, "--stdout", "--", text), check=True, capture_output=True)
    except FileNotFoundError as error:
        raise DataError("espeak-ng, which speaks texts to the recogniser, is missing. Install it with: "
                        "apt install espeak-ng (or brew, choco or winget install espeak-ng).") from error  # fmt: skip
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip()
        raise DataError(f"espeak-ng cannot speak with voice {how.voice} ({reason}). Install its voices.") from error
    resampler = MonoResampler()
    with av.open(io.BytesIO(done.stdout), mode="r") as sound:
        parts = [resampler.feed(frame) for frame in sound.decode(audio=0)]
    return np.concatenate([*parts, resampler.flush()])


def in_a_room(spoken: Samples, room: Room, rng: Generator) -> Samples:
    """The voice with quiet around it, as a microphone in the room takes it."""
    before, after = (np.zeros(int(quiet_s * SAMPLE_RATE_HZ), dtype=np.float32) for quiet_s in _QUIET_S)
    sound = np.concatenate([before, spoken, after])
    if room.echoing:
        sound = reverberant(sound, rng)
    if room.through_a_band:
        sound = band_limited(sound, rng)
    sound = add_noise(sound, room.snr_db, rng)
    return telephoned(sound) if room.telephone else sound
