"""The recogniser's thread: switched off, reset, missing, dying, and still being opened."""

from __future__ import annotations

from dataclasses import replace
from threading import Event

from core.engine import Sources
from core.errors import SpeechError
from core.status import RunState
from core.types import Reason, Word
from tests.support.small_engine import PARTS, absent, devices, steps
from tests.support.small_parts import SmallRecognizer
from tests.support.waiting import until


def test_words_switched_off_are_not_even_recognised(start, told):
    engine = start(Sources(*devices()))
    engine.set_muted("text", True)
    until(lambda: engine.status().elapsed_s > 1.5)
    told.words.clear()
    until(lambda: engine.status().elapsed_s > 3.0)
    assert told.words == []


def test_words_that_may_still_change_go_at_once_when_words_are_switched_off_and_stay_away(start):
    engine = start(Sources(*devices()))
    until(lambda: any(not word.final for word in engine.transcript()))
    engine.set_muted("text", True)
    muted_s = engine.status().elapsed_s
    until(lambda: all(word.final for word in engine.transcript()))
    kept = engine.transcript()
    until(lambda: engine.status().elapsed_s > muted_s + 1.0)
    assert engine.transcript() == kept


def test_what_a_slow_recogniser_says_after_words_were_switched_off_is_not_shown(start, told):
    asked, answered, may_answer = Event(), Event(), Event()

    class Slow(SmallRecognizer):
        def feed(self, samples, start_s):
            asked.set()
            may_answer.wait(10.0)
            return [*super().feed(samples, start_s), Word("late", start_s, start_s + 0.1)]

        def flush(self):
            answered.set()
            return [*super().flush(), Word("later", 0.0, 0.1)]

    engine = start(Sources(*devices()), replace(PARTS, open_recognizer=lambda _, _ending: Slow()))
    until(asked.is_set)
    engine.set_muted("text", True)
    may_answer.set()
    until(answered.is_set)
    before = steps(engine)
    until(lambda: steps(engine) > before + 1)
    assert (engine.transcript(), told.words) == ([], [])


def test_words_before_a_reset_do_not_come_back(start, told):
    engine = start(Sources(*devices()))
    until(lambda: any(not word.final for word in engine.transcript()) and engine.status().elapsed_s > 1.5)
    before_s = engine.status().elapsed_s
    engine.reset()
    until(lambda: engine.transcript() and engine.status().elapsed_s > before_s + 1.5)
    assert all(word.start_s > before_s - 0.3 for word in engine.transcript())


def test_no_recogniser_is_said_and_the_rest_goes_on(start, told):
    def none_there(_, _ending):
        raise SpeechError("No recogniser is installed. Run 'edu-emotionnet models pull'.")

    engine = start(Sources(*devices()), replace(PARTS, open_recognizer=none_there))
    until(absent(engine, "text", Reason.NO_RECOGNIZER))
    assert told.errors == ["No recogniser is installed. Run 'edu-emotionnet models pull'."]
    assert engine.status().recognizer == told.errors[0]
    assert not engine.status().hears
    assert engine.status().state is RunState.LIVE


def test_a_recogniser_that_dies_is_said_and_the_rest_goes_on(start, told):
    class Dying(SmallRecognizer):
        def feed(self, samples, start_s):
            if start_s > 0.5:
                raise SpeechError("The word recogniser ended unexpectedly. Start the session again.")
            return super().feed(samples, start_s)

    engine = start(Sources(*devices()), replace(PARTS, open_recognizer=lambda _, _ending: Dying()))
    until(absent(engine, "text", Reason.NO_RECOGNIZER))
    assert told.errors == ["The word recogniser ended unexpectedly. Start the session again."]
    assert engine.status().recognizer == told.errors[0]
    assert not engine.status().hears
    assert engine.status().state is RunState.LIVE


def test_a_recogniser_that_is_still_being_opened_is_told_to_end_and_that_is_no_error(start, told):
    def never_there(_, ending):
        until(ending)
        raise SpeechError("The word recogniser was ended.")

    engine = start(Sources(*devices()), replace(PARTS, open_recognizer=never_there))
    until(lambda: steps(engine) >= 1)
    assert engine.stop() == []
    assert engine.status().errors == ()
