"""The synthetic learner's movement: from the current mood to a pose, eased, with breathing, sway and blinks.

A pose is a function of time alone (and the seed), so that any frame can be painted without the frames before it.
"""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from core.synthetic.face import Pose
from core.synthetic.features import Expression
from core.synthetic.schedule import MoodSchedule

POSES = {
    "Neutral": Pose(tilt=4, turn=-0.14, y=6, face=Expression(0.1, 0.1, 0.0, 0.51, 0.0, 0.0, 0.83, 0.21)),
    "Confused": Pose(
        tilt=6, turn=-0.2, y=-2, zoom=1.03, face=Expression(-0.78, -1.3, 0.63, 0.42, 0.1, 0.1, -0.88, -0.09)
    ),
    "Curious": Pose(tilt=-4, y=-3, zoom=1.07, face=Expression(0.8, 0.8, 0.0, 1.22, 0.0, -0.1, 0.35, 0.0, 0.16)),
    "Bored": Pose(tilt=9, turn=-0.43, y=9, zoom=0.97, face=Expression(0.67, -0.13, 0.0, 0.2, -0.4, 0.2, -0.78, -0.12)),
    "Frustrated": Pose(
        tilt=6, turn=-0.2, y=4, zoom=1.04, face=Expression(-1.3, -0.25, 0.58, 0.2, 0.0, 0.0, 0.4, -0.45, 0.19)
    ),
}
"""Found by search over the drawing's parameters, so that the compact network estimates the state that is played: a
drawing differs from photographs, and expressions chosen by eye were all estimated as surprise."""
FACE_PARTS = tuple(part.name for part in fields(Expression))
EASE_S = 0.9
AWAY_PX = 760.0
LEAVE_S = 1.0
BLINK_S = 0.22
BLINK_EVERY_S = 3.4


class LearnerMotion:
    """Poses of one learner over the episodes of `schedule`."""

    def __init__(self, seed: int, schedule: MoodSchedule) -> None:
        rng = np.random.default_rng([seed, 3])
        self._schedule = schedule
        self._phases = rng.uniform(0, 2 * np.pi, 8)
        self._blinks = rng.uniform(0.1, 0.9, 256)

    def pose(self, t_s: float, voice: float) -> Pose:
        """The pose at `t_s`; `voice` (0 to 1) is how loudly the learner is speaking."""
        episode = self._schedule.at(t_s)
        before = self._schedule.at(max(episode.start_s - 1e-6, 0.0))
        share = _eased((t_s - max(episode.start_s, episode.back_s)) / EASE_S)
        pose = _blend(POSES[before.mood], POSES[episode.mood], share)
        pose = self._alive(pose, t_s, episode.mood)
        face = replace(pose.face, lids=pose.face.lids * self._blink(t_s), speech=voice)
        return replace(pose, x=pose.x + self._away_px(t_s), face=face)

    def _alive(self, pose: Pose, t_s: float, mood: str) -> Pose:
        wave = np.sin(t_s * np.array([0.9, 0.61, 1.33, 0.47, 1.9, 0.37, 11.0, 0.8]) + self._phases)
        shake = 0.16 * float(wave[6] * max(wave[7], 0.0)) if mood == "Frustrated" else 0.0
        face = replace(
            pose.face,
            gaze_x=pose.face.gaze_x + 0.3 * float(np.sign(wave[3]) * abs(wave[3]) ** 0.3),
            gaze_y=pose.face.gaze_y + 0.12 * float(wave[5]),
        )
        return replace(
            pose,
            x=pose.x + 7 * float(wave[0]) + 4 * float(wave[2]),
            y=pose.y + 3 * float(wave[1]) + 1.2 * float(wave[4]),
            tilt=pose.tilt + 2.0 * float(wave[5]),
            turn=float(np.clip(pose.turn + 0.18 * wave[3] + shake, -1, 1)),
            face=face,
        )

    def _blink(self, t_s: float) -> float:
        slot = int(t_s / BLINK_EVERY_S)
        middle_s = (slot + float(self._blinks[slot % self._blinks.size])) * BLINK_EVERY_S
        return min(abs(t_s - middle_s) / (BLINK_S / 2), 1.0)

    def _away_px(self, t_s: float) -> float:
        """Sideways offset: out of the picture from the start of an absent episode until `back_s`."""
        episode = self._schedule.at(t_s)
        coming = self._schedule.at(episode.end_s)
        leaving = _eased(1 - (episode.end_s - t_s) / LEAVE_S) if coming.back_s > coming.start_s else 0.0
        returning = 1 - _eased((t_s - episode.back_s) / LEAVE_S) if episode.back_s > episode.start_s else 0.0
        return AWAY_PX * max(leaving, returning)


def _eased(share: float) -> float:
    """0 to 1 with a soft start and end."""
    inside = min(max(share, 0.0), 1.0)
    return inside * inside * (3 - 2 * inside)


def _blend(one: Pose, two: Pose, share: float) -> Pose:
    body = _mixed(one, two, share, ("x", "y", "tilt", "turn", "zoom"))
    return Pose(**body, face=Expression(**_mixed(one.face, two.face, share, FACE_PARTS)))


def _mixed(one: object, two: object, share: float, names: tuple[str, ...]) -> dict[str, float]:
    return {name: getattr(one, name) * (1 - share) + getattr(two, name) * share for name in names}
