"""A worker process that hangs, fails, dies or ignores its end is ended or reported, and waiting is bounded."""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing
from multiprocessing import active_children

import pytest

from core.errors import CaptureError, RecognizerEndedError, SpeechError
from core.speech.worker_process import WorkerProcess


def hangs(_requests, _answers):
    time.sleep(60)


def divides_by_zero(_requests, answers):
    answers.send(1 / 0)


def finds_no_sound(_requests, _answers):
    raise CaptureError("clip.mp4 is empty. Record it again.")


def dies(_requests, _answers):
    os._exit(3)


def ignores_sigterm(_requests, answers):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    answers.send("ready")
    time.sleep(60)


def adds_up(requests, answers):
    while True:
        answers.send(sum(requests.recv()))


def test_it_answers_until_it_is_closed():
    child = WorkerProcess("adds", adds_up)
    with closing(child):
        child.send((1, 2, 3))
        assert child.receive() == 6


def test_waiting_can_be_cut_short():
    began_s = time.monotonic()
    child = WorkerProcess("hangs", hangs, is_ending=lambda: time.monotonic() > began_s + 0.5)
    with closing(child), pytest.raises(RecognizerEndedError):
        child.receive()
    assert time.monotonic() - began_s < 1.5
    assert not active_children()


@pytest.mark.parametrize(
    ("work", "sentence"),
    [(divides_by_zero, "ZeroDivisionError"), (finds_no_sound, r"clip\.mp4 is empty"), (dies, "ended unexpectedly")],
)
def test_every_failure_arrives_as_one_sentence_and_nothing_is_printed(work, sentence, capfd):
    child = WorkerProcess("fails", work)
    with closing(child), pytest.raises(SpeechError, match=sentence):
        child.receive()
    assert capfd.readouterr().err == ""


def test_a_failure_is_logged_with_its_places_in_the_code(caplog):
    child = WorkerProcess("fails", divides_by_zero)
    with closing(child), pytest.raises(SpeechError):
        child.receive()
    (record,) = caplog.records
    assert "test_worker_process:" in record.getMessage()
    assert "divides_by_zero" in record.getMessage()


def test_one_that_ignores_sigterm_is_killed():
    child = WorkerProcess("stubborn", ignores_sigterm)
    assert child.receive() == "ready"
    child.close()
    assert not active_children()
