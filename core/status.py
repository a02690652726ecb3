"""A running engine's status: one frozen snapshot, taken at any time from any thread.

The status bar and `--report` read the same numbers from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from core.types import Speaker


class RunState(Enum):
    """The state of an engine."""

    IDLE = "idle"
    STARTING = "starting"
    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"
    """A finite source has been played to its end, and its last hop was stepped."""
    STOPPED = "stopped"


class DeviceState(Enum):
    """The state of a camera, a microphone or the reference."""

    OFF = "off"
    OPENING = "opening"
    RUNNING = "running"
    LOST = "lost"
    """Failed or could not be opened; it is tried again."""


LOUDSPEAKER = "loudspeaker"
"""The kind of device whose sound is the reference. No modality needs it."""


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """A device's name, state, last error (one sentence for people), and the counters of its source."""

    name: str = ""
    state: DeviceState = DeviceState.OFF
    message: str = ""
    rate_hz: float = 0.0
    drift_ppm: float | None = None
    gaps: int = 0
    lost_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Milliseconds over the last minutes; zeros before the first measurement."""

    p50: float = 0.0
    p95: float = 0.0
    max: float = 0.0


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """The whole engine at one moment."""

    state: RunState = RunState.IDLE
    elapsed_s: float = 0.0
    pauses: int = 0
    """Number of completed pauses."""
    paused_s: float = 0.0
    """Their total duration."""
    camera: DeviceStatus = field(default_factory=DeviceStatus)
    microphone: DeviceStatus = field(default_factory=DeviceStatus)
    loudspeaker: DeviceStatus = field(default_factory=DeviceStatus)
    """Of the reference: whether what the computer plays can be told from the learner's voice, and why not."""
    speaker: Speaker = "nobody"
    """Who speaks now, as far as the loudspeaker guard can tell; "nobody" also while the computer plays nothing."""
    recognizer: str = ""
    """Shown name: "Moonshine tiny-en", "Vosk small-en-us-0.15", or why there is none; empty until one is open."""
    hears: bool = False
    """Whether a recogniser is running."""
    words_language: str | None = None
    """Its language as a two-letter code, empty if its model does not say; None until one is open."""
    unheard_s: float = 0.0
    """Seconds of sound that were overwritten before they were recognised."""
    model_languages: tuple[str, ...] = ()
    """Languages that the open model's text encoder knows, as two-letter codes."""
    profile: str = ""
    checkpoint_sha256: str = ""
    device: str = "cpu"
    threads: int = 0
    hop_s: float = 0.5
    steps: int = 0
    skipped_hops: int = 0
    step_ms: Percentiles = field(default_factory=Percentiles)
    preview_fps: float = 0.0
    """Frames a second that arrive from the camera, over the last two seconds."""
    preview_fps_mean: float = 0.0
    """The mean since the first frame."""
    late_sound_s: float = 0.0
    """Seconds of sound that had not arrived when their step was made, and counted as silence in it."""
    level_dbfs: float = -120.0
    """RMS level of the open microphone over the last 50 ms, also while the voice is muted."""
    clipping: bool = False
    words: int = 0
    """Final words so far."""
    muted: frozenset[str] = frozenset()
    guard: str = ""
    """Why the bystander guard is raised; empty while it is down."""
    feedback: bool = True
    """Whether the model is fed its own last estimate."""
    faults: tuple[str, ...] = ()
    """Injected faults, one sentence each."""
    errors: tuple[str, ...] = ()
