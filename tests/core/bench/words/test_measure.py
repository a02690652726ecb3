"""What is measured of a recogniser: its errors, its work, when its words are final, and the lock that it holds."""

from __future__ import annotations

import time

import numpy as np
import pytest

from core.bench.words.clips import AFTER_S, BEFORE_S, SpokenClip, padded
from core.bench.words.conditions import CONDITIONS, changed, sounds_without_words
from core.bench.words.measure import Measured, Ticker, hear
from core.bench.words.result import WordBench, figures
from core.bench.words.text import normalised
from core.types import SAMPLE_RATE_HZ, Samples, Word

WORK_S = 0.02


class Clock:
    """A processor's clock that moves only with the recogniser's work."""

    def __init__(self) -> None:
        self.s = 0.0

    def __call__(self) -> float:
        return self.s


class LateRecognizer:
    """Says `text` once so much sound has come; every block takes it 0.02 s of work."""

    name = "Late"

    def __init__(self, clock: Clock, text: str, after_s: float) -> None:
        self._clock, self._text, self._after_s, self._said = clock, text, after_s, False

    def feed(self, samples: Samples, start_s: float) -> list[Word]:
        self._clock.s += WORK_S
        return self._say() if start_s + samples.size / SAMPLE_RATE_HZ >= self._after_s else []

    def _say(self) -> list[Word]:
        said, self._said = self._said, True
        return [] if said else [Word(text, 0.0, 1.0) for text in self._text.split()]

    def partial(self) -> list[Word]:
        return []

    def flush(self) -> list[Word]:
        return self._say()

    def close(self) -> None:
        pass


@pytest.fixture
def clip() -> SpokenClip:
    return padded("a", np.full(SAMPLE_RATE_HZ, 0.5, np.float32), "Ten of clubs")


def test_errors_work_and_delay_of_a_clip(clip: SpokenClip) -> None:
    clock = Clock()
    heard = hear(LateRecognizer(clock, "10 of gloves", BEFORE_S + 1.0 + 0.7), clip, clock)
    assert (heard.errors.substitutions, heard.errors.spoken, heard.sound_s) == (1, 3, pytest.approx(1.0))
    assert heard.cpu_s == pytest.approx(40 * WORK_S)
    assert heard.delay_s == pytest.approx(0.7 + WORK_S), "the block of that moment was still worked on"


def test_words_that_only_the_end_makes_final_are_as_late_as_the_end(clip: SpokenClip) -> None:
    clock = Clock()
    heard = hear(LateRecognizer(clock, "ten of clubs", 99.0), clip, clock)
    assert heard.delay_s == pytest.approx(AFTER_S + WORK_S)


def test_without_words_there_is_no_delay(clip: SpokenClip) -> None:
    clock = Clock()
    nothing = hear(LateRecognizer(clock, "", 0.0), clip, clock)
    assert (nothing.errors.deletions, nothing.delay_s) == (3, None)
    invented = hear(LateRecognizer(clock, "thank you", 1.0), padded("fan", clip.samples, ""), clock)
    assert (invented.errors.insertions, invented.errors.rate, invented.delay_s) == (2, None, None)


def test_text_is_compared_in_one_form() -> None:
    assert normalised("Mr. Dashwood's ten cards, they're cold-hearted.") == normalised(
        "mister dashwood's 10 cards they are cold hearted"
    )


def test_conditions_change_a_clip_and_keep_its_length(clip: SpokenClip) -> None:
    before = clip.samples.copy()
    for name, condition in CONDITIONS.items():
        if name.startswith("room"):
            pytest.importorskip("pyroomacoustics")
        again, once = changed([clip], condition)[0], changed([clip], condition)[0]
        assert again.samples.size == clip.samples.size, name
        assert np.array_equal(again.samples, once.samples), name
        assert (np.abs(again.samples - before).max() > 0.005) == (name != "as recorded"), name


def test_noise_lies_as_far_below_the_voice_as_it_says(clip: SpokenClip) -> None:
    noisy = changed([clip], CONDITIONS["noise, 20 dB below the voice"])[0]
    noise = noisy.samples - clip.samples
    assert 10 * np.log10(np.square(noise).mean() / 0.25) == pytest.approx(-20, abs=0.2)


def test_sounds_without_words_are_heard_and_have_no_transcript() -> None:
    sounds = sounds_without_words()
    assert [sound.name for sound in sounds] == ["silence", "fan", "keyboard", "music"]
    assert all(sound.text == "" and np.abs(sound.samples).max() < 1.0 for sound in sounds)
    assert np.sqrt(np.square(sounds[3].samples).mean()) > 0.01


def test_a_held_lock_keeps_the_ticker_from_waking() -> None:
    with Ticker() as free:
        time.sleep(0.3)  # gives the lock away
    with Ticker() as held:
        deadline_s = time.perf_counter() + 0.3
        while time.perf_counter() < deadline_s:
            sum(range(2_000_000))  # one call, about 40 ms, that never gives the lock away
    assert np.median(held.late_ms) > 5.0 + np.median(free.late_ms)


def test_results_add_up_over_clips(clip: SpokenClip) -> None:
    clock = Clock()
    heard = [hear(LateRecognizer(clock, text, 2.0), clip, clock) for text in ("ten of clubs", "ten clubs")]
    found = figures(heard)
    assert (found.errors.rate, len(found.delays_s)) == (pytest.approx(1 / 6), 2)
    bench = WordBench([Measured("Late", {"as recorded": heard}, 12.0, (1.0, 2.0, 3.0))])
    table = bench.to_json()["Late"]
    assert table["conditions"]["as recorded"]["word_error_rate"] == pytest.approx(1 / 6)
    assert (table["memory_added_mb"], table["other_thread_late_ms"]["max"]) == (12.0, 3.0)
    assert bench.to_tables()[0].row_count == 1
