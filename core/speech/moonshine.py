"""Moonshine tiny: the embedded English recogniser. Its package carries the model, so that words need no download.

Phrases are cut by `core.speech.phrase_cutter`, and each is decoded once it is over, as a whole; a running one is
decoded now and then for its partial words. The library's own streaming decodes a growing line again and again, more
than a second of work for a second of speech. Decoding releases the interpreter's lock, so it needs no process.
"""

from __future__ import annotations

import ctypes
from pathlib import Path

from core.errors import SpeechError
from core.native_memory import return_freed_memory
from core.speech.audio_position import AudioPosition
from core.speech.base import GAP_S, PARTIAL_CONFIDENCE
from core.speech.believable_words import SHORTEST_VOICED_S, believable
from core.speech.moonshine_library import Transcriber, load_library
from core.speech.moonshine_model import MODEL, check_model, library_folder, model_folder, reinstall
from core.speech.phrase_cutter import FRAME_S, Phrase, PhraseCutter
from core.speech.voice_detector import VoiceDetector
from core.speech.word_times import spread
from core.types import SAMPLE_RATE_HZ, Samples, Word

DECODER = {"vad_threshold": "0", "return_audio_data": "false"}
"""Phrases are not cut a second time."""
CONFIDENCE = 0.85
"""Confidence of every final word, because the model gives none: about the share of its words that are right."""
PARTIAL_EVERY_S = 1.5
"""Seconds of sound, at least, between two decodings of a running phrase."""
PARTIAL_GROWTH = 1.5
"""How much longer a running phrase must be for the next one: their cost grows with its length."""


def open_moonshine() -> MoonshineRecognizer:
    """The recogniser on the package's own model. Raises `SpeechError`."""
    model = model_folder()
    if model is None:
        raise SpeechError(f"Moonshine is not installed, or without its model. {reinstall()}")
    check_model(model)
    return MoonshineRecognizer(load_library(library_folder(model)), model)


class MoonshineRecognizer:
    """English. Words have letter case and punctuation, as they are read; `core.features.tokens` takes both away."""

    name, language = f"Moonshine {MODEL}", "en"

    def __init__(self, library: ctypes.CDLL, model: Path) -> None:
        self._detector = VoiceDetector()
        self._transcriber = Transcriber(library, model, DECODER)  # last, because only `close` frees it
        self._begin_listening()

    def _begin_listening(self) -> None:
        self._detector.restart()
        self._position = AudioPosition()
        self._cutter = PhraseCutter(self._detector.probability)
        self._forget_partial()

    def _forget_partial(self) -> None:
        self._partial: list[Word] = []
        self._decoded_s = 0.0

    def feed(self, samples: Samples, start_s: float) -> list[Word]:
        """Recognise samples; returns the words of every phrase that ended in them."""
        words = self.flush() if abs(self._position.gap_s(start_s)) > GAP_S else []
        self._position.add(samples.size, start_s)
        for phrase in self._cutter.feed(samples):
            words += self._words(phrase, CONFIDENCE, final=True)
            self._forget_partial()
        return words

    def partial(self) -> list[Word]:
        """The words of the running phrase, decoded again when it has grown by 1.5 s and by half."""
        length_s = self._cutter.running_frames * FRAME_S
        if length_s >= max(self._decoded_s + PARTIAL_EVERY_S, self._decoded_s * PARTIAL_GROWTH):
            phrase = self._cutter.running()
            assert phrase is not None
            self._partial, self._decoded_s = self._words(phrase, PARTIAL_CONFIDENCE, final=False), length_s
        return self._partial

    def flush(self) -> list[Word]:
        """End the running phrase and start over."""
        phrase = self._cutter.flush()
        words = self._words(phrase, CONFIDENCE, final=True) if phrase else []
        self._begin_listening()
        return words

    def close(self) -> None:
        """Free the model."""
        self._transcriber.close()
        return_freed_memory()

    def _words(self, phrase: Phrase, confidence: float, final: bool) -> list[Word]:
        if phrase.voiced_s < SHORTEST_VOICED_S:  # no word, and the decoder fails on a single frame
            return []
        texts = believable(self._transcriber.text(phrase.samples), phrase.voiced_s)
        start_s = phrase.start / SAMPLE_RATE_HZ
        return [
            Word(
                text,
                self._position.session_s(start_s + begin_s),
                self._position.session_s(start_s + end_s),
                confidence,
                final,
            )
            for text, (begin_s, end_s) in zip(texts, spread(texts, phrase.voiced), strict=True)
        ]
