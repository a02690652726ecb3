import pytest

from core.loudspeaker.verdict import BEFORE, FramePowers, VerdictMaker
from core.types import Speaker

NOISE = FramePowers(1e-8, 1e-8)


@pytest.mark.parametrize(
    ("heard", "left", "speaker"),
    [
        (1e-4, 1e-7, "computer"),
        (1e-4, 3e-5, "both"),
        (1e-4, 9e-5, "learner"),
        (1.1e-8, 1e-8, "nobody"),
    ],
)
def test_the_verdict_follows_what_cancelling_left(heard: float, left: float, speaker: Speaker) -> None:
    verdicts = VerdictMaker()
    for _ in range(50):
        verdicts.add(NOISE)
    for _ in range(BEFORE + 2):
        verdicts.add(FramePowers(heard, left))
    assert verdicts.decide(1) == speaker


def test_sound_that_never_pauses_is_no_noise_floor() -> None:
    verdicts = VerdictMaker()
    for _ in range(400):
        verdicts.add(FramePowers(1e-3, 1e-3))
    assert verdicts.decide(0) == "learner"


def test_one_frame_of_the_learner_among_the_computers_is_both() -> None:
    verdicts = VerdictMaker()
    for powers in [FramePowers(1e-4, 1e-7)] * 8 + [FramePowers(3e-4, 2e-4)]:
        verdicts.add(powers)
    assert verdicts.decide(0) == "both"
