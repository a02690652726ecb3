"""What a session is fed from when it begins, and that nothing looks at a person before somebody chose that."""

from pathlib import Path

import pytest

from app.session.input import Input, first_input
from app.window.startup import make_medium
from core.capture.source import Source
from core.settings import CaptureSettings
from core.types import VideoFrame
from tests.support.media import write_clip

CLIP = Input("file", Path("clip.mp4"))


@pytest.mark.parametrize(
    ("purpose", "wished", "devices_named", "unattended", "begun"),
    [
        ("unset", None, False, False, ("unset", Input())),
        ("unset", None, False, True, ("demo", Input("demo"))),
        ("unset", None, True, True, ("self", Input())),
        ("unset", Input("demo"), False, True, ("demo", Input("demo"))),
        ("unset", CLIP, False, True, ("self", CLIP)),
        ("self", None, False, True, ("self", Input())),
        ("self", Input("demo"), False, True, ("self", Input("demo"))),
        ("demo", None, False, False, ("demo", Input("demo"))),
        ("demo", None, True, False, ("demo", Input())),
        ("demo", CLIP, False, True, ("demo", CLIP)),
    ],
)
def test_purpose_and_command_line_decide_together(purpose, wished, devices_named, unattended, begun) -> None:
    assert first_input(purpose, wished, devices_named, unattended) == begun


def width_px(source: Source) -> int:
    source.open(lambda: 100.0)
    try:
        while not isinstance(chunk := source.read(1.0), VideoFrame):
            pass
        return chunk.rgb.shape[1]
    finally:
        source.close()


def test_pictures_of_a_file_and_of_the_drawn_learner_are_as_wide_as_was_set(tmp_path: Path) -> None:
    capture = CaptureSettings(frame_width_px=96)
    assert width_px(make_medium(Input("demo"), capture)) == 96
    assert width_px(make_medium(Input("file", write_clip(tmp_path / "clip.mp4")), capture)) == 96
    assert make_medium(Input(), capture) is None
