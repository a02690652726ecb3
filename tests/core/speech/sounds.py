"""Sounds for recognisers, and how they are fed."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from core.capture.file import FileSource
from core.capture.source import EndOfSource
from core.speech.base import Recognizer
from core.types import SAMPLE_RATE_HZ, AudioBlock, Samples, Word


def silence(seconds: float) -> Samples:
    """A quiet room, not digital zeros."""
    return np.random.default_rng(0).normal(0, 0.0005, round(seconds * SAMPLE_RATE_HZ)).astype(np.float32)


def sound_of(path: Path) -> Samples:
    source, pieces = FileSource(path, paced=False), []
    source.open(lambda: 0.0)
    while True:
        try:
            chunk = source.read(0.0)
        except EndOfSource:
            source.close()
            return np.concatenate(pieces)
        assert isinstance(chunk, AudioBlock)
        pieces.append(chunk.samples)


def feed(recognizer: Recognizer, sound: Samples, start_s: float = 0.0, size: int = 1600) -> list[Word]:
    words: list[Word] = []
    for first in range(0, sound.size, size):
        words += recognizer.feed(sound[first : first + size], start_s + first / SAMPLE_RATE_HZ)
    return words


def texts(words: list[Word]) -> list[str]:
    return [word.text for word in words]


def assert_in_order(words: list[Word]) -> None:
    assert all(word.start_s < word.end_s and 0 <= word.confidence <= 1 and word.final for word in words)
    assert [word.start_s for word in words] == sorted(word.start_s for word in words)


def plain(text: str) -> list[str]:
    return re.sub(r"[^a-z' ]+", " ", text.lower()).split()
