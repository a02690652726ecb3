"""A listening process that hangs, fails, dies or will not go is ended or said, and never waited for without end."""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing

import pytest

from core.errors import CaptureError, SpeechError
from core.speech.worker_process import WorkerProcess


def hangs(_asked, _answers):
    time.sleep(60)


def divides_by_nought(_asked, answers):
    answers.send(1 / 0)


def finds_no_sound(_asked, _answers):
    raise CaptureError("clip.mp4 is empty. Record it again.")


def dies(_asked, _answers):
    os._exit(3)


def will_not_go(_asked, answers):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    answers.send("ready")
    time.sleep(60)


def adds_up(asked, answers):
    while True:
        answers.send(sum(asked.recv()))


def test_it_answers_until_it_is_closed():
    child = WorkerProcess("adds", adds_up)
    with closing(child):
        child.send((1, 2, 3))
        assert child.receive() == 6


def test_who_waits_can_be_told_to_end():
    began_s = time.monotonic()
    child = WorkerProcess("hangs", hangs, ending=lambda: time.monotonic() > began_s + 0.5)
    with closing(child), pytest.raises(SpeechError, match="was ended"):
        child.receive()
    assert time.monotonic() - began_s < 1.5
    assert not alive(child)


@pytest.mark.parametrize(
    ("work", "sentence"),
    [(divides_by_nought, "ZeroDivisionError"), (finds_no_sound, r"clip\.mp4 is empty"), (dies, "ended unexpectedly")],
)
def test_every_failure_arrives_as_one_sentence_and_nothing_is_printed(work, sentence, capfd):
    child = WorkerProcess("fails", work)
    with closing(child), pytest.raises(SpeechError, match=sentence):
        child.receive()
    assert capfd.readouterr().err == ""


def test_one_that_will_not_go_is_killed():
    child = WorkerProcess("stubborn", will_not_go)
    assert child.receive() == "ready"
    child.close()
    assert not alive(child)


def alive(child: WorkerProcess) -> bool:
    try:
        return child._process.is_alive()
    except ValueError:  # closed, which only a process that has ended can be
        return False
