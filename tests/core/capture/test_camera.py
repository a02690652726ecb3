"""The camera source with a network camera on loopback that disconnects, hangs and comes back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from core.capture.camera import CLOSE_WAIT_S, OPEN_WAIT_S, Camera, to_rgb
from core.capture.devices import resolve
from core.capture.source import EndOfSource
from core.errors import CaptureError
from core.types import VideoFrame
from tests.support.media import write_clip
from tests.support.mjpeg_server import MjpegServer, moving_square
from tests.support.waiting import until


@pytest.fixture
def server() -> Iterator[MjpegServer]:
    with MjpegServer() as running:
        yield running


@pytest.fixture
def clock() -> Callable[[], float]:
    start = time.monotonic()
    return lambda: time.monotonic() - start


def next_frame(camera: Camera, within_s: float = 10.0) -> VideoFrame:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        frame = camera.read(0.2)
        if frame is not None:
            return frame
    raise AssertionError("no picture came")


def read_until_lost(camera: Camera, within_s: float = 10.0) -> CaptureError:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            camera.read(0.2)
        except CaptureError as lost:
            return lost
    raise AssertionError("the loss was not noticed")


def read_for_ever(camera: Camera) -> None:
    while True:
        camera.read(1.0)


def open_and_read(camera: Camera, clock: Callable[[], float]) -> None:
    camera.open(clock)
    next_frame(camera)


def test_pictures_have_times_and_at_most_the_requested_width(server: MjpegServer, clock: Callable[[], float]) -> None:
    camera = Camera(server.url, frame_width_px=160)
    camera.open(clock)
    frames = [next_frame(camera) for _ in range(5)]
    camera.close()
    assert frames[0].rgb.shape == (120, 160, 3)
    times = [frame.t_s for frame in frames]
    assert times == sorted(times)
    assert 0 <= times[0] <= times[-1] <= clock()


def test_colours_are_red_green_blue(server: MjpegServer, clock: Callable[[], float]) -> None:
    camera = Camera(server.url)
    camera.open(clock)
    rgb = next_frame(camera).rgb.astype(int)
    camera.close()
    square = rgb[rgb[..., 0] > rgb[..., 2] + 80]
    assert len(square) > 800
    assert np.abs(square.mean(0) - moving_square(0)[110, 10]).max() < 25


def test_a_disconnected_camera_is_reported_and_reopened(server: MjpegServer, clock: Callable[[], float]) -> None:
    camera = Camera(server.url)
    camera.open(clock)
    next_frame(camera)
    server.stop()
    assert "disconnected" in str(read_until_lost(camera))
    with pytest.raises(CaptureError, match="does not answer"):
        camera.open(clock)
    server.start()
    camera.open(clock)
    assert next_frame(camera).t_s > 0
    camera.close()


def test_a_hanging_camera_counts_as_lost_and_does_not_delay_close(
    server: MjpegServer, clock: Callable[[], float]
) -> None:
    camera = Camera(server.url)
    camera.open(clock)
    next_frame(camera)
    server.hang()
    sentence = str(read_until_lost(camera))
    assert "no picture" in sentence or "disconnected" in sentence
    begun = time.monotonic()
    camera.close()
    assert time.monotonic() - begun < CLOSE_WAIT_S + 0.5


def test_a_camera_that_never_responds_delays_neither_open_nor_close(clock: Callable[[], float]) -> None:
    with MjpegServer() as server:
        server.hang()
        camera = Camera(server.url)
        begun = time.monotonic()
        camera.open(clock)
        assert camera.read(0.05) is None
        camera.close()
        assert time.monotonic() - begun < OPEN_WAIT_S + CLOSE_WAIT_S + 0.5
        with pytest.raises(CaptureError, match="not answered"):
            camera.open(clock)
    for thread in threading.enumerate():
        if thread.name == "camera device":
            thread.join(10)


def test_a_video_file_keeps_its_own_uneven_times(tmp_path: Path, clock: Callable[[], float]) -> None:
    clip = write_clip(tmp_path / "uneven.mkv", seconds=2.0, audio=False, frame_times_s=[0.0, 0.1, 0.2, 1.2, 1.3])
    camera = Camera(str(clip))
    camera.open(clock)
    times_s = [next_frame(camera).t_s for _ in range(5)]
    camera.close()
    assert [t_s - times_s[0] for t_s in times_s] == pytest.approx([0.0, 0.1, 0.2, 1.2, 1.3], abs=0.01)


def test_a_thread_that_waits_for_its_device_is_named_until_it_ends(clock: Callable[[], float]) -> None:
    with MjpegServer() as server:
        server.hang()
        camera = Camera(server.url)
        camera.open(clock)
        assert camera.status().hangs == ""
        camera.close()
        assert camera.status().hangs == "camera device"
    until(lambda: camera.status().hangs == "", 15)


def test_a_video_file_plays_at_its_own_pace_and_ends(media: Path, clock: Callable[[], float]) -> None:
    camera = Camera(str(media / "face_noface.mov"), frame_width_px=320)
    camera.open(clock)
    first = next_frame(camera)
    again = next_frame(camera)
    assert again.t_s - first.t_s == pytest.approx(1 / 30, abs=0.2)
    with pytest.raises(EndOfSource):
        read_for_ever(camera)
    camera.close()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("no such camera", "no camera named"),
        ("97", "gives no picture"),
        ("http://127.0.0.1:9/x", "does not answer"),
        ("http://[bad", "cannot be a camera"),
        ("²", "no camera named"),
        ("x" * 5000, "cannot be a camera|no camera named"),
    ],
)
def test_a_camera_that_cannot_be_opened_is_reported_in_one_sentence(
    name: str, sentence: str, clock: Callable[[], float]
) -> None:
    camera = Camera(name)
    with pytest.raises(CaptureError, match=sentence):
        open_and_read(camera, clock)
    camera.close()


def test_closing_twice_and_reading_a_closed_camera() -> None:
    camera = Camera("0")
    camera.close()
    camera.close()
    with pytest.raises(CaptureError, match="not open"):
        camera.read(0.01)


def test_a_password_in_the_address_is_not_shown() -> None:
    assert resolve("rtsp://me:secret@host:554/live?key=1") == (
        "rtsp://me:secret@host:554/live?key=1",
        "rtsp://host:554/live",
    )


def test_grey_pictures_become_colour() -> None:
    assert to_rgb(np.full((10, 20), 7, np.uint8), 40).shape == (10, 20, 3)
