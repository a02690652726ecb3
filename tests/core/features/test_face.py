"""The face finder on real clips, on synthetic scenes, and with faults."""

from __future__ import annotations

import os
import shutil
import sys
import zipfile
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from core.errors import ModelError
from core.features.face import FROZEN_AFTER_S, GLANCE_S, FaceFinder
from core.features.face_choice import CLEAR_AFTER_S, centre, choose, side
from core.features.face_crop import CROP_PX, CROP_SIDE, cut_face
from core.features.face_detector import YuNet, network_file
from core.synthetic.face import FacePainter, Pose
from core.types import FaceBox, Reason, Rgb, VideoFrame


class Counted:
    """The real detector, counting its calls."""

    def __init__(self) -> None:
        self._real = YuNet(network_file())
        self.asked = 0

    def detect(self, rgb: Rgb) -> list[FaceBox]:
        self.asked += 1
        return self._real.detect(rgb)


@pytest.fixture(scope="module")
def person() -> Rgb:
    return FacePainter(seed=0).paint(Pose())


@pytest.fixture
def finder() -> FaceFinder:
    return FaceFinder()


def picture(file: Path) -> Rgb:
    return np.asarray(cv2.cvtColor(cv2.imread(str(file)), cv2.COLOR_BGR2RGB), dtype=np.uint8)


def first_frames(file: Path, slots: int) -> list[VideoFrame]:
    """The frames of the first glances, as the session picks them."""
    frames: list[VideoFrame] = []
    with av.open(str(file)) as container:
        for frame in container.decode(video=0):
            if frame.time >= len(frames) * GLANCE_S:
                frames.append(VideoFrame(frame.time, frame.to_ndarray(format="rgb24")))
            if len(frames) == slots:
                break
    return frames


def noisy(rgb: Rgb, number: int) -> Rgb:
    grain = np.random.default_rng(number).integers(0, 4, rgb.shape, dtype=np.uint8)
    return np.asarray(cv2.add(rgb, grain), dtype=np.uint8)


def boxed(x: float, y: float, size: float) -> FaceBox:
    return FaceBox(x, y, size, size, 0.9)


def test_a_face_is_found_until_it_leaves(media: Path, finder: FaceFinder) -> None:
    seen = [finder.look(frame) for frame in first_frames(media / "face_noface.mov", 36)]
    with_face = [sighting for sighting in seen if sighting.t_s < 2.35]
    without = [sighting for sighting in seen if sighting.t_s > 2.5]
    assert all(sighting.presence.present for sighting in with_face)
    assert not any(sighting.presence.present for sighting in without)
    assert {sighting.presence.reason for sighting in without} == {Reason.NO_FACE}
    crops = [sighting.crop for sighting in with_face]
    assert all(crop is not None and crop.shape == (CROP_PX, CROP_PX, 3) for crop in crops)


def test_between_detections_the_face_is_followed(media: Path) -> None:
    detector = Counted()
    finder, always = FaceFinder(detector), YuNet(network_file())
    offsets = []
    for frame in first_frames(media / "WolfgangLanger_Pexels.mp4", 40):
        sighting = finder.look(frame)
        small = np.asarray(cv2.resize(frame.rgb, (320, 180), interpolation=cv2.INTER_AREA), dtype=np.uint8)
        face = max(always.detect(small), key=side)
        assert sighting.presence.present
        assert sighting.box is not None
        offsets.append(np.hypot(*np.subtract(centre(sighting.box), np.multiply(centre(face), 2))) / side(sighting.box))
    assert detector.asked < 0.4 * len(offsets)
    assert np.percentile(offsets, 95) < 0.12


def test_several_people_pause_the_picture(media: Path, finder: FaceFinder) -> None:
    sighting = finder.look(VideoFrame(0.0, picture(media / "multi_face.jpg")))
    assert sighting.faces == 5
    assert sighting.presence.reason is Reason.SEVERAL_FACES
    assert sighting.crop is None


def test_a_small_face_behind_does_not_pause(person: Rgb, finder: FaceFinder) -> None:
    scene = person.copy()
    scene[10:130, 470:620] = cv2.resize(person[10:250, 170:470], (150, 120), interpolation=cv2.INTER_AREA)
    sighting = finder.look(VideoFrame(0.0, scene))
    assert sighting.faces == 2
    assert sighting.presence.present
    assert sighting.box is not None
    assert 200 < sighting.box.x + sighting.box.width / 2 < 440


