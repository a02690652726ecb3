"""Everything a user may set, as frozen groups; read from and written to TOML.

Values are checked in one place, `problems`: the command line prints what it returns, the settings page shows it in red.
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import tomli_w

from core import paths
from core.atomic_files import replace_text
from core.errors import SettingsError

PROFILES = ("compact", "paper")
DEVICES = ("auto", "cpu", "cuda")
RECOGNIZERS = ("auto", "moonshine", "vosk", "pocketsphinx", "off")
THEMES = ("system", "dark", "light")
PURPOSES = ("unset", "self", "research", "demo")


@dataclass(frozen=True, slots=True)
class CaptureSettings:
    """Devices by name ("auto" = the system's default, "off" = none); camera also takes an index, URL or path.

    `loudspeaker`: the one whose sound is told from the learner's voice.
    """

    camera: str = "auto"
    microphone: str = "auto"
    loudspeaker: str = "auto"
    frame_width_px: int = 640
    frame_rate_hz: float = 30.0
    zeros_are_muted_after_s: float = 3.0
    retry_s: float = 1.0


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """The hop grid and how far back each modality looks. Part of the checkpoint's feature settings."""

    hop_s: float = 0.5
    audio_s: float = 2.0
    words_s: float = 12.0
    crops_per_hop: int = 4
    settle_s: float = 0.12
    """How long a step waits after its hop's end, so that the window's audio has arrived."""


@dataclass(frozen=True, slots=True)
class SpeechSettings:
    """Which recogniser; `model` is an installed word model's name ("auto" = the best that is there)."""

    recognizer: str = "auto"
    model: str = "auto"


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which network, which weights, which device. `random_weights` must be requested explicitly."""

    profile: str = "compact"
    checkpoint: str = ""
    random_weights: bool = False
    device: str = "auto"
    threads: int = 0
    """CPU threads for inference; 0 leaves the choice to the program."""


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """How the window looks."""

    theme: str = "system"
    history_s: float = 120.0


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """What is stored of a session. Estimates are unless `sessions` is off; the rest only if it is switched on."""

    sessions: bool = True
    words: bool = False
    features: bool = False
    """The encoders' outputs at each step, so that the session can be scored again by another checkpoint."""
    media: bool = False
    """Video and audio; the window shows a recording indicator all the time."""
    keep_days: int = 0
    """Older sessions are erased automatically; 0 keeps them until the user erases them."""


@dataclass(frozen=True, slots=True)
class AskSettings:
    """Questions and hints during a session; all of them off by default."""

    probes: bool = False
    """At random moments, about `every_min` apart."""
    uncertain: bool = False
    """Also when the model stays undecided."""
    every_min: float = 20.0
    nudges: bool = False


@dataclass(frozen=True, slots=True)
class FocusSettings:
    """The focus timer: blocks of work with breaks between them."""

    focus_min: float = 25.0
    break_min: float = 5.0
    rounds: int = 4


@dataclass(frozen=True, slots=True)
class LabSettings:
    """Lab Streaming Layer. While both are off, no socket is opened."""

    outlets: bool = False
    inlets: bool = False
    """Takes markers from every stream of type Markers that this program did not open."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All groups."""

    purpose: str = "unset"
    capture: CaptureSettings = field(default_factory=CaptureSettings)
    window: WindowSettings = field(default_factory=WindowSettings)
    speech: SpeechSettings = field(default_factory=SpeechSettings)
    model: ModelSettings = field(default_factory=ModelSettings)
    screen: ScreenSettings = field(default_factory=ScreenSettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    ask: AskSettings = field(default_factory=AskSettings)
    focus: FocusSettings = field(default_factory=FocusSettings)
    lab: LabSettings = field(default_factory=LabSettings)


def problems(settings: Settings) -> list[str]:
    """What is wrong with the values, one sentence each; empty if they can be used."""
    choices = (
        ("purpose", settings.purpose, PURPOSES),
        ("model.profile", settings.model.profile, PROFILES),
        ("model.device", settings.model.device, DEVICES),
        ("speech.recognizer", settings.speech.recognizer, RECOGNIZERS),
        ("screen.theme", settings.screen.theme, THEMES),
    )
    ranges = (
        ("window.hop_s", settings.window.hop_s, 0.1, 5.0),
        ("window.audio_s", settings.window.audio_s, 0.5, 10.0),
        ("window.words_s", settings.window.words_s, 1.0, 60.0),
        ("window.crops_per_hop", settings.window.crops_per_hop, 1, 16),
        ("window.settle_s", settings.window.settle_s, 0.0, 1.0),
        ("capture.frame_width_px", settings.capture.frame_width_px, 160, 1920),
        ("capture.frame_rate_hz", settings.capture.frame_rate_hz, 1, 120),
        ("capture.retry_s", settings.capture.retry_s, 0.05, 60),
        ("capture.zeros_are_muted_after_s", settings.capture.zeros_are_muted_after_s, 0.5, 60),
        ("model.threads", settings.model.threads, 0, 256),
        ("screen.history_s", settings.screen.history_s, 10, 3600),
        ("store.keep_days", settings.store.keep_days, 0, 3650),
        ("ask.every_min", settings.ask.every_min, 5, 240),
        ("focus.focus_min", settings.focus.focus_min, 1, 180),
        ("focus.break_min", settings.focus.break_min, 1, 60),
        ("focus.rounds", settings.focus.rounds, 1, 24),
    )
    found = [
        f"{name} is '{value}'; use one of {', '.join(allowed)}."
        for name, value, allowed in choices
        if value not in allowed
    ]
    found += [
        f"{name} is {value}; use {low} to {high}." for name, value, low, high in ranges if not low <= value <= high
    ]
    return found


def load(path: Path) -> Settings:
    """Settings from a TOML file; the defaults if there is none. Raises `SettingsError` for what cannot be used."""
    if not path.exists():
        return Settings()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read as settings ({error}). Correct or delete it.") from error
    settings: Settings = _build(Settings(), table, str(path))
    found = problems(settings)
    if found:
        raise SettingsError(f"{path}: {' '.join(found)}")
    return settings


def save(settings: Settings, path: Path) -> None:
    """Write settings as TOML, replacing the file in one step. Raises `SettingsError`."""
    replace_text(path, tomli_w.dumps(asdict(settings)), SettingsError)


def _build(group: Any, table: dict[str, Any], where: str) -> Any:
    known = {entry.name: getattr(group, entry.name) for entry in fields(group)}
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise SettingsError(f"{where}: unknown setting '{unknown[0]}'. Known here: {', '.join(known)}.")
    return replace(group, **{name: _value(known[name], value, f"{where}: {name}") for name, value in table.items()})


def _value(default: Any, value: Any, where: str) -> Any:
    if hasattr(default, "__dataclass_fields__"):
        if not isinstance(value, dict):
            raise SettingsError(f"{where} must be a table.")
        return _build(default, value, where)
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not type(default):
        raise SettingsError(f"{where} must be a {type(default).__name__}, not '{value}'.")
    return value


def save_values(group: str, **values: Any) -> None:
    """Changes values of `group` ("" = top level) in the settings file. Raises `SettingsError` or `OSError`."""
    save(changed(load(paths.settings_file()), group, values), paths.settings_file())


def changed(settings: Settings, group: str, values: dict[str, Any]) -> Settings:
    """`settings` with the values of `group` changed."""
    if not group:
        return replace(settings, **values)
    return replace(settings, **{group: replace(getattr(settings, group), **values)})
