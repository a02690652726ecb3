"""What an engine is put together from: where chunks come from, and how model, face finder and recogniser are opened.

The defaults are the real things, imported when they are opened. Tests hand in siblings with the same promises.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from core.capture.source import Source
from core.listener import Hearer
from core.parts import Finder, Preparer, StepModel
from core.settings import CaptureSettings, ModelSettings, SpeechSettings


class LoadedModel(StepModel, Protocol):
    """A model that can say what it is."""

    @property
    def profile(self) -> str:
        """Name of its size: compact or paper."""

    @property
    def sha256(self) -> str:
        """Digest of its weights."""

    @property
    def device(self) -> str:
        """Where it computes: cpu or cuda."""


class OpenRecognizer(Hearer, Protocol):
    """A recogniser with a name that can be closed."""

    @property
    def name(self) -> str:
        """For people."""

    def close(self) -> None:
        """Release its memory."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Either a camera and a microphone, each of which may be missing, or one finite or drawn medium with both kinds."""

    camera: Source | None = None
    microphone: Source | None = None
    medium: Source | None = None


def open_model(settings: ModelSettings) -> tuple[LoadedModel, Preparer]:
    """Model and features as the settings name them; sets how many threads torch may use. Raises `ModelError`."""
    import torch

    from core.features.opening import open_live

    torch.set_num_threads(thread_count(settings.threads))
    return open_live(settings)


def open_finder() -> Finder:
    """The face finder."""
    from core.features.face import FaceFinder

    return FaceFinder()


def open_recognizer(settings: SpeechSettings) -> OpenRecognizer | None:
    """The recogniser that the settings name; None where they say "off". Raises `SpeechError`."""
    if settings.recognizer == "off":
        return None
    from core.speech.recognizer import open_recognizer as open_named

    return open_named(settings)


def make_camera(name: str, settings: CaptureSettings) -> Source | None:
    """A camera by name, index, URL or path, not opened yet; None for "off"."""
    if name == "off":
        return None
    from core.capture.camera import Camera

    return Camera(name, frame_width_px=settings.frame_width_px, frame_rate_hz=settings.frame_rate_hz)


def make_microphone(name: str) -> Source | None:
    """A microphone by name, not opened yet; None for "off"."""
    if name == "off":
        return None
    from core.capture.microphone import Microphone

    return Microphone(name)


@dataclass(frozen=True, slots=True)
class EngineParts:
    """How the engine gets its parts."""

    open_model: Callable[[ModelSettings], tuple[LoadedModel, Preparer]] = open_model
    open_finder: Callable[[], Finder] = open_finder
    open_recognizer: Callable[[SpeechSettings], OpenRecognizer | None] = open_recognizer
    make_camera: Callable[[str, CaptureSettings], Source | None] = make_camera
    make_microphone: Callable[[str], Source | None] = make_microphone


def thread_count(asked: int) -> int:
    """Threads for inference: as asked, or all real cores but one, which the window and the recogniser need."""
    if asked:
        return asked
    import psutil

    return max((psutil.cpu_count(logical=False) or 2) - 1, 1)
