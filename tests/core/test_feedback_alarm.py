"""The alarm for feedback that holds a state against the evidence."""

from dataclasses import replace

import numpy as np
import pytest

from core.feedback_alarm import STEPS, FeedbackAlarm, find_alarm, held_for
from core.types import MODALITIES, Estimate, Explanation, Presence
from tests.support.recent_steps import recent

HOP_S = 0.5
BORED, CONFUSED = (0.2, 0.1, 0.6, 0.1), (0.5, 0.1, 0.3, 0.1)


def step(k: int, said=BORED, evidence=CONFUSED) -> Estimate:
    zeros = np.zeros(3, dtype=np.float32)
    said, evidence = (np.array(p, dtype=np.float32) for p in (said, evidence))
    why = Explanation(np.zeros((3, 3, 24)), np.zeros((3, 3)), np.full((3, 4), np.nan), evidence, said)
    presence = {modality: Presence(True) for modality in MODALITIES}
    return Estimate(k * HOP_S, said, zeros, zeros, zeros, presence, None, 10.0, explanation=why)


def alarm(steps: list[Estimate]) -> FeedbackAlarm | None:
    return find_alarm(recent(steps).columns)


def test_four_steps_in_a_row_are_an_alarm() -> None:
    found = alarm([step(0, evidence=BORED), *(step(k) for k in range(1, 5))])
    assert (found.held, found.towards, found.steps, found.since_s) == ("Bored", "Confused", 4, 0.5)
    assert found.sentence.startswith("Feedback may be holding Bored")


def test_it_lasts_from_the_first_of_the_steps() -> None:
    found = alarm([step(k) for k in range(20)])
    assert (found.since_s, found.lasted_s, found.steps) == (0.0, 9.5, 20)


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [step(k) for k in range(3)],
        [*(step(k) for k in range(3)), step(3, evidence=BORED)],
        [step(0), step(1), step(2, evidence=BORED), step(3), step(4), step(5)],
        [step(k, evidence=(0.38, 0.1, 0.32, 0.2)) for k in range(9)],
        [*(step(k) for k in range(8)), step(8, said=CONFUSED)],
        [*(step(k) for k in range(8)), step(8, said=(np.nan,) * 4, evidence=(np.nan,) * 4)],
        [replace(step(k), explanation=None) for k in range(8)],
    ],
    ids=["none", "three", "gone now", "broken", "hardly ahead", "followed", "nothing there", "unexplained"],
)
def test_no_alarm(steps: list[Estimate]) -> None:
    assert alarm(steps) is None


def test_a_personal_calibration_is_not_feedback() -> None:
    moved = [replace(step(k, said=CONFUSED), probabilities=np.array(BORED, dtype=np.float32)) for k in range(8)]
    assert alarm(moved) is not None
    assert alarm([replace(e, plain=np.array(CONFUSED, dtype=np.float32)) for e in moved]) is None


def test_a_stored_session_has_the_alarms_of_the_live_one() -> None:
    draw = np.random.default_rng(5)
    choices = np.array([BORED, CONFUSED], dtype=np.float32)
    said, evidence = choices[np.repeat(draw.integers(0, 2, 60), 5)], choices[np.repeat(draw.integers(0, 2, 100), 3)]
    said[40:43] = evidence[40:43] = evidence[90:95] = np.nan
    steps = [step(k, said[k], evidence[k]) for k in range(300)]
    steps[90:95] = [replace(one, explanation=None) for one in steps[90:95]]
    lengths = held_for(said, evidence)
    live = [alarm(steps[: k + 1]) for k in range(300)]
    assert [found.steps if found else 0 for found in live] == np.where(lengths >= STEPS, lengths, 0).tolist()
    assert any(live)
    assert not len(held_for(said[:0], evidence[:0]))
