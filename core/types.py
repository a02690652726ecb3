"""The data types that the packages exchange: frozen, with almost no behaviour.

Times end in `_s` and are seconds on the session clock (0 = session start, monotonic). A chunk carries
its own time; nothing downstream of a source reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from math import nan
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
"""The answers of a self-report: one of the states, another one, or none of these."""

Rgb = NDArray[np.uint8]
Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class VideoFrame:
    """One picture. `rgb` is (H, W, 3) uint8 and read-only by convention."""

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
class FaceBox:
    """A face in pixels of its frame; `confidence` in [0, 1]."""

    x: float
    y: float
    width: float
    height: float
    confidence: float


class Reason(Enum):
    """Why a modality is absent or doubtful, or why an estimate abstains. The value is shown on screen."""

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
    COMPUTER_SPEAKING = "the computer is speaking"
    LIPS_STILL = "lips are still"
    NO_WORDS = "no words"
    NO_RECOGNIZER = "no word recogniser"
    OTHER_LANGUAGE = "words in another language"
    MUTED = "switched off"
    NOTHING_PRESENT = "no face, no voice, no words"
    WEAK_EVIDENCE = "evidence is weak"


Speaker = Literal["nobody", "learner", "computer", "both"]
"""Whose voice a stretch of the microphone's sound holds, as far as the loudspeaker guard can tell."""


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word. A partial word (`final` is False) may still change.

    `by_computer`: the loudspeaker guard found that the computer played it; it is shown, never stored, and no evidence.
    `doubt`: why it may not be the learner's, although it counts; None if there is no doubt.
    """

    text: str
    start_s: float
    end_s: float
    confidence: float = 1.0
    final: bool = True
    by_computer: bool = False
    doubt: Reason | None = None

    def age_s(self, now_s: float) -> float:
        """Seconds since its end; 0 for one that has not ended by `now_s`."""
        return max(now_s - self.end_s, 0.0)

    def is_same_as(self, other: Word) -> bool:
        """Whether both are one recognised word, whatever else became known of it since."""
        return (self.start_s, self.end_s, self.text) == (other.start_s, other.end_s, other.text)


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person made of a final word, at the moment `made_utc` (ISO 8601). It changes the session, not the model.

    `text` replaces the word's text, and may be several words; empty: this was not said; the word's own: taken back.
    """

    word: Word
    text: str
    made_utc: str


