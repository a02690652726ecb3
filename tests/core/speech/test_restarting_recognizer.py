"""A recogniser is restarted in a silence, never within a word, and without losing one."""

from __future__ import annotations

import numpy as np

from core.speech.audio_position import AudioPosition
from core.speech.restarting_recognizer import RestartingRecognizer
from core.types import SAMPLE_RATE_HZ, Samples, Word


class Echo:
    """Keeps the contract of `Recognizer`: every block with sound in it is a word, final at the next silent block."""

    name = "Echo"

    def __init__(self) -> None:
        self.pending: list[Word] = []
        self.closed = False

    def feed(self, samples: Samples, start_s: float) -> list[Word]:
        if samples.any():
            self.pending.append(Word(f"w{start_s:g}", start_s, start_s + 1.0))
            return []
        return self.flush()

    def partial(self) -> list[Word]:
        return list(self.pending)

    def flush(self) -> list[Word]:
        words, self.pending = self.pending, []
        return words

    def close(self) -> None:
        self.closed = True


SOUND = np.ones(SAMPLE_RATE_HZ, np.float32)
QUIET = np.zeros(SAMPLE_RATE_HZ, np.float32)


def test_it_is_restarted_in_a_silence_and_loses_no_word():
    made: list[Echo] = []

    def make() -> Echo:
        made.append(Echo())
        return made[-1]

    recognizer, words = RestartingRecognizer(make, after_s=5.0), []
    plan = [SOUND, SOUND, SOUND, SOUND, SOUND, SOUND, QUIET, SOUND, QUIET]
    for second, samples in enumerate(plan):
        words += recognizer.feed(samples, float(second))
        assert len(made) == 1 + (second >= 6)
    assert [word.start_s for word in words] == [0, 1, 2, 3, 4, 5, 7]
    assert [echo.closed for echo in made] == [True, False]
    recognizer.close()
    assert made[-1].closed


def test_audio_position_maps_across_gaps():
    clock = AudioPosition()
    assert clock.gap_s(3.0) == 0.0
    clock.add(SAMPLE_RATE_HZ, 10.0)
    clock.add(SAMPLE_RATE_HZ, 11.0)
    assert clock.gap_s(20.0) == 8.0
    clock.add(SAMPLE_RATE_HZ, 20.0)
    assert clock.fed_s == 3.0
    assert [clock.session_s(own_s) for own_s in (0.0, 1.5, 2.0, 2.5, 3.0)] == [10.0, 11.5, 20.0, 20.5, 21.0]
