"""The shipped network estimates the state that the drawn learner plays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.features.face import FaceFinder
from core.features.load_model import open_live
from core.session.session import Session
from core.settings import ModelSettings, WindowSettings
from core.synthetic.face import FacePainter
from core.synthetic.motion import POSES
from core.types import STATES, Reason, VideoFrame


@pytest.mark.parametrize("character", range(4))
def test_each_mood_is_estimated_from_the_drawn_face(character: int) -> None:
    model, features = open_live(ModelSettings())
    painter = FacePainter(character)
    read = {}
    for mood in STATES:
        session = Session(model, features, FaceFinder(), WindowSettings())
        session.availability.set("audio", "device", Reason.NO_SOUND)
        session.availability.set("text", "recognizer", Reason.NO_WORDS)
        for step in range(1, 7):
            for place in range(2):
                t_s = step / 2 - 0.5 + place / 4
                sway = replace(POSES[mood], x=5 * np.sin(3 * t_s), tilt=POSES[mood].tilt + np.sin(t_s))
                session.feed(VideoFrame(t_s, painter.paint(sway)))
            estimate = session.step(step / 2)
        read[mood] = STATES[estimate.leading]
    assert read == {mood: mood for mood in STATES}
