"""The vocabulary of the corridor: what flows from room to room. Frozen data, no behaviour to speak of.

Times end in `_s` and are seconds on the session clock (0 = session start, monotonic). A chunk carries
its own time; nothing downstream of a source reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Modality = Literal["audio", "visual", "text"]
MODALITIES: tuple[Modality, ...] = ("audio", "visual", "text")
"""Order of every per-modality axis in the program."""

STATES: tuple[str, ...] = ("Confused", "Curious", "Bored", "Frustrated")
"""Order of every per-state axis in the program (paper, head)."""

SAMPLE_RATE_HZ = 16_000
"""The one audio rate behind a source; sources resample."""

REPORTABLE: tuple[str, ...] = (*STATES, "Other", "None")
"""What a person may report of themselves: one of the states, another one, or none of these."""

Rgb = NDArray[np.uint8]
Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class VideoFrame:
    """One picture. `rgb` is (H, W, 3) uint8 and is never written to after the frame was made."""

    t_s: float
    rgb: Rgb


@dataclass(frozen=True, slots=True, eq=False)
class AudioBlock:
    """Consecutive mono samples at 16 kHz, in [-1, 1]; `t_s` is the time of the first one.

    `lost` counts samples that the device dropped just before this block; the ring writes that much silence.
    """

    t_s: float
    samples: Samples
    lost: int = 0


Chunk = VideoFrame | AudioBlock


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word. `final` is False while the recogniser may still change its mind."""

    text: str
    start_s: float
    end_s: float
    confidence: float = 1.0
    final: bool = True


@dataclass(frozen=True, slots=True)
class FaceBox:
    """A face in pixels of its frame; `confidence` in [0, 1]."""

    x: float
    y: float
    width: float
    height: float
    confidence: float


