"""What a running engine says of itself: one frozen snapshot, taken at any time from any thread.

The status bar and `--report` read the same numbers from here, so that they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class RunState(Enum):
    """Where an engine stands."""

    IDLE = "idle"
    STARTING = "starting"
    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"
    """A finite source is through; estimates of its last hop have been made."""
    STOPPED = "stopped"


class DeviceState(Enum):
    """Where a camera or a microphone stands."""

    OFF = "off"
    OPENING = "opening"
    RUNNING = "running"
    LOST = "lost"
    """Was or could not be opened; being tried again."""


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """A device in words: its name, its state, what went wrong last (for people), and the counters of its source."""

    name: str = ""
    state: DeviceState = DeviceState.OFF
    message: str = ""
    rate_hz: float = 0.0
    drift_ppm: float | None = None
    gaps: int = 0
    lost_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Milliseconds over the last minutes; zeros before anything was measured."""

    p50: float = 0.0
    p95: float = 0.0
    max: float = 0.0


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """The whole engine at one moment."""

    state: RunState = RunState.IDLE
    elapsed_s: float = 0.0
    pauses: int = 0
    """How often the session clock stood still and went on again."""
    paused_s: float = 0.0
    """For how many seconds in all."""
    camera: DeviceStatus = field(default_factory=DeviceStatus)
    microphone: DeviceStatus = field(default_factory=DeviceStatus)
    recognizer: str = ""
    """For people: "Vosk small-en-us-0.15", "PocketSphinx en-us", or why there is none; empty before either is known."""
    hears: bool = False
    """Whether a recogniser is at work."""
    unheard_s: float = 0.0
    """Seconds of sound that were gone before the recogniser came to them."""
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
    """The same since the first frame."""
    late_sound_s: float = 0.0
    """Seconds of sound that had not come when their step was made, and counted as silence in it."""
    level_dbfs: float = -120.0
    """Loudness of the last 50 ms, RMS, at the open microphone: the device's level, also while the voice is muted."""
    clipping: bool = False
    words: int = 0
    """Final words so far."""
    muted: frozenset[str] = frozenset()
    guard: str = ""
    """Why the bystander guard is raised; empty while it is down."""
    feedback: bool = True
    """Whether the model is fed its own last estimate."""
    faults: tuple[str, ...] = ()
    """Faults that were put into the stream on purpose, one sentence each."""
    errors: tuple[str, ...] = ()
