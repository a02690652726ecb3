"""The speech thread with words muted, reset, and with a recogniser that is missing, dies or is still opening."""

from __future__ import annotations

from dataclasses import replace
from threading import Event

from core.engine import Sources
from core.errors import RecognizerEndedError, SpeechError
from core.session.word_log import WordLog
from core.status import RunState
from core.types import SAMPLE_RATE_HZ, Reason, Word
from tests.support.small_engine import FACTORIES, absent, devices, steps
from tests.support.small_observer import SmallObserver
from tests.support.small_parts import SmallRecognizer
from tests.support.waiting import until


def test_muted_words_are_not_even_recognised(start):
    fed_s: list[float] = []

    class Watched(SmallRecognizer):
        def feed(self, samples, start_s):
            fed_s.append(start_s)
            return super().feed(samples, start_s)

    engine = start(Sources(*devices()), replace(FACTORIES, open_recognizer=lambda *_: Watched()))
    engine.set_muted("text", True)
    until(lambda: engine.status().elapsed_s > 1.0)
    fed, made = len(fed_s), steps(engine)
    until(lambda: steps(engine) >= made + 4)
    assert len(fed_s) == fed
    engine.set_muted("text", False)
    until(lambda: len(fed_s) > fed)


def test_partial_words_vanish_at_once_when_words_are_muted(start):
    engine = start(Sources(*devices()))
    until(lambda: any(not word.final for word in engine.transcript()))
    engine.set_muted("text", True)
    muted_s = engine.status().elapsed_s
    until(lambda: all(word.final for word in engine.transcript()))
    kept = engine.transcript()
    until(lambda: engine.status().elapsed_s > muted_s + 1.0)
    assert engine.transcript() == kept


def test_words_that_a_slow_recogniser_returns_after_muting_are_dropped(start):
    called, flushed, may_answer = Event(), Event(), Event()

    class Slow(SmallRecognizer):
        def feed(self, samples, start_s):
            called.set()
            may_answer.wait(10.0)
            return [*super().feed(samples, start_s), Word("late", start_s, start_s + 0.1)]

        def flush(self):
            flushed.set()
            return [*super().flush(), Word("later", 0.0, 0.1)]

    engine = start(Sources(*devices()), replace(FACTORIES, open_recognizer=lambda *_: Slow()))
    until(called.is_set)
    engine.set_muted("text", True)
    may_answer.set()
    until(flushed.is_set)
    before = steps(engine)
    until(lambda: steps(engine) > before + 1)
    assert (engine.transcript(), engine.status().words) == ([], 0)


def test_sound_of_a_time_when_words_were_muted_is_not_recognised_later_either(start):
    fed: list[tuple[float, float]] = []
    may_open = Event()

    class Watched(SmallRecognizer):
        def feed(self, samples, start_s):
            fed.append((start_s, start_s + samples.size / SAMPLE_RATE_HZ))
            return super().feed(samples, start_s)

    def open_slowly(*_):
        may_open.wait(10.0)
        return Watched()

    engine = start(Sources(*devices()), replace(FACTORIES, open_recognizer=open_slowly))
    until(lambda: engine.now_s() > 0.5)
    before_s = engine.now_s()
    engine.set_muted("text", True)
    until(lambda: engine.now_s() > before_s + 0.5)
    engine.set_muted("text", False)
    after_s = engine.now_s()
    may_open.set()
    until(lambda: fed and fed[-1][0] > after_s + 0.3)
    assert fed[0][0] < before_s - 0.3
    assert not [(start_s, end_s) for start_s, end_s in fed if start_s < after_s and end_s > before_s + 0.05]


def test_words_before_a_reset_do_not_return(start):
    engine = start(Sources(*devices()))
    until(lambda: any(not word.final for word in engine.transcript()) and engine.status().elapsed_s > 1.5)
    before_s = engine.status().elapsed_s
    engine.reset()
    until(lambda: engine.transcript() and engine.status().elapsed_s > before_s + 1.5)
    assert all(word.start_s > before_s - 0.3 for word in engine.transcript())


