"""A recogniser that takes long to open does not hold up the end of a session."""

from __future__ import annotations

from threading import Event

import pytest

from core.errors import RecognizerEndedError, SpeechError
from core.speech.interruptible_opening import open_unless_ending
from tests.support.small_parts import SmallRecognizer
from tests.support.waiting import until


def test_it_returns_what_was_opened_and_raises_what_failed():
    opened = SmallRecognizer()
    assert open_unless_ending(lambda: opened, lambda: False) is opened

    def fail():
        raise SpeechError("No model is installed.")

    with pytest.raises(SpeechError, match="No model is installed"):
        open_unless_ending(fail, lambda: False)


def test_an_ending_session_does_not_wait_and_the_recogniser_is_closed_once_it_is_open():
    may_open, opened = Event(), SmallRecognizer()

    def open_slowly():
        may_open.wait(10.0)
        return opened

    with pytest.raises(RecognizerEndedError):
        open_unless_ending(open_slowly, lambda: True)
    assert not opened.closed
    may_open.set()
    until(lambda: opened.closed)
