"""The recent steps: no more than was asked to be kept, and a reader finds what is new to it."""

from __future__ import annotations

from dataclasses import replace

from core.engine.history import TRANSCRIPT_S, History, RecentWords
from core.types import Reason, Word
from tests.app.scripted_engine import HOP_S, estimate_at

HISTORY_S = 10.0


def add(history: History, first: int, last: int) -> None:
    for k in range(first, last):
        history.add(estimate_at(k * HOP_S, {}))


def test_columns_and_estimates_are_the_last_seconds() -> None:
    history = History(HISTORY_S)
    add(history, 1, 300)
    recent = history.recent()
    assert [estimate.t_s for estimate in recent.estimates] == recent.columns.t_s.tolist()
    assert recent.now_s - recent.columns.t_s[0] == HISTORY_S
    assert recent.newest is recent.estimates[-1]


def test_a_reader_gets_each_step_once() -> None:
    history, read, newest_s = History(HISTORY_S), [], -1.0
    for first, last in ((1, 3), (3, 5), (5, 5), (10, 12)):
        add(history, first, last)
        for estimate in history.since(newest_s):
            newest_s = estimate.t_s
            read.append(estimate.t_s)
    assert read == [0.5, 1.0, 1.5, 2.0, 5.0, 5.5]


def test_what_was_handed_out_outlives_a_reset() -> None:
    history = History(HISTORY_S)
    add(history, 1, 4)
    before = history.recent()
    history.clear()
    add(history, 4, 200)
    assert before.columns.t_s.tolist() == [0.5, 1.0, 1.5]
    assert history.recent().estimates[0].t_s > 1.5


def test_a_correction_lives_as_long_as_its_word() -> None:
    transcript, word = RecentWords(), Word("limb", 0.0, 0.5)
    transcript.correct(word, "limit")
    assert transcript.corrections() == {}
    transcript.add([word], [])
    transcript.correct(word, "limit")
    assert transcript.corrections() == {word: "limit"}
    assert transcript.words() == [word]
    transcript.correct(word, "limb")
    assert transcript.corrections() == {}
    transcript.correct(word, "")
    transcript.add([Word("late", TRANSCRIPT_S + 1, TRANSCRIPT_S + 2)], [])
    assert transcript.corrections() == {}


def test_a_word_that_became_doubtful_since_can_still_be_corrected():
    words, word = RecentWords(), Word("their", 1.0, 1.4)
    words.add([word], [])
    words.correct(replace(word, doubt=Reason.LIPS_STILL), "there")
    assert words.corrections() == {word: "there"}
    words.correct(replace(word, doubt=Reason.LIPS_STILL), "their")
    assert words.corrections() == {}