def test_a_report_in_progress_at_a_reset_is_neither_shown_nor_stored(start):
    called, flushed, may_answer, observer = Event(), Event(), Event(), SmallObserver()

    class Slow(SmallRecognizer):
        def feed(self, samples, start_s):
            if called.is_set():
                return []
            called.set()
            may_answer.wait(10.0)
            return [Word("before", start_s, start_s + 0.1)]

        def flush(self):
            flushed.set()
            return [Word("unfinished", 0.0, 0.1)]

    engine = start(Sources(*devices()), replace(FACTORIES, open_recognizer=lambda *_: Slow()), observers=[observer])
    until(called.is_set)
    engine.reset()
    until(lambda: any(entry.text == "The session was reset." for entry in observer.entries))
    may_answer.set()
    until(flushed.is_set)
    engine.stop()
    assert (engine.transcript(), observer.kept) == ([], [])


def test_a_missing_recogniser_is_reported_and_the_session_continues(start, hooks):
    def none_installed(*_arguments):
        raise SpeechError("No recogniser is installed. Run 'edu-emotionnet models pull'.")

    engine = start(Sources(*devices()), replace(FACTORIES, open_recognizer=none_installed))
    until(absent(engine, "text", Reason.NO_RECOGNIZER))
    assert hooks.errors == ["No recogniser is installed. Run 'edu-emotionnet models pull'."]
    assert engine.status().recognizer == hooks.errors[0]
    assert not engine.status().hears
    assert engine.status().state is RunState.LIVE


def test_a_recogniser_that_dies_is_opened_again_and_hears_what_was_said_meanwhile(start, hooks):
    opened = []

    class Dying(SmallRecognizer):
        def feed(self, samples, start_s):
            if start_s > 0.5 and len(opened) < 3:
                raise SpeechError("The word recogniser ended unexpectedly. Start the session again.")
            return super().feed(samples, start_s)

    def open_dying(*_):
        opened.append(Dying())
        return opened[-1]

    engine = start(Sources(*devices()), replace(FACTORIES, open_recognizer=open_dying))
    until(lambda: any(word.start_s > 1.0 for word in engine.transcript()))
    starts_s = [word.start_s for word in engine.transcript()]
    assert len(opened) == 3
    assert starts_s == sorted(set(starts_s))
    assert engine.status().hears
    assert hooks.errors == []


def test_a_recogniser_that_dies_again_and_again_is_reported_and_the_session_continues(start, hooks):
    class Dying(SmallRecognizer):
        def feed(self, samples, start_s):
            if start_s > 0.5:
                raise SpeechError("The word recogniser ended unexpectedly. Start the session again.")
            return super().feed(samples, start_s)

    engine = start(Sources(*devices()), replace(FACTORIES, open_recognizer=lambda *_: Dying()))
    until(lambda: hooks.errors and absent(engine, "text", Reason.NO_RECOGNIZER)())
    assert hooks.errors == ["The word recogniser ended unexpectedly. Start the session again."]
    assert engine.status().recognizer == hooks.errors[0]
    assert not engine.status().hears
    assert engine.status().state is RunState.LIVE


def test_partial_words_of_a_recogniser_that_fails_vanish_and_are_no_evidence(start, monkeypatch):
    monkeypatch.setattr("core.engine.speech_thread.AGAIN", 0)
    logs, add = set(), WordLog.add

    def watched_add(log, *report):
        logs.add(log)
        add(log, *report)

    class Dying(SmallRecognizer):
        def feed(self, samples, start_s):
            if start_s > 1.4:
                raise SpeechError("The word recogniser ended unexpectedly. Start the session again.")
            return super().feed(samples, start_s)

    monkeypatch.setattr(WordLog, "add", watched_add)
    engine = start(Sources(*devices()), replace(FACTORIES, open_recognizer=lambda *_: Dying()))
    until(lambda: engine.transcript() and absent(engine, "text", Reason.NO_RECOGNIZER)())
    until(lambda: all(word.final for word in engine.transcript()))
    assert [word.final for log in logs for word in log.within(0.0, 60.0)] == [True]


def test_a_recogniser_that_is_still_opening_is_ended_without_an_error(start):
    def never_open(_settings, is_ending, _report):
        until(is_ending)
        raise RecognizerEndedError

    engine = start(Sources(*devices()), replace(FACTORIES, open_recognizer=never_open))
    until(lambda: steps(engine) >= 1)
    assert engine.stop() == []
    assert engine.status().errors == ()
