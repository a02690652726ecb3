"""A recogniser in its own process returns the same words as in this one, and its death is an error, not a hang."""

from __future__ import annotations

from contextlib import closing
from multiprocessing import active_children

import numpy as np
import pytest

from core.capture.file import FileSource
from core.capture.source import EndOfSource
from core.errors import SpeechError
from core.speech.base import Recognizer
from core.speech.recognizer_process import ProcessRecognizer
from core.speech.select_recognizer import WordModel, open_in_place
from core.types import SAMPLE_RATE_HZ, Samples

MODEL = WordModel("pocketsphinx", "en-us", "en")
BLOCK = SAMPLE_RATE_HZ // 10


@pytest.fixture
def spoken(media) -> Samples:
    source, pieces = FileSource(media / "LJ001-0002.wav", paced=False), []
    source.open(lambda: 0.0)
    with closing(source):
        try:
            while True:
                pieces.append(source.read(1.0).samples)
        except EndOfSource:
            return np.concatenate(pieces)


def everything_said(recognizer: Recognizer, samples: Samples) -> list:
    said = []
    for first in range(0, samples.size, BLOCK):
        said.append(recognizer.feed(samples[first : first + BLOCK], first / SAMPLE_RATE_HZ))
        said.append(recognizer.partial())
    return [*said, recognizer.flush()]


def test_it_returns_the_words_of_a_recogniser_in_place(spoken):
    with closing(ProcessRecognizer(MODEL)) as apart, closing(open_in_place(MODEL)) as here:
        assert apart.name == here.name
        said = everything_said(apart, spoken)
        assert said == everything_said(here, spoken)
    assert [word.text for word in said[-1]]


def test_an_error_while_opening_is_raised_in_this_process(tmp_path):
    with pytest.raises(SpeechError, match="nothing-here"):
        ProcessRecognizer(WordModel("vosk", "nothing-here", "en", tmp_path / "nothing-here"))


def test_a_killed_process_is_an_error():
    apart = ProcessRecognizer(MODEL)
    with closing(apart):
        (child,) = active_children()
        child.kill()
        with pytest.raises(SpeechError, match="ended unexpectedly"):
            apart.feed(np.zeros(BLOCK, np.float32), 0.0)