@dataclass(frozen=True, slots=True)
class TranscriptWord:
    """A word of a transcript: as it was recognised, and its text by hand (None: not corrected, "": not said)."""

    heard: Word
    by_hand: str | None = None

    @property
    def text(self) -> str:
        """The text that counts."""
        return self.heard.text if self.by_hand is None else self.by_hand


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether one modality is used in a step, its quality (0 to 1), and why it is absent or doubtful."""

    present: bool
    quality: float = 1.0
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """The result of the face search in one frame: the primary face's box, or the reason for none.

    `crop` is the face with margin, (S, S, 3) uint8, ready for `core.features`; None without a primary face.
    `frame_size` is (width, height) of the frame in pixels, so that a box can be drawn on a scaled preview.
    `mouth_motion`: how much the mouth moved since the glance before (`core.features.mouth_motion`); None if unknown.
    """

    t_s: float
    frame_size: tuple[int, int]
    box: FaceBox | None
    faces: int
    presence: Presence
    crop: Rgb | None = None
    mouth_motion: float | None = None


@dataclass(frozen=True, slots=True)
class MouthGlance:
    """How much the mouth moved between the glance before and that at `t_s` (`Sighting.mouth_motion`)."""

    t_s: float
    motion: float


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The last seconds of all modalities, ending at `end_s`, as `core.session.session` cuts it.

    `sightings`: those of the last hop, oldest first, at most `crops_per_hop`.
    `audio`: the last `audio_s` seconds, (N,) float32 at 16 kHz, left-padded with zeros before the session began.
    `words`: words that ended within the last `words_s` seconds, oldest first, partial ones included; those that the
    computer played are left out.
    `computer_s`: seconds of the last `audio_s` in which only the computer spoke; `audio` is zero there.
    `since_word_s`: seconds since the last word ended, also one from before the window; NaN where there was none since
    the session began or was reset, and where text is unavailable. A pause is no time: the session clock stands still.
    `mouth`: the mouth's motion in the last `audio_s`, oldest first, where it is known.
    `lips_still`: the lips do not move while a voice is heard, which may therefore be somebody else's.
    `unavailable`: modalities that may not be used (no device, muted), with the reason; their content is empty.
    """

    end_s: float
    sightings: tuple[Sighting, ...]
    audio: Samples
    words: tuple[Word, ...]
    unavailable: dict[Modality, Reason] = field(default_factory=dict)
    computer_s: float = 0.0
    since_word_s: float = nan
    mouth: tuple[MouthGlance, ...] = ()
    lips_still: bool = False

    @property
    def word_ages_s(self) -> tuple[float, ...]:
        """How long ago each of `words` ended, at the window's end."""
        return tuple(word.age_s(self.end_s) for word in self.words)


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """How one step came about; computed only while explanations are on. Modalities in the order of `MODALITIES`.

    `heard` (3, 3, K): attention of the querying modality (first axis) over the last K steps of the queried one (second
    axis), oldest first; sums to 1, or is 0 where either is absent.
    `told` (3, 3): share of the querying modality's fused vector that comes from the queried one, 0 to 1; the diagonal
    is its own share, and a row sums to 1, or is 0 where the querying modality is absent.
    `without` (3, 4): probabilities if that modality had never been present; NaN where nothing else was present.
    `evidence` (4,): probabilities without feedback, that is with a uniform ŷ_{t-1}.
    `feedback` (4,): ŷ_{t-1}, the previous output that was fed back.
    """

    heard: NDArray[np.float32]
    told: NDArray[np.float32]
    without: NDArray[np.float32]
    evidence: NDArray[np.float32]
    feedback: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """The result of one step for the window that ends at `t_s`.

    `probabilities` is (4,) in the order of `STATES` and sums to 1, or all-NaN when nothing was present.
    `weights` is (3,) in the order of `MODALITIES`: exactly 0 where absent, the rest sum to 1 (all 0 if none).
    `weight_low` and `weight_high` are the ends of their 95 % bands: low <= weight <= high, 0 where absent.
    `abstains`: why no state is named; None if one is.
    `plain`: the probabilities before a personal calibration; None without one.
    `features`: the encoders' vector of each present modality, (d_m,), for scoring the step again without media.
    `since_word_s`: as in `Window`, for the same purpose.
    `mouth_motion`: mean of the hop's sightings; NaN where it is unknown in all of them.
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
    since_word_s: float = nan
    mouth_motion: float = nan

    @property
    def leading(self) -> int | None:
        """Index into `STATES` of the most probable state; None when nothing was present."""
        return None if np.isnan(self.probabilities[0]) else int(self.probabilities.argmax())

    @property
    def state(self) -> str | None:
        """The named state, or None when the estimate abstains."""
        return None if self.abstains or self.leading is None else STATES[self.leading]


@dataclass(frozen=True, slots=True)
class Marker:
    """A marked moment: by key, from the lab (an LSL stream), or by the program (sync test)."""

    t_s: float
    label: str
    origin: Literal["key", "lab", "program"] = "key"


@dataclass(frozen=True, slots=True)
class SelfReport:
    """A self-report about moment `t_s`; `state` is one of `REPORTABLE`.

    "own": unprompted; "probe": in answer to a question during the session; "recall": in cued recall after it.
    """

    t_s: float
    state: str
    origin: Literal["own", "probe", "recall"] = "own"


@dataclass(frozen=True, slots=True)
class Activity:
    """The learner's activity from `t_s` on (task, focus, break, idle), or a note or a study hint at that moment."""

    t_s: float
    kind: Literal["task", "focus", "break", "idle", "note", "nudge"]
    text: str = ""


Happening = Literal["device", "run", "reset", "feedback", "fault", "guard", "storing", "sync", "personal", "error"]


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the session itself: a device lost, a pause, a fault injected, feedback switched off …"""

    t_s: float
    kind: Happening
    text: str = ""


FEEDBACK_ON, FEEDBACK_OFF = "Feedback was switched on.", "Feedback was switched off."
FEEDBACK_RESET = "Feedback was reset."
"""Texts of "feedback" events; scoring a session again reads them."""

Entry = Marker | SelfReport | Activity | Event
"""Everything with a time in a session beside estimates and words."""


def model_says(estimate: Estimate) -> NDArray[np.float32]:
    """The model's probabilities (4,), before any personal calibration: those that an explanation explains."""
    return estimate.probabilities if estimate.plain is None else estimate.plain


InputKind = Literal["devices", "demo", "file"]
