"""The record of unavailable modalities: one reason each, the user's first."""

from __future__ import annotations

from core.session.availability import Availability
from core.types import Reason


def test_the_reason_of_the_first_origin_is_given() -> None:
    availability = Availability()
    availability.set("audio", "signal", Reason.MICROPHONE_ZEROS)
    availability.set("audio", "device", Reason.NO_MICROPHONE)
    assert availability.reason("audio") is Reason.NO_MICROPHONE
    availability.set("audio", "user", Reason.MUTED)
    assert availability.reasons() == {"audio": Reason.MUTED}
    availability.set("audio", "user", None)
    availability.set("audio", "device", None)
    assert availability.reason("audio") is Reason.MICROPHONE_ZEROS
    availability.set("audio", "signal", None)
    assert availability.reasons() == {}


def test_only_the_user_mutes() -> None:
    availability = Availability()
    availability.set("visual", "device", Reason.NO_CAMERA)
    assert availability.muted() == frozenset()
    availability.set("visual", "user", Reason.MUTED)
    assert availability.muted() == {"visual"}
    assert availability.is_muted("visual")
    assert not availability.is_muted("text")
