"""The golden clip: three seconds of the drawn learner, with the answer that a checkpoint gave when it was stored.

It tells whether a checkpoint computes here what it computed there. Where the face is and what is said is part of the
clip, so that the answer depends on the checkpoint, the features and the libraries under them, not on the face detector
or the recogniser. The clip is played with the words alone, the sound alone, the picture alone and with all three,
because one modality can hide a fault in another. The answer is stored beside the checkpoint, in `golden.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from core.features.face import sighting_of
from core.features.load_model import open_live
from core.session.offline import estimates
from core.session.session import Session
from core.settings import ModelSettings, WindowSettings
from core.speech.listener import RecognizedWords
from core.synthetic.source import SyntheticSource
from core.types import FaceBox, Sighting, VideoFrame, Word

FILE = "golden.json"
SEED = 7
SECONDS = 3.0
FACE = FaceBox(248.0, 60.0, 154.0, 204.0, 1.0)
SENTENCE = ("i", "do", "not", "understand", "this", "step")
WORD_S = 0.3
PARTS = ((False, False, True), (False, True, False), (True, False, False), (True, True, True))
"""Whether picture, sound and words are there, each time the clip is played."""
TOLERANCE = 0.001
"""Largest difference of a probability that counts as the same answer.

Python 3.11 and 3.13, NumPy 2.4 and 2.5, PyAV 18 and 19, torch's CPU and CUDA build (both computing on the CPU), AVX-512
and plain kernels, one thread and two: they differ by 1.2e-7 at most. A face box that is 4 pixels off changes a
probability by 3e-3, weights with 1 % noise by 2.6e-3.
"""


class _KnownFace:
    """A finder that knows where the clip's face is."""

    def look(self, frame: VideoFrame) -> Sighting:
        return sighting_of(frame, FACE, 1, None)

    def reset(self) -> None:
        """Nothing is remembered."""


class _KnownWords:
    """The clip's words, as a recogniser would report them."""

    problem = ""
    language = None

    def __init__(self) -> None:
        self._left = [Word(text, n * WORD_S, (n + 1) * WORD_S) for n, text in enumerate(SENTENCE)]

    def until(self, end_s: float) -> Iterator[RecognizedWords]:
        """The words that have ended by then."""
        said = [word for word in self._left if word.end_s <= end_s]
        self._left = self._left[len(said) :]
        yield RecognizedWords(said, [], end_s)

    def rest(self) -> Iterator[RecognizedWords]:
        """No word is left at the end of the clip."""
        return iter(())


def answer(checkpoint: Path) -> NDArray[np.float32]:
    """What a checkpoint folder answers to the clip on the CPU: probabilities (hops, states), 0 where
    nothing was present. Raises `ModelError`."""
    model, features = open_live(ModelSettings(checkpoint=str(checkpoint), device="cpu"))
    rows = []
    for has_video, has_audio, has_words in PARTS:
        model.reset()
        session = Session(model, features, _KnownFace(), WindowSettings())
        source = SyntheticSource(SEED, paced=False, duration_s=SECONDS)
        source.has_video, source.has_audio = has_video, has_audio
        words = _KnownWords() if has_words else None
        rows += [estimate.probabilities for estimate in estimates(source, session, words)]
    return np.nan_to_num(np.stack(rows))


def store_answer(checkpoint: Path) -> None:
    """Writes a checkpoint's answer beside it."""
    rows = ",\n  ".join(json.dumps([round(float(value), 5) for value in row]) for row in answer(checkpoint))
    text = f'{{\n "tolerance": {TOLERANCE},\n "probabilities": [\n  {rows}\n ]\n}}\n'
    (checkpoint / FILE).write_text(text, encoding="utf-8")


def difference(checkpoint: Path) -> tuple[float, float]:
    """Largest difference between the answer here and the stored one, and the tolerance. Raises `ModelError`."""
    try:
        stored = json.loads((checkpoint / FILE).read_text(encoding="utf-8"))
        expected, tolerance = np.array(stored["probabilities"], dtype=np.float32), float(stored["tolerance"])
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise ModelError(f"{checkpoint / FILE} cannot be read: {error}") from error
    if not (np.isfinite(expected).all() and 0 < tolerance <= TOLERANCE):  # any answer would seem to agree
        raise ModelError(f"{checkpoint / FILE} is damaged: it holds numbers that no model answers with.")
    given = answer(checkpoint)
    if given.shape != expected.shape:
        raise ModelError(f"{checkpoint / FILE} holds {expected.shape} probabilities instead of {given.shape}.")
    return float(np.abs(given - expected).max()), tolerance
