"""Sentences spoken by espeak-ng, with the time at which it begins each word: by its library, which tells it."""

from __future__ import annotations

import ctypes
from ctypes.util import find_library
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from core.types import SAMPLE_RATE_HZ, Samples

_SYNCHRONOUS, _WORD, _UTF8, _RATE = 2, 1, 1, 1


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_Listener = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True)
class SpokenWords:
    """Sound at 16 kHz, and (word, seconds) of the beginning of each word."""

    sound: Samples
    begins: list[tuple[str, float]]


def speak_words(text: str, voice: str = "en-us", words_a_minute: int = 150) -> SpokenWords:
    """The sentence in this voice. Skips the test where espeak-ng is not installed."""
    library, rate_hz = _library()
    pieces: list[np.ndarray] = []
    begins: list[tuple[str, float]] = []

    def listen(samples: ctypes._Pointer, count: int, events: ctypes._Pointer) -> int:
        if samples and count:
            pieces.append(np.ctypeslib.as_array(samples, (count,)).astype(np.float32) / 32768)
        place = 0
        while events[place].type:
            event = events[place]
            if event.type == _WORD:
                word = text[event.text_position - 1 : event.text_position - 1 + event.length]
                begins.append((word, event.audio_position / 1000))
            place += 1
        return 0

    callback = _Listener(listen)
    library.espeak_SetSynthCallback(callback)
    library.espeak_SetVoiceByName(voice.encode())
    library.espeak_SetParameter(_RATE, words_a_minute, 0)
    content = text.encode()
    library.espeak_Synth(content, len(content) + 1, 0, 1, 0, _UTF8, None, None)
    return SpokenWords(_at_16_khz(np.concatenate(pieces), rate_hz), begins)


@cache
def _library() -> tuple[ctypes.CDLL, int]:
    """The library and its sample rate; begun once, because it does not begin a second time."""
    name = find_library("espeak-ng")
    if name is None:
        pytest.skip("espeak-ng is not installed (apt install espeak-ng)")
    library = ctypes.CDLL(name)
    return library, library.espeak_Initialize(_SYNCHRONOUS, 0, None, 0)


def _at_16_khz(sound: np.ndarray, rate_hz: int) -> Samples:
    at = np.arange(0, sound.size, rate_hz / SAMPLE_RATE_HZ)
    return np.interp(at, np.arange(sound.size), sound).astype(np.float32)
