"""The C library in the package `moonshine-voice`: the text of a piece of sound.

Loaded from the package's folder without importing the package, whose modules bring along download and playback. The
structures are those of its C header 20000 (releases 0.0.73 to below 0.1); the library checks that number itself.
Calls release the interpreter's lock, and samples are passed as the address of their array.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np

from core.errors import SpeechError
from core.speech.moonshine_model import reinstall
from core.types import SAMPLE_RATE_HZ, Samples

_HEADER = 20_000
_TINY = 0
_LIBRARY_NAMES = {"darwin": "libmoonshine.dylib", "win32": "moonshine.dll"}

_Floats = ctypes.POINTER(ctypes.c_float)


class _Option(ctypes.Structure):
    _fields_ = (("name", ctypes.c_char_p), ("value", ctypes.c_char_p))


class _Line(ctypes.Structure):
    _fields_ = (
        ("text", ctypes.c_char_p),
        ("audio_data", ctypes.c_void_p),
        ("audio_data_count", ctypes.c_size_t),
        ("start_time", ctypes.c_float),
        ("duration", ctypes.c_float),
        ("id", ctypes.c_uint64),
        ("is_complete", ctypes.c_int8),
        ("is_updated", ctypes.c_int8),
        ("is_new", ctypes.c_int8),
        ("has_text_changed", ctypes.c_int8),
        ("have_speakers_changed", ctypes.c_int8),
        ("speaker_spans", ctypes.c_void_p),
        ("speaker_span_count", ctypes.c_uint64),
        ("last_transcription_latency_ms", ctypes.c_uint32),
        ("words", ctypes.c_void_p),
        ("word_count", ctypes.c_uint64),
    )


class _Transcript(ctypes.Structure):
    _fields_ = (("lines", ctypes.POINTER(_Line)), ("line_count", ctypes.c_uint64))


_Answer = ctypes.POINTER(_Transcript)


@cache
def load_library(folder: Path) -> ctypes.CDLL:
    """The library in the package's folder. Raises `SpeechError` where it does not load."""
    file = folder / _LIBRARY_NAMES.get(sys.platform, "libmoonshine.so")
    try:
        library = ctypes.CDLL(str(file))
        _declare(library)
    except (OSError, AttributeError) as error:
        raise SpeechError(
            f"The word recogniser Moonshine does not load on this system ({error}). {reinstall()}"
        ) from error
    return library


def _declare(library: ctypes.CDLL) -> None:
    integer, unsigned = ctypes.c_int32, ctypes.c_uint32
    arguments = {
        "load_transcriber_from_files": (
            ctypes.c_char_p,
            unsigned,
            ctypes.POINTER(_Option),
            ctypes.c_uint64,
            integer,
        ),
        "free_transcriber": (integer,),
        "transcribe_without_streaming": (
            integer,
            _Floats,
            ctypes.c_uint64,
            integer,
            unsigned,
            ctypes.POINTER(_Answer),
        ),
        "error_to_string": (integer,),
    }
    for name, types in arguments.items():
        function = getattr(library, f"moonshine_{name}")
        function.argtypes, function.restype = types, integer
    library.moonshine_error_to_string.restype = ctypes.c_char_p


class Transcriber:
    """One loaded model. Belongs to one thread; must be closed."""

    def __init__(self, library: ctypes.CDLL, model: Path, options: Mapping[str, str]) -> None:
        pairs = [_Option(name.encode(), value.encode()) for name, value in options.items()]
        self._library = library
        self._handle = library.moonshine_load_transcriber_from_files(
            str(model).encode(), _TINY, (_Option * len(pairs))(*pairs), len(pairs), _HEADER
        )
        if self._handle < 0:
            raise SpeechError(f"The word model in {model} cannot be loaded ({self._why(self._handle)}). {reinstall()}")

    def text(self, samples: Samples) -> str:
        """The words of (N,) samples. Raises `SpeechError` if the library fails."""
        answer = _Answer()
        self._check(
            self._library.moonshine_transcribe_without_streaming(
                self._handle, *_sound(samples), SAMPLE_RATE_HZ, 0, ctypes.byref(answer)
            )
        )
        lines = answer.contents.lines[: answer.contents.line_count]
        return " ".join((line.text or b"").decode("utf-8", "ignore") for line in lines)

    def _check(self, code: int) -> None:
        if code < 0:
            raise SpeechError(f"The word recogniser Moonshine failed ({self._why(code)}).")

    def close(self) -> None:
        """Free the model."""
        self._library.moonshine_free_transcriber(self._handle)

    def _why(self, code: int) -> str:
        sentence = self._library.moonshine_error_to_string(code)
        return sentence.decode("utf-8", "ignore") if sentence else str(code)


def _sound(samples: Samples) -> tuple[ctypes._Pointer[ctypes.c_float], int]:
    """The address and the number of the samples; the array stays alive with the pointer."""
    array = np.ascontiguousarray(samples, np.float32)
    return array.ctypes.data_as(_Floats), array.size
