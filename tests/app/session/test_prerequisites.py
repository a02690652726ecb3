"""The first purpose and input of a window; no device is opened before a person chose that."""

from pathlib import Path

import pytest

from app.session.input import SessionInput, first_input
from app.window.startup import make_medium
from core.capture.source import Source
from core.settings import CaptureSettings
from core.types import VideoFrame
from tests.support.media import write_clip

CLIP = SessionInput("file", Path("clip.mp4"))


@pytest.mark.parametrize(
    ("purpose", "requested", "devices_named", "unattended", "first"),
    [
        ("unset", None, False, False, ("unset", SessionInput())),
        ("unset", None, False, True, ("demo", SessionInput("demo"))),
        ("unset", None, True, True, ("self", SessionInput())),
        ("unset", SessionInput("demo"), False, True, ("demo", SessionInput("demo"))),
        ("unset", CLIP, False, True, ("self", CLIP)),
        ("self", None, False, True, ("self", SessionInput())),
        ("self", SessionInput("demo"), False, True, ("self", SessionInput("demo"))),
        ("demo", None, False, False, ("demo", SessionInput("demo"))),
        ("demo", None, True, False, ("demo", SessionInput())),
        ("demo", CLIP, False, True, ("demo", CLIP)),
    ],
)
def test_purpose_and_command_line_decide_together(purpose, requested, devices_named, unattended, first) -> None:
    assert first_input(purpose, requested, devices_named, unattended) == first


def width_px(source: Source) -> int:
    source.open(lambda: 100.0)
    try:
        while not isinstance(chunk := source.read(1.0), VideoFrame):
            pass
        return chunk.rgb.shape[1]
    finally:
        source.close()


def test_frames_of_a_file_and_of_the_drawn_learner_have_the_width_of_the_settings(tmp_path: Path) -> None:
    capture = CaptureSettings(frame_width_px=96)
    assert width_px(make_medium(SessionInput("demo"), capture)) == 96
    assert width_px(make_medium(SessionInput("file", write_clip(tmp_path / "clip.mp4")), capture)) == 96
    assert make_medium(SessionInput(), capture) is None