def test_after_a_second_face_the_pause_lasts_until_it_is_clear(person: Rgb, finder: FaceFinder) -> None:
    two = np.concatenate([person[:, 120:520], person[:, 120:520]], axis=1)
    one = np.concatenate([person[:, 120:520], person[:, 120:520] // 8 + 90], axis=1)
    one[:, 400:] = 120
    assert finder.look(VideoFrame(0.0, two)).presence.reason is Reason.SEVERAL_FACES
    times = np.arange(1, 9) * GLANCE_S
    seen = [finder.look(VideoFrame(float(t_s), noisy(one, index))) for index, t_s in enumerate(times)]
    for sighting in seen:
        assert sighting.presence.present == (sighting.t_s >= CLEAR_AFTER_S)


def test_the_rule_of_choice() -> None:
    frame = (320, 180)
    learner, rival, passer_by = boxed(130, 50, 60), boxed(220, 50, 50), boxed(10, 20, 25)
    assert choose([], learner, frame).primary is None
    assert choose([passer_by, learner], None, frame).primary == learner
    assert not choose([passer_by, learner], learner, frame).ambiguous
    assert choose([rival, learner], learner, frame).ambiguous
    assert choose([passer_by, boxed(240, 90, 60)], learner, frame).ambiguous


def test_darkness_is_reported(person: Rgb, finder: FaceFinder) -> None:
    assert finder.look(VideoFrame(0.0, np.zeros_like(person))).presence.reason is Reason.TOO_DARK
    assert finder.look(VideoFrame(1.0, np.full_like(person, 120))).presence.reason is Reason.NO_FACE
    dim = finder.look(VideoFrame(2.0, (person * 0.08).astype(np.uint8)))
    assert dim.presence.reason is Reason.TOO_DARK


def test_a_frozen_picture_is_reported_until_it_moves_again(person: Rgb, finder: FaceFinder) -> None:
    for slot in range(round(FROZEN_AFTER_S / GLANCE_S)):
        assert finder.look(VideoFrame(slot * GLANCE_S, person)).presence.present
    frozen = finder.look(VideoFrame(FROZEN_AFTER_S, person))
    assert frozen.presence.reason is Reason.FROZEN_PICTURE
    assert finder.look(VideoFrame(FROZEN_AFTER_S + GLANCE_S, noisy(person, 1))).presence.present


def test_quality_falls_with_blur_and_distance(media: Path, finder: FaceFinder) -> None:
    rgb = picture(media / "single_face.jpg")
    scenes = [rgb, cv2.GaussianBlur(rgb, (0, 0), 9), cv2.resize(rgb, (70, 70), interpolation=cv2.INTER_AREA)]
    qualities = []
    for scene in scenes:
        finder.reset()
        qualities.append(finder.look(VideoFrame(0.0, np.asarray(scene, dtype=np.uint8))).presence.quality)
    assert qualities[0] > 0.9
    assert max(qualities[1:]) < 0.5


def test_a_crop_at_the_frames_edge_keeps_its_size_and_its_framing(person: Rgb) -> None:
    crop = cut_face(person, boxed(-30, -20, 120))
    assert crop.shape == (CROP_PX, CROP_PX, 3)
    assert np.array_equal(crop[:20, :20], np.broadcast_to(crop[0, 0], (20, 20, 3)))


def test_crops_are_framed_like_the_training_pictures(shared_data: Path) -> None:
    detector, ratios = YuNet(network_file()), []
    with zipfile.ZipFile(shared_data / "faces.zip") as archive:
        for name in archive.namelist()[::400]:
            grey = cv2.imdecode(np.frombuffer(archive.read(name), np.uint8), cv2.IMREAD_GRAYSCALE)
            large = cv2.resize(grey, (144, 144), interpolation=cv2.INTER_CUBIC)
            framed = cv2.copyMakeBorder(large, 72, 72, 72, 72, cv2.BORDER_REPLICATE)
            faces = detector.detect(np.asarray(cv2.cvtColor(framed, cv2.COLOR_GRAY2RGB), dtype=np.uint8))
            ratios += [144 / side(face) for face in faces]
    assert len(ratios) > 45
    assert np.median(ratios) == pytest.approx(CROP_SIDE, abs=0.08)


def test_the_reader_of_opencv_4_takes_the_network() -> None:
    network = cv2.dnn.readNetFromONNX(str(network_file()), cv2.dnn.ENGINE_CLASSIC)
    network.setInput(np.zeros((1, 3, 192, 320), np.float32))
    assert network.forward("cls_32").shape == (1, 6 * 10, 1)


@pytest.mark.parametrize("content", [None, b"not a network"])
def test_a_missing_or_damaged_detector_is_an_error_and_not_an_empty_picture(content, tmp_path: Path) -> None:
    file = tmp_path / "yunet.onnx"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ModelError, match="cannot be read" if content is None else "is damaged"):
        YuNet(file)


def test_a_changed_detector_that_opencv_would_take_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "yunet.onnx"
    network = network_file().read_bytes()
    file.write_bytes(network[:120_000] + bytes(64) + network[120_064:])
    with pytest.raises(ModelError, match="is damaged"):
        YuNet(file)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems allow no such name")
def test_the_detector_is_read_from_a_folder_whose_name_is_no_text(tmp_path: Path, person: Rgb) -> None:
    """OpenCV itself ends the process on such a path."""
    folder = tmp_path / os.fsdecode(b"n\xff")
    folder.mkdir()
    file = Path(shutil.copy(network_file(), folder))
    assert YuNet(file).detect(person)
