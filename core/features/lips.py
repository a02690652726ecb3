"""Tells whether the voice may be somebody else's, because the visible face's lips do not move while it speaks.

`lips_evidence` compares the mouth's motion with the voice over the last two seconds; `LipsJudge` turns one comparison
a hop into a verdict that does not flicker. Lips that move prove nothing: whoever chews or laughs while another speaks
is not found out.

Figures, on the clips that could be had (`docs/explanation/whose-voice.md`): of 22 s of two people speaking, each with
their own sound, no step was doubted, whatever was done to the picture; of 100 s of somebody who listens, with
another's voice, 94 % of the steps. Two people are too few to say how often a learner will be doubted wrongly, so
`STILL` is half the lowest mean that a speaking mouth gave in two seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.features.audio import FRAME_S, voiced_frames
from core.features.mouth_motion import MAX_GAP_S
from core.types import SAMPLE_RATE_HZ, MouthGlance, Window

SPAN_S = 2.0
"""Length of the comparison."""
MIN_GLANCES = 8
"""Of known motion in `SPAN_S`: four pictures a second, and a face that was seen all the time."""
MIN_VOICED_S = 0.6
"""Voice in `SPAN_S` from which on a comparison counts."""
STILL, MOVING = 0.05, 0.07
"""Mean motion below which the lips are still, and from which on lips that were still count as moving again.

A speaking mouth gave 0.085 or more in every two seconds, also at 5 to 30 pictures a second, with faces of 48 px, with
noise, and strongly compressed."""
HOLD_S = 2.0
"""How long a verdict outlasts the voice, so that a pause between two sentences does not end it."""
_AROUND_S = 0.15
"""Lips move before the sound and after it."""


@dataclass(frozen=True, slots=True)
class LipsEvidence:
    """The mouth's mean motion while a voice was heard (0 without any), and for how long it was heard."""

    motion: float
    voiced_s: float


def lips_evidence(window: Window) -> LipsEvidence | None:
    """Compares mouth and voice over the window's last `SPAN_S`; None where the mouth was not seen all the time."""
    begin_s = window.end_s - SPAN_S
    glances = [glance for glance in window.mouth if glance.t_s >= begin_s]
    samples = window.audio[-round(SPAN_S * SAMPLE_RATE_HZ) :]
    if len(glances) < MIN_GLANCES or _longest_hole_s(glances, window.end_s) > 2 * MAX_GAP_S:
        return None
    voiced = voiced_frames(samples)
    audio_begin_s = window.end_s - samples.size / SAMPLE_RATE_HZ
    voice = np.array([_voice_around(voiced, glance.t_s - audio_begin_s) for glance in glances])
    motion = np.array([glance.motion for glance in glances])
    return LipsEvidence(float(np.average(motion, weights=voice)) if voice.any() else 0.0, float(voiced.sum()) * FRAME_S)


def _longest_hole_s(glances: Sequence[MouthGlance], end_s: float) -> float:
    times = [end_s - SPAN_S, *(glance.t_s for glance in glances), end_s]
    return float(np.diff(times).max())


def _voice_around(voiced: NDArray[np.bool_], t_s: float) -> float:
    """Share of voice around the motion that a glance at `t_s` measured, in seconds since the sound's beginning."""
    first, last = round((t_s - 2 * _AROUND_S) / FRAME_S), round((t_s + _AROUND_S) / FRAME_S)
    around = voiced[max(first, 0) : max(last, 0)]
    return float(around.mean()) if around.size else 0.0


class LipsJudge:
    """The verdict from hop to hop. It takes `SPAN_S` of still lips to say so, and clear motion to take it back."""

    def __init__(self) -> None:
        self._still = False
        self._judged_s = float("-inf")

    def take(self, evidence: LipsEvidence | None, end_s: float) -> bool:
        """The next hop's evidence; whether the lips are still while a voice is heard. No verdict counts as no."""
        if evidence is None:
            self._still = False
        elif evidence.voiced_s >= MIN_VOICED_S:
            self._still = evidence.motion < (MOVING if self._still else STILL)
            self._judged_s = end_s
        elif end_s - self._judged_s > HOLD_S:
            self._still = False
        return self._still
