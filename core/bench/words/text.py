"""Text in the form in which recognisers are compared: numbers, titles and contractions written one way."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


def normalised(text: str) -> str:
    """As in Whisper's evaluation: lower case, no punctuation, "Mr." as "mister", "ten" as "10", without "um"."""
    return str(_normaliser()(text.replace("-", " ")))


@lru_cache(maxsize=1)
def _normaliser() -> Any:
    from transformers.models.whisper.english_normalizer import EnglishTextNormalizer

    normaliser: Any = EnglishTextNormalizer
    return normaliser({})
