"""A recogniser in its own process says what the one in ours says, and its end is an error and not a hang."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest

from core.capture.file import FileSource
from core.capture.source import EndOfSource
from core.errors import SpeechError
from core.settings import SpeechSettings
from core.speech.base import Recognizer
from core.speech.recognizer_process import ProcessRecognizer
from core.speech.select_recognizer import open_recognizer
from core.types import SAMPLE_RATE_HZ, Samples

SPEECH = SpeechSettings(recognizer="pocketsphinx")
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


def test_it_says_what_the_one_inside_says(spoken):
    with closing(ProcessRecognizer(SPEECH)) as apart, closing(open_recognizer(SPEECH)) as here:
        assert apart.name == here.name
        said = everything_said(apart, spoken)
        assert said == everything_said(here, spoken)
    assert [word.text for word in said[-1]]


def test_why_it_cannot_be_opened_is_said_here():
    with pytest.raises(SpeechError, match="none-of-that-name"):
        ProcessRecognizer(SpeechSettings(model="none-of-that-name"))


def test_a_process_that_was_killed_is_an_error():
    apart = ProcessRecognizer(SPEECH)
    with closing(apart):
        apart._child._process.kill()
        with pytest.raises(SpeechError, match="ended unexpectedly"):
            apart.feed(np.zeros(BLOCK, np.float32), 0.0)
