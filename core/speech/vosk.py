"""Vosk: the recogniser for a downloaded word model. Partial and final words with times and confidence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.errors import SpeechError
from core.speech.audio_position import AudioPosition, to_pcm
from core.speech.base import GAP_S, PARTIAL_CONFIDENCE
from core.speech.languages import language_of
from core.speech.restarting_recognizer import RestartingRecognizer
from core.types import SAMPLE_RATE_HZ, Samples, Word

PARTIAL_EVERY_S = 0.25
"""Seconds of sound between two updates of the partial words: their cost grows with the sentence."""


def open_vosk(folder: Path) -> RestartingRecognizer:
    """A recogniser on the model in `folder`, restarted on silence because it grows. Raises `SpeechError`."""
    model = load_model(folder)
    return RestartingRecognizer(lambda: VoskRecognizer(model, folder.name))


def load_model(folder: Path) -> Any:
    """Load the model; recognisers share it. Raises `SpeechError`."""
    try:
        import vosk
    except (ImportError, OSError) as error:
        raise SpeechError("Vosk is not installed or does not load here. Run 'pip install vosk'.") from error
    vosk.SetLogLevel(-1)
    try:
        return vosk.Model(str(folder))
    except Exception as error:  # Vosk raises a bare Exception, nothing narrower
        raise SpeechError(
            f"The word model in {folder} cannot be loaded. Delete that folder and run 'edu-emotionnet models pull "
            f"{folder.name}' again."
        ) from error


class VoskRecognizer:
    """One Kaldi recogniser; `core.speech.restarting_recognizer` replaces it from time to time."""

    def __init__(self, model: Any, model_name: str) -> None:
        from vosk import KaldiRecognizer

        self._kaldi = KaldiRecognizer(model, SAMPLE_RATE_HZ)
        self._kaldi.SetWords(True)
        self._kaldi.SetPartialWords(True)
        self._name = f"Vosk {model_name.removeprefix('vosk-model-')}"
        self.language = language_of(model_name)
        self._position = AudioPosition()
        self._partial: list[Word] = []
        self._partial_at_s = 0.0

    @property
    def name(self) -> str:
        """The name shown to people."""
        return self._name

    def feed(self, samples: Samples, start_s: float) -> list[Word]:
        """Recognise samples; returns the words of a sentence that ended in them."""
        words = self.flush() if abs(self._position.gap_s(start_s)) > GAP_S else []
        self._position.add(samples.size, start_s)
        if self._kaldi.AcceptWaveform(to_pcm(samples)):
            words += self._final(self._kaldi.Result())
        return words

    def _final(self, answer: str) -> list[Word]:
        self._partial, self._partial_at_s = [], self._position.fed_s
        return self._words(json.loads(answer).get("result", []), final=True)

    def _words(self, found: list[dict[str, Any]], final: bool) -> list[Word]:
        return [
            Word(
                entry["word"],
                self._position.session_s(entry["start"]),
                self._position.session_s(entry["end"]),
                entry["conf"] if final else PARTIAL_CONFIDENCE,
                final,
            )
            for entry in found
            if entry["word"][:1] not in "[<"  # noise, and the marks of an unfinished lattice
        ]

    def partial(self) -> list[Word]:
        """The words so far, updated every quarter of a second of sound."""
        if self._position.fed_s - self._partial_at_s >= PARTIAL_EVERY_S:
            self._partial_at_s = self._position.fed_s
            found = json.loads(self._kaldi.PartialResult()).get("partial_result", [])
            self._partial = self._words(found, final=False)
        return self._partial

    def flush(self) -> list[Word]:
        """End the unfinished sentence."""
        return self._final(self._kaldi.FinalResult())

    def close(self) -> None:
        """Release the recogniser; the model is freed with the last one."""
        del self._kaldi
