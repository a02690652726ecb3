"""An engine's sources, and the factories that open its devices, model, face finder and recogniser.

The defaults are the real ones, imported when they are opened. Tests pass small ones that keep the same contracts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.capture.reference import make_reference
from core.capture.source import Source
from core.session.factories import open_finder, open_live_recognizer, open_model
from core.session.protocols import Finder, LoadedModel, Preparer
from core.settings import CaptureSettings, ModelSettings, SpeechSettings
from core.speech.base import Recognizer


@dataclass(frozen=True, slots=True)
class Sources:
    """Either devices, each of which may be missing, or one medium: a file or a synthetic learner.

    `loudspeaker` gives what the computer plays: the reference.
    """

    camera: Source | None = None
    microphone: Source | None = None
    medium: Source | None = None
    loudspeaker: Source | None = None


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
class EngineFactories:
    """Open an engine's parts."""

    open_model: Callable[[ModelSettings], tuple[LoadedModel, Preparer]] = open_model
    open_finder: Callable[[], Finder] = open_finder
    open_recognizer: Callable[[SpeechSettings, Callable[[], bool], Callable[[str], None]], Recognizer] = (
        open_live_recognizer
    )
    """The second argument returns True once the session is ending; the third is told why a worse one was opened."""
    make_camera: Callable[[str, CaptureSettings], Source | None] = make_camera
    make_microphone: Callable[[str], Source | None] = make_microphone
    make_reference: Callable[[str], Source | None] = make_reference
