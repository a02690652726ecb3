"""Finds the primary face of a frame and its quality, or the reason why there is none.

`FaceFinder` detects on a small copy at every fourth glance (once a hop of 0.5 s), follows the face by template
matching in between, chooses one primary face (the rule is in `face_choice`) and crops it as the compact model was
trained to see faces.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.features.face_choice import CLEAR_AFTER_S, FaceChoice, choose
from core.features.face_crop import cut_face
from core.features.face_detector import FaceDetector, YuNet, network_file
from core.features.face_quality import StillnessDetector, is_dark, measure_quality
from core.features.face_track import follow
from core.features.mouth_motion import MouthMotion
from core.types import FaceBox, Presence, Reason, Rgb, Sighting, VideoFrame

GLANCE_S = 0.125
"""Interval of glances: glance k uses the first frame at or after k x GLANCE_S."""
DETECT_WIDTH_PX = 320
FROZEN_AFTER_S = 3.0
TRACK_FOR_S = 0.45
"""A detection is followed for less than this, so that at `GLANCE_S` every fourth glance detects. Detecting costs three
to four times as much as following. A second face is noticed at most half a second late."""


@dataclass(frozen=True, slots=True)
class _View:
    """The small copy of one frame; `scale` is frame pixels per small pixel."""

    t_s: float
    rgb: Rgb
    grey: Any
    scale: float

    @property
    def size(self) -> tuple[int, int]:
        return self.rgb.shape[1], self.rgb.shape[0]


@dataclass(frozen=True, slots=True)
class _Found:
    """Result of a detection (at `detected_s`), or of following one; boxes in pixels of `view`."""

    view: _View
    choice: FaceChoice
    faces: int
    detected_s: float


class FaceFinder:
    """Finds the primary face. Stateful: takes one camera's frames in order. Raises `ModelError` if it cannot detect."""

    def __init__(self, detector: FaceDetector | None = None) -> None:
        self._detector = detector or YuNet(network_file())
        self.reset()

    def reset(self) -> None:
        """Forgets the primary face, for a new session or another camera."""
        self._last: _Found | None = None
        self._known: FaceBox | None = None
        self._paused_until_s = 0.0
        self._stillness = StillnessDetector()
        self._mouth = MouthMotion()

    def look(self, frame: VideoFrame) -> Sighting:
        """Returns the primary face of the frame, or the reason for none."""
        view = _small(frame)
        found = self._follow(view) or self._detect(view)
        self._last = found
        self._known = found.choice.primary or self._known
        if found.choice.ambiguous:
            self._paused_until_s = view.t_s + CLEAR_AFTER_S
        reason = self._absence(found, self._stillness.seconds(view.rgb, view.t_s))
        box = _scaled(found.choice.primary, view.scale)
        sighting = sighting_of(frame, box, found.faces, reason)
        return replace(sighting, mouth_motion=self._mouth.measure(frame, sighting))

    def _follow(self, view: _View) -> _Found | None:
        last = self._last
        if last is None or last.choice.primary is None or last.choice.ambiguous:
            return None
        if not 0.0 <= view.t_s - last.detected_s < TRACK_FOR_S:
            return None
        box = follow(last.view.grey, view.grey, last.choice.primary)
        return None if box is None else replace(last, view=view, choice=FaceChoice(box))

    def _detect(self, view: _View) -> _Found:
        faces = self._detector.detect(view.rgb)
        return _Found(view, choose(faces, self._known, view.size), len(faces), view.t_s)

    def _absence(self, found: _Found, still_s: float) -> Reason | None:
        if found.choice.primary is None:
            return Reason.TOO_DARK if is_dark(found.view.grey) else Reason.NO_FACE
        if found.view.t_s < self._paused_until_s:
            return Reason.SEVERAL_FACES
        return Reason.FROZEN_PICTURE if still_s >= FROZEN_AFTER_S else None


def _small(frame: VideoFrame) -> _View:
    import cv2

    height, width = frame.rgb.shape[:2]
    scale = max(width / DETECT_WIDTH_PX, 1.0)
    size = (round(width / scale), max(round(height / scale), 1))
    rgb = frame.rgb
    if scale != 1.0:
        rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return _View(frame.t_s, rgb, cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), scale)


def _scaled(face: FaceBox | None, scale: float) -> FaceBox | None:
    if face is None:
        return None
    return FaceBox(face.x * scale, face.y * scale, face.width * scale, face.height * scale, face.confidence)


def sighting_of(frame: VideoFrame, box: FaceBox | None, faces: int, reason: Reason | None) -> Sighting:
    """Builds the sighting for a known face box; without a box, or with a `reason`, no face is cropped."""
    size = (frame.rgb.shape[1], frame.rgb.shape[0])
    if box is None or reason is not None:
        return Sighting(frame.t_s, size, box, faces, Presence(False, 0.0, reason))
    crop = cut_face(frame.rgb, box)
    quality = measure_quality(crop, box)
    if quality.is_dark and quality.light == 0.0:
        return Sighting(frame.t_s, size, box, faces, Presence(False, 0.0, Reason.TOO_DARK))
    doubt = Reason.TOO_DARK if quality.is_dark else None
    return Sighting(frame.t_s, size, box, faces, Presence(True, quality.whole, doubt), crop)
