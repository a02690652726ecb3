"""Lips against the voice: the mouth's motion in drawn faces, the comparison, and a verdict that does not flicker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from core.features.face import GLANCE_S, FaceFinder
from core.features.lips import HOLD_S, MOVING, SPAN_S, STILL, LipsEvidence, LipsJudge, lips_evidence
from core.features.mouth_motion import MAX_GAP_S
from core.synthetic.face import FacePainter, Pose
from core.synthetic.features import Expression
from core.types import SAMPLE_RATE_HZ, MouthGlance, Rgb, Samples, VideoFrame, Window

SPEAKING, SILENT = LipsEvidence(0.2, 1.5), LipsEvidence(0.0, 0.0)
STILL_LIPS = LipsEvidence(0.02, 1.5)


def drawn(t_s: float, speech: float) -> Rgb:
    """A learner whose head sways; the mouth opens with `speech`, 0 to 1."""
    sway = Pose(x=9 * np.sin(2.1 * t_s), y=4 * np.sin(3.3 * t_s), tilt=2 * np.sin(1.7 * t_s), face=Expression())
    return PAINTER.paint(replace(sway, face=replace(sway.face, speech=speech)))


PAINTER = FacePainter(seed=0)


Change = Callable[[Rgb, float], Rgb]


def unchanged(rgb: Rgb, _t_s: float) -> Rgb:
    return rgb


def motions(
    speech: Callable[[float], float], change: Change = unchanged, rate_hz: float = 1 / GLANCE_S
) -> list[float | None]:
    """Three seconds of a drawn learner, as the finder sees them."""
    finder, times = FaceFinder(), np.arange(0.0, 3.0, 1 / rate_hz)
    return [finder.look(VideoFrame(t_s, change(drawn(t_s, speech(t_s)), t_s))).mouth_motion for t_s in times]


def talking(t_s: float) -> float:
    return 0.5 + 0.5 * float(np.sin(2 * np.pi * 2.9 * t_s))


def silent(_t_s: float) -> float:
    return 0.0


def small(rgb: Rgb, _t_s: float) -> Rgb:
    return np.asarray(cv2.resize(rgb, (140, 79), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def mirrored(rgb: Rgb, _t_s: float) -> Rgb:
    return rgb[:, ::-1].copy()


def lit(rgb: Rgb, t_s: float) -> Rgb:
    """Slides on the screen light the face up and down."""
    return np.clip(rgb * (0.9 + 0.15 * np.sign(np.sin(9 * t_s))), 0, 255).astype(np.uint8)


def noisy(rgb: Rgb, t_s: float) -> Rgb:
    return np.clip(rgb + np.random.default_rng(round(1e3 * t_s)).normal(0, 4, rgb.shape), 0, 255).astype(np.uint8)


def mean(found: list[float | None]) -> float:
    return float(np.mean([motion for motion in found if motion is not None]))


def test_the_first_picture_is_compared_with_nothing() -> None:
    first, *others = motions(talking)
    assert first is None
    assert None not in others


@pytest.mark.parametrize("change", [unchanged, mirrored, lit, noisy])
def test_a_speaking_mouth_moves_and_a_still_one_does_not(change: Change) -> None:
    assert mean(motions(talking, change)) > MOVING
    assert mean(motions(silent, change)) < STILL


def test_nothing_is_said_of_a_face_too_small_or_pictures_too_rare() -> None:
    assert set(motions(talking, small)) == {None}
    assert set(motions(talking, rate_hz=3.0)) == {None}


def voice(seconds: float = SPAN_S) -> Samples:
    """The last `seconds` of two are voiced."""
    t_s = np.arange(round(SPAN_S * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    tones = sum(np.sin(2 * np.pi * 140 * k * t_s) / k for k in range(1, 20))
    return (0.1 * tones * (t_s >= SPAN_S - seconds)).astype(np.float32)


def window(glances: dict[float, float], audio: Samples) -> Window:
    """Ends at 10 s; `glances` are motions by the seconds before that."""
    mouth = tuple(MouthGlance(10.0 - ago_s, motion) for ago_s, motion in sorted(glances.items(), reverse=True))
    return Window(10.0, (), audio, (), mouth=mouth)


AGO_S = [GLANCE_S * k for k in range(1, 17)]


def test_only_motion_while_there_is_voice_counts() -> None:
    moved_before = {ago_s: 0.3 if ago_s > 1.3 else 0.01 for ago_s in AGO_S}
    evidence = lips_evidence(window(moved_before, voice(0.9)))
    assert evidence is not None
    assert evidence.motion == pytest.approx(0.01, abs=0.005)
    assert evidence.voiced_s == pytest.approx(0.9, abs=0.1)
    everywhere = lips_evidence(window(moved_before, voice()))
    assert everywhere is not None
    assert everywhere.motion > 0.05


def test_no_verdict_without_two_seconds_of_a_visible_mouth() -> None:
    assert lips_evidence(window({}, voice())) is None
    assert lips_evidence(window(dict.fromkeys(AGO_S[:12], 0.0), voice())) is not None
    assert lips_evidence(window(dict.fromkeys(AGO_S[:7], 0.0), voice())) is None
    hole = dict.fromkeys([ago_s for ago_s in AGO_S if not 0.5 < ago_s < 0.5 + 3 * MAX_GAP_S], 0.0)
    assert lips_evidence(window(hole, voice())) is None, "the face was away in between"


def judged(evidence: list[LipsEvidence | None], hop_s: float = 0.5) -> list[bool]:
    judge = LipsJudge()
    return [judge.take(one, hop_s * place) for place, one in enumerate(evidence)]


def test_the_verdict_has_hysteresis() -> None:
    between = LipsEvidence((STILL + MOVING) / 2, 1.5)
    assert judged([between, STILL_LIPS, between, SPEAKING, between]) == [False, True, True, False, False]


def test_a_pause_between_sentences_does_not_end_it_but_a_long_one_does() -> None:
    pause = [SILENT] * round(HOLD_S / 0.5 + 2)
    assert judged([STILL_LIPS, *pause]) == [True, True, True, True, True, False, False]


def test_little_voice_is_not_enough_and_a_face_out_of_sight_ends_it() -> None:
    assert judged([LipsEvidence(0.0, 0.3), STILL_LIPS, None, LipsEvidence(0.0, 0.3)]) == [False, True, False, False]
