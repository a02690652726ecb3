"""The factory of the live recogniser while a session ends: it opens no other recogniser and reports nothing."""

from __future__ import annotations

from multiprocessing.process import BaseProcess
from threading import Event

import pytest

from core.errors import RecognizerEndedError, SpeechError
from core.session.factories import open_live_recognizer
from core.settings import SpeechSettings
from tests.support.small_parts import SmallRecognizer
from tests.support.waiting import until


@pytest.fixture
def no_process(monkeypatch):
    monkeypatch.setattr(BaseProcess, "start", lambda process: pytest.fail(f"{process.name} was started"))


def test_a_session_that_ends_while_the_best_recogniser_opens_starts_no_other(monkeypatch, no_process):
    opening, may_open, opened = Event(), Event(), SmallRecognizer()

    def open_slowly(_model):
        opening.set()
        may_open.wait(10.0)
        return opened

    monkeypatch.setattr("core.speech.select_recognizer.open_in_place", open_slowly)
    with pytest.raises(RecognizerEndedError):
        open_live_recognizer(SpeechSettings(), opening.is_set, pytest.fail)
    may_open.set()
    until(lambda: opened.closed)


def test_a_session_that_ends_while_the_best_recogniser_fails_starts_no_other(monkeypatch, no_process):
    ending = Event()

    def fail(_model):
        raise SpeechError("The word model is damaged.")

    monkeypatch.setattr("core.speech.select_recognizer.open_in_place", fail)
    with pytest.raises(RecognizerEndedError):
        open_live_recognizer(SpeechSettings(), ending.is_set, lambda _sentence: ending.set())