class Reason(Enum):
    """Why a modality is absent or doubtful, or why there is no label. The value is what the screen says."""

    NO_CAMERA = "no camera"
    NO_FACE = "no face"
    SEVERAL_FACES = "several faces"
    TOO_DARK = "too dark"
    FROZEN_PICTURE = "picture stands still"
    NO_PICTURE = "no picture in the recording"
    NO_MICROPHONE = "no microphone"
    NO_SOUND = "no sound in the recording"
    MICROPHONE_ZEROS = "microphone blocked or muted"
    SILENCE = "no voice"
    CLIPPED = "voice too loud"
    NO_WORDS = "no words"
    NO_RECOGNIZER = "no word recogniser"
    MUTED = "switched off"
    NOTHING_PRESENT = "no face, no voice, no words"
    WEAK_EVIDENCE = "evidence is weak"


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether one modality takes part in a step, how good it is (0 to 1), and why it does not or is doubtful."""

    present: bool
    quality: float = 1.0
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """What one glance at a frame found: the primary face's box, or the reason for none.

    `crop` is the face with margin, (S, S, 3) uint8, ready for `core.features`; None without a primary face.
    `frame_size` is (width, height) of the frame in pixels, so that a box can be drawn on a scaled preview.
    """

    t_s: float
    frame_size: tuple[int, int]
    box: FaceBox | None
    faces: int
    presence: Presence
    crop: Rgb | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The last seconds of everything, ending at `end_s`, as `core.session.session` cuts it.

    `sightings`: glances of the last hop, oldest first, at most `crops_per_hop`.
    `audio`: the last `audio_s` seconds, (N,) float32 at 16 kHz, left-padded with zeros before the session began.
    `words`: words that ended within the last `words_s` seconds, oldest first, partial ones included.
    `unavailable`: modalities that the session knows to be missing (no device, muted), with the reason.
    """

    end_s: float
    sightings: tuple[Sighting, ...]
    audio: Samples
    words: tuple[Word, ...]
    unavailable: dict[Modality, Reason] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Why a step came out as it did; made only while somebody wants to see it. Modalities in the order of `MODALITIES`.

    `heard` (3, 3, K): how the asking modality (first axis) spreads its attention over the asked one's (second axis)
    last K steps, oldest first, the newest at the end; sums to 1, or is 0 where nobody asks or nothing was there.
    `told` (3, 3): how much of what the asking modality says now came from the asked one, 0 to 1; the diagonal is what
    it says by itself, and a row sums to 1, or is 0 where the asking modality is absent.
    `without` (3, 4): probabilities had that modality never been there; NaN where nothing else was present.
    `evidence` (4,): probabilities without feedback, which is to say with a uniform ŷ_{t-1}.
    `feedback` (4,): ŷ_{t-1}, what this step was fed back.
    """

    heard: NDArray[np.float32]
    told: NDArray[np.float32]
    without: NDArray[np.float32]
    evidence: NDArray[np.float32]
    feedback: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """What one step says about the window that ends at `t_s`.

    `probabilities` is (4,) in the order of `STATES` and sums to 1, or all-NaN when nothing was present.
    `weights` is (3,) in the order of `MODALITIES`: exactly 0 where absent, the rest sum to 1 (all 0 if none).
    `weight_low` and `weight_high` are the ends of their 95 % bands: low <= weight <= high, 0 where absent.
    `abstains` is None when the estimate stands, else why the program prefers not to name a state.
    `plain` is what `probabilities` were before a personal calibration; None where there was none.
    `features`: what the encoders made of each present modality, each (d_m,), for scoring the step again without media.
    """

    t_s: float
    probabilities: NDArray[np.float32]
    weights: NDArray[np.float32]
    weight_low: NDArray[np.float32]
    weight_high: NDArray[np.float32]
    presence: dict[Modality, Presence]
    abstains: Reason | None
    compute_ms: float
    sighting: Sighting | None = None
    words: tuple[Word, ...] = ()
    explanation: Explanation | None = None
    plain: NDArray[np.float32] | None = None
    features: dict[Modality, NDArray[np.float16]] = field(default_factory=dict)

    @property
    def leading(self) -> int | None:
        """Index into `STATES` of the most probable state; None when nothing was present."""
        return None if np.isnan(self.probabilities[0]) else int(self.probabilities.argmax())

    @property
    def state(self) -> str | None:
        """The state that the estimate names, or None when it abstains."""
        return None if self.abstains or self.leading is None else STATES[self.leading]


@dataclass(frozen=True, slots=True)
class Marker:
    """A moment that somebody marked: by key, from the lab (an LSL stream), or the program's own (sync test)."""

    t_s: float
    label: str
    origin: Literal["key", "lab", "program"] = "key"


@dataclass(frozen=True, slots=True)
class SelfReport:
    """What the person said of themselves about moment `t_s`; `state` is one of `REPORTABLE`.

    "own": of their own accord; "probe": when asked in between; "recall": when asked about it after the session.
    """

    t_s: float
    state: str
    origin: Literal["own", "probe", "recall"] = "own"


@dataclass(frozen=True, slots=True)
class Activity:
    """What the learner was doing from `t_s` on (task, focus, break, idle), or a note or a nudge at that moment."""

    t_s: float
    kind: Literal["task", "focus", "break", "idle", "note", "nudge"]
    text: str = ""


Happening = Literal["device", "run", "reset", "feedback", "fault", "guard", "storing", "sync", "personal", "error"]


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to the session itself: a device lost, a pause, a fault injected, feedback switched off …"""

    t_s: float
    kind: Happening
    text: str = ""


FEEDBACK_ON, FEEDBACK_OFF = "Feedback was switched on.", "Feedback was switched off."
FEEDBACK_RESET = "Feedback was reset."
"""Texts of "feedback" events: scoring a session again goes by them."""

Entry = Marker | SelfReport | Activity | Event
"""Everything that is stamped into a session beside estimates and words."""


def model_says(estimate: Estimate) -> NDArray[np.float32]:
    """Probabilities (4,) as the model gave them: what an explanation explains, before any personal calibration."""
    return estimate.probabilities if estimate.plain is None else estimate.plain


InputKind = Literal["devices", "demo", "file"]
