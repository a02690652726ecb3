"""Opens the real parts of a session; heavy imports happen only then."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import cache

from core.session.protocols import Finder, LoadedModel, Preparer
from core.settings import ModelSettings, SpeechSettings
from core.speech.base import Recognizer


def open_model(settings: ModelSettings) -> tuple[LoadedModel, Preparer]:
    """Model and features as the settings name them; sets how many threads torch may use. Raises `ModelError`."""
    import torch

    from core.features.load_model import open_live

    torch.set_num_threads(thread_count(settings.threads))
    opened = open_live(settings)
    _freeze_libraries()
    return opened


@cache
def _freeze_libraries() -> None:
    """Exclude torch's objects, which live as long as the program, from garbage collection: scanning them at every full
    collection blocked the window for about 80 ms. Only once, or garbage between two sessions would never be freed."""
    gc.freeze()


def open_finder() -> Finder:
    """The face finder."""
    from core.features.face import FaceFinder

    return FaceFinder()


def open_recognizer(settings: SpeechSettings) -> Recognizer:
    """The recogniser that the settings name. Raises `SpeechError`, also for "off"."""
    from core.speech.select_recognizer import open_recognizer as open_named

    return open_named(settings)


def open_recognizer_process(settings: SpeechSettings, is_ending: Callable[[], bool]) -> Recognizer:
    """The same in a process of its own, so that neither steps nor pictures wait for it.

    Raises `SpeechError`, then and later, also as soon as `is_ending` returns True.
    """
    from core.speech.recognizer_process import ProcessRecognizer

    return ProcessRecognizer(settings, is_ending)


def thread_count(requested: int) -> int:
    """Threads for inference: as requested, or all physical cores but one, which the window and the recogniser need."""
    if requested:
        return requested
    import psutil

    return max((psutil.cpu_count(logical=False) or 2) - 1, 1)
