"""Events of a stored session as the timeline words them."""

import pytest

from app.review.timeline.data import timeline_data
from app.review.timeline.event_text import event_text
from core.engine.guarded_face_finder import LOWERED
from core.types import Event
from tests.support.stored_sessions import stored_session


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (Event(0.0, "device", "microphone: running."), "Microphone on"),
        (Event(0.0, "device", "camera: lost. It stopped. Plug it in."), "Camera lost. It stopped. Plug it in."),
        (Event(0.0, "device", "camera lost"), "Camera lost"),
        (Event(0.0, "run", "paused"), "Paused"),
        (Event(0.0, "run", "starting"), "Starting …"),
        (Event(0.0, "guard", LOWERED), LOWERED),
        (Event(0.0, "storing", "stored again, nothing was lost"), "Stored again, nothing was lost"),
        (Event(0.0, "reset"), "Reset"),
    ],
)
def test_an_event_is_said_in_plain_words(event: Event, words: str) -> None:
    assert event_text(event) == words


def test_the_timeline_uses_these_words() -> None:
    texts = [note.text for note in timeline_data(stored_session(600.0)).notes if note.kind == "run"]
    assert texts == ["Paused", "Resumed"]
