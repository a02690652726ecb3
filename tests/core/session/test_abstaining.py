"""When a step names no state."""

import numpy as np
import pytest

from core.session.abstaining import why_abstains
from core.types import Modality, Presence, Reason

HERE, STILL = Presence(True), Presence(True, 0.3, Reason.LIPS_STILL)


def reason(weights: tuple[float, float, float], *, weak: bool = False, **changed: Presence) -> Reason | None:
    presence: dict[Modality, Presence] = {"audio": HERE, "visual": HERE, "text": HERE}
    presence.update(changed)  # type: ignore[arg-type]
    return why_abstains(presence, np.array(weights, np.float32), weak)


@pytest.mark.parametrize(
    ("weights", "expected"),
    [((0.3, 0.4, 0.3), Reason.LIPS_STILL), ((0.2, 0.6, 0.2), None), ((0.6, 0.4, 0.0), Reason.LIPS_STILL)],
)
def test_a_step_must_not_rest_on_a_voice_with_still_lips(weights: tuple[float, float, float], expected: Reason) -> None:
    assert reason(weights, audio=STILL, text=STILL) is expected


def test_another_doubt_does_not_keep_a_state_from_being_named() -> None:
    assert reason((0.8, 0.1, 0.1), audio=Presence(True, 0.5, Reason.CLIPPED)) is None


def test_weak_evidence_is_said_first() -> None:
    assert reason((0.8, 0.1, 0.1), weak=True, audio=STILL) is Reason.WEAK_EVIDENCE


def test_with_nothing_there_the_reason_is_that_it_is_switched_off_or_missing() -> None:
    gone, off = Presence(False, 0.0, Reason.NO_FACE), Presence(False, 0.0, Reason.MUTED)
    assert reason((0.0, 0.0, 0.0), audio=gone, visual=off, text=off) is Reason.NOTHING_PRESENT
    assert reason((0.0, 0.0, 0.0), audio=off, visual=off, text=off) is Reason.MUTED
