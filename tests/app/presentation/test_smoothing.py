"""The headline does not flicker, and never shows a state that the model did not estimate."""

from dataclasses import replace

import numpy as np
import pytest

from app.presentation.smoothing import HeadlineSmoother
from app.presentation.text import doubt_text
from core.types import STATES, Estimate, Modality, Presence, Reason
from tests.app.scripted_engine import estimate_at


def step(t_s: float, probabilities: list[float], abstains: Reason | None = None) -> Estimate:
    return replace(estimate_at(t_s, {}), probabilities=np.array(probabilities, dtype=np.float32), abstains=abstains)


CURIOUS, BORED = [0.1, 0.7, 0.1, 0.1], [0.1, 0.2, 0.6, 0.1]


def test_there_is_no_reading_before_the_first_step() -> None:
    assert HeadlineSmoother().reading() is None


def test_one_differing_step_does_not_change_the_state_and_two_do() -> None:
    headline = HeadlineSmoother()
    names = []
    for t_s, probabilities in ((1, CURIOUS), (2, BORED), (3, CURIOUS), (4, BORED), (5, BORED)):
        headline.take(step(t_s, probabilities))
        names.append(headline.reading().state)
    assert names == ["Curious", "Curious", "Curious", "Curious", "Bored"]
    assert headline.reading().steady_s == 0.0


def test_figures_glide_towards_the_newest_step() -> None:
    headline = HeadlineSmoother()
    headline.take(step(1, CURIOUS))
    headline.take(step(2, [0.1, 0.9, 0.0, 0.0]))
    assert headline.reading().probability == pytest.approx(0.7)
    headline.advance(0.3)
    assert 0.7 < headline.reading().probability < 0.9
    headline.advance(30.0)
    assert headline.reading().probability == pytest.approx(0.9, abs=1e-4)


def test_the_runner_up_is_named_and_is_another_state() -> None:
    headline = HeadlineSmoother()
    headline.take(step(1, [0.2, 0.5, 0.25, 0.05]))
    reading = headline.reading()
    assert (reading.state, reading.runner_up) == ("Curious", "Bored")
    assert reading.runner_up in STATES


def test_where_nothing_is_present_it_is_undecided_at_once_with_the_reason() -> None:
    headline = HeadlineSmoother()
    headline.take(step(1, CURIOUS))
    headline.take(step(2, [np.nan] * 4, Reason.NOTHING_PRESENT))
    reading = headline.reading()
    assert (reading.state, reading.reason, reading.runner_up) == (None, Reason.NOTHING_PRESENT, None)


def test_weak_evidence_is_undecided_and_names_the_most_probable_state() -> None:
    headline = HeadlineSmoother()
    headline.take(step(1, [0.3, 0.28, 0.22, 0.2], Reason.WEAK_EVIDENCE))
    reading = headline.reading()
    assert (reading.state, reading.reason, reading.runner_up) == (None, Reason.WEAK_EVIDENCE, "Confused")


@pytest.mark.parametrize(
    ("doubtful", "text"),
    [
        (("audio", "text"), "voice may not be yours: lips are still"),
        (("text",), "words may not be yours: lips were still"),
        ((), ""),
    ],
)
def test_it_says_beside_the_state_that_the_voice_may_be_somebody_elses(
    doubtful: tuple[Modality, ...], text: str
) -> None:
    made = step(1, BORED)
    made.presence.update({modality: Presence(True, 0.3, Reason.LIPS_STILL) for modality in doubtful})
    headline = HeadlineSmoother()
    headline.take(made)
    assert headline.reading().state == "Bored"
    assert doubt_text(headline.reading()) == text
    headline.take(step(2, BORED))
    assert doubt_text(headline.reading()) == ""
