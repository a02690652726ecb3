"""What the recogniser understands in simulated rooms, and the errors in it."""

from __future__ import annotations

import re
from typing import Any

from core.errors import DataError
from core.types import SAMPLE_RATE_HZ, Samples, Word


class SimulationRecognizer:
    """Moonshine's tiny English model, given whole recordings."""

    def __init__(self) -> None:
        try:
            from moonshine_voice import ModelArch
            from moonshine_voice.transcriber import Transcriber
            from moonshine_voice.utils import get_assets_path
        except ImportError as error:
            raise DataError("moonshine-voice is missing. Install it with: pip install moonshine-voice.") from error
        self._transcriber: Any = Transcriber(str(get_assets_path() / "tiny-en"), ModelArch.TINY)

    def words(self, samples: Samples) -> list[Word]:
        """The words, spread over their line by their length: the model gives no times of words."""
        lines = self._transcriber.transcribe_without_streaming(samples.tolist(), SAMPLE_RATE_HZ).lines
        return [word for line in lines for word in _spread(line.text, line.start_time, line.duration)]


def _spread(text: str, start_s: float, duration_s: float) -> list[Word]:
    spoken = normalised(text)
    letters = sum(len(word) + 1 for word in spoken)
    words = []
    for word in spoken:
        end_s = start_s + duration_s * (len(word) + 1) / letters
        duration_s, letters = duration_s - (end_s - start_s), letters - len(word) - 1
        words.append(Word(word, start_s, end_s))
        start_s = end_s
    return words


def normalised(text: str) -> list[str]:
    """Words in small letters, without punctuation."""
    return re.findall(r"[a-z']+", text.lower())


def word_errors(said: list[str], understood: list[str]) -> int:
    """Words to replace, insert or remove (Levenshtein)."""
    row = list(range(len(understood) + 1))
    for place, word in enumerate(said, 1):
        before, row[0] = row[0], place
        for column, other in enumerate(understood, 1):
            before, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, before + (word != other))
    return row[-1]
