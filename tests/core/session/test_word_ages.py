"""How old the words of a window are, and how long ago the last one was: in any order of reports, hops and resets."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, nan

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.buffers.voice_stretch import VoiceStretch
from core.engine.history import RecentWords
from core.engine.word_publisher import WordPublisher
from core.features.load_model import shipped
from core.features.pipeline import FeaturePipeline
from core.features.settings import COMPACT
from core.model.checkpoint import TOKENIZER
from core.model.inputs import ModelInputs
from core.session.session import Session
from core.settings import WindowSettings
from core.speech.listener import RecognizedWords
from core.types import Reason, Window, Word
from tests.support.small_parts import SmallFeatures, SmallFinder, SmallModel, SmallPrepared

HOPS = 60
HOP_S = 0.5
SAID = "i do not understand why this misunderstanding comes up again and again"


class Watching(SmallFeatures):
    """Keeps every window."""

    def __init__(self) -> None:
        self.windows: list[Window] = []

    def prepare(self, window: Window) -> SmallPrepared:
        self.windows.append(window)
        return super().prepare(window)


def session_with(features: SmallFeatures, **window: float) -> Session:
    return Session(SmallModel(), features, SmallFinder(), WindowSettings(**window))


@st.composite
def reports(draw: st.DrawFn) -> list[RecognizedWords]:
    """Reports in the order of what was heard; partial words come and go, word times may be out of order."""
    found: list[RecognizedWords] = []
    for heard_ms in sorted(draw(st.lists(st.integers(1, HOPS * 500), max_size=15))):
        words = [
            Word(text, max(end_ms - 300, 0) / 1e3, end_ms / 1e3, final=final)
            for text, end_ms, final in draw(
                st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, heard_ms), st.booleans()), max_size=3)
            )
        ]
        found.append(RecognizedWords([w for w in words if w.final], [w for w in words if not w.final], heard_ms / 1e3))
    return found


def windows(
    heard: list[RecognizedWords], hops: list[int] | None = None, all_at_once: bool = False, **window: float
) -> list[Window]:
    """The windows of these hops; each report comes in before the first hop that ends after what it heard."""
    features = Watching()
    session = session_with(features, **window)
    left = list(heard)
    for hop in hops or range(1, HOPS + 1):
        end_s = session.grid.end_s(hop)
        while left and (all_at_once or left[0].heard_s <= end_s):
            report = left.pop(0)
            session.add_words(report.final, report.partial, report.heard_s)
        session.step(end_s)
    return features.windows


def known(heard: list[RecognizedWords], end_s: float) -> list[Word]:
    """The rule in plain words: every final word heard by then, and the partial ones of the newest report."""
    so_far = [report for report in heard if report.heard_s <= end_s]
    partial = list(so_far[-1].partial) if so_far else []
    words = [word for report in so_far for word in report.final] + partial
    return [word for word in words if 0.0 < word.end_s <= end_s]


@settings(max_examples=60, deadline=None)
@given(heard=reports())
def test_ages_count_from_a_words_end_to_the_windows_end(heard: list[RecognizedWords]) -> None:
    for window in windows(heard):
        assert all(0.0 <= age_s <= 12.0 for age_s in window.word_ages_s)
        for word, age_s in zip(window.words, window.word_ages_s, strict=True):
            assert age_s == window.end_s - word.end_s
            later = [other for other in window.words if other.end_s > word.end_s]
            assert all(other.age_s(window.end_s) < age_s for other in later)
        ends_s = [word.end_s for word in known(heard, window.end_s)]
        np.testing.assert_equal(window.since_word_s, window.end_s - max(ends_s) if ends_s else nan)
        if window.words:
            assert window.since_word_s == min(window.word_ages_s)


@settings(max_examples=60, deadline=None)
@given(heard=reports())
def test_what_is_heard_later_changes_no_earlier_age(heard: list[RecognizedWords]) -> None:
    for one, other in zip(windows(heard), windows(heard, all_at_once=True), strict=True):
        assert one.words == other.words
        np.testing.assert_equal(one.since_word_s, other.since_word_s)


@settings(max_examples=60, deadline=None)
@given(heard=reports(), words_s=st.floats(1.0, 20.0), hops=st.sets(st.integers(1, HOPS), min_size=1))
def test_skipped_hops_and_the_window_do_not_change_the_time_since_the_last_word(
    heard: list[RecognizedWords], words_s: float, hops: set[int]
) -> None:
    every = {window.end_s: window for window in windows(heard)}
    for window in windows(heard, sorted(hops), words_s=words_s):
        np.testing.assert_equal(window.since_word_s, every[window.end_s].since_word_s)
        assert all(age_s <= words_s for age_s in window.word_ages_s)


def test_a_word_from_before_the_window_is_remembered() -> None:
    made = windows([RecognizedWords([Word("a", 0.5, 1.0)], [], 1.0)])
    assert [window.words == () for window in made].index(True) == 0
    assert isnan(made[0].since_word_s), "unknown, not zero, before the first word"
    assert made[1].since_word_s == 0.0
    assert made[-1].words == ()
    assert made[-1].since_word_s == 29.0


def test_a_reset_forgets_the_last_word_and_words_from_before_it() -> None:
    features = Watching()
    session = session_with(features)
    session.add_words([Word("a", 0.5, 1.0)], [], 1.0)
    session.step(1.0)
    session.reset(1.2)
    session.step(1.5)
    session.add_words([Word("late", 0.8, 1.1)], [], 1.9)  # said before the reset, recognised after it
    session.step(2.0)
    session.add_words([Word("b", 1.8, 2.25)], [], 2.4)
    session.step(2.5)
    since = [window.since_word_s for window in features.windows]
    np.testing.assert_equal(since, [0.0, nan, nan, 0.25])


def test_nothing_is_known_of_words_while_they_are_switched_off() -> None:
    features = Watching()
    session = session_with(features)
    session.add_words([Word("a", 0.5, 1.0)], [], 1.0)
    session.step(1.5)
    session.availability.set("text", "user", Reason.MUTED)
    made = session.step(2.0)
    assert isnan(made.since_word_s)
    assert features.windows[-1].word_ages_s == ()
    session.availability.set("text", "user", None)
    assert session.step(2.5).since_word_s == 1.5


def test_a_partial_word_counts_until_it_is_withdrawn() -> None:
    heard = [
        RecognizedWords([Word("a", 0.2, 0.5)], [Word("b", 0.6, 1.0, final=False)], 1.0),
        RecognizedWords([], [], 1.5),
    ]
    assert [window.since_word_s for window in windows(heard, [2, 3])] == [0.0, 1.0]


class _Nobody:
    """Takes everything that a publisher hands on."""

    def garble(self, words: list[Word]) -> list[Word]:
        return list(words)

    def put(self, final: list[Word]) -> None: ...

    def count_words(self, count: int) -> None: ...


def test_words_that_the_computer_played_do_not_make_the_last_word_newer() -> None:
    features = Watching()
    session = session_with(features)
    nobody = _Nobody()
    publisher = WordPublisher(
        session.intake.words, session.intake.voices, RecentWords(), nobody, nobody, nobody  # type: ignore[arg-type]
    )  # fmt: skip
    session.intake.voices.add(VoiceStretch(0.0, 1.0, "learner"))
    session.intake.voices.add(VoiceStretch(1.0, 2.0, "computer"))
    publisher.publish(RecognizedWords([Word("mine", 0.4, 0.9)], [], 1.0), 0)
    publisher.publish(RecognizedWords([Word("its", 1.2, 1.8)], [Word("own", 1.8, 1.9, final=False)], 2.0), 0)
    assert session.step(2.0).since_word_s == pytest.approx(1.1)
    assert [word.text for word in features.windows[-1].words] == ["mine"]


class RealInputs(SmallFeatures):
    """The real feature pipeline beside the small one; keeps the real inputs."""

    def __init__(self) -> None:
        self._pipeline = FeaturePipeline(COMPACT, shipped() / TOKENIZER)
        self.inputs: list[ModelInputs] = []

    def prepare(self, window: Window) -> SmallPrepared:
        self.inputs.append(self._pipeline.prepare(window).inputs)
        return super().prepare(window)


def test_the_same_words_give_the_same_ages_however_they_are_reported() -> None:
    """Word by word as from a transcript, and as a live recogniser does: in phrases, with partial words that change."""
    said = [Word(text, 0.6 * k, 0.6 * k + 0.5) for k, text in enumerate(SAID.split())]
    by_word = [RecognizedWords([word], [], word.end_s) for word in said]
    by_phrase = []
    for word in said:
        phrase = [each for each in said if each.end_s <= word.end_s]
        done = len(phrase) // 3 * 3
        finals = phrase[done - 3 :] if len(phrase) == done else []
        partial = [replace(each, final=False) for each in phrase[done:]]
        by_phrase.append(RecognizedWords(finals, partial, word.end_s))
    one, other = RealInputs(), RealInputs()
    for features, heard in ((one, by_word), (other, by_phrase)):
        session = session_with(features)
        for hop in range(1, 50):
            end_s = session.grid.end_s(hop)
            for report in heard:
                if end_s - HOP_S < report.heard_s <= end_s:
                    session.add_words(report.final, report.partial, report.heard_s)
            session.step(end_s)
    assert len(one.inputs) == len(other.inputs) == 49
    for left, right in zip(one.inputs, other.inputs, strict=True):
        assert torch.equal(left.tokens, right.tokens)
        torch.testing.assert_close(left.token_age_s, right.token_age_s, rtol=0, atol=0, equal_nan=True)
        torch.testing.assert_close(left.since_word_s, right.since_word_s, rtol=0, atol=0, equal_nan=True)
    assert float(one.inputs[-1].since_word_s) == pytest.approx(24.5 - said[-1].end_s)
