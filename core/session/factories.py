"""Opens the real parts of a session; heavy imports happen only then."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import cache

from core.errors import RecognizerEndedError
from core.native_memory import return_freed_memory
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
    return_freed_memory()
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


def open_recognizer(settings: SpeechSettings, report: Callable[[str], None]) -> Recognizer:
    """The recogniser that the settings name, in this process. Raises `SpeechError`, also for "off".

    `report` is told, in one sentence, if the best one did not open and another one did.
    """
    from core.speech.select_recognizer import open_recognizer as open_named

    opened = open_named(settings, report)
    return_freed_memory()
    return opened


def open_live_recognizer(
    settings: SpeechSettings, is_ending: Callable[[], bool], report: Callable[[str], None]
) -> Recognizer:
    """The same beside a window: neither steps nor pictures wait for it, and the end of a session does not either.

    PocketSphinx holds the interpreter's lock and gets a process of its own; the others release it. Raises
    `SpeechError`, then and later, and `RecognizerEndedError` as soon as `is_ending` returns True.
    """
    from core.speech.interruptible_opening import open_unless_ending
    from core.speech.recognizer_process import ProcessRecognizer
    from core.speech.select_recognizer import WordModel, open_in_place
    from core.speech.select_recognizer import open_recognizer as open_named

    def open_model(model: WordModel) -> Recognizer:
        if is_ending():
            raise RecognizerEndedError
        if model.recognizer == "pocketsphinx":
            return ProcessRecognizer(model, is_ending)
        return open_unless_ending(lambda: open_in_place(model), is_ending)

    opened = open_named(settings, report, open_model)
    return_freed_memory()
    return opened


def thread_count(requested: int) -> int:
    """Threads for inference: as requested, or all physical cores but one, which the window and the recogniser need."""
    if requested:
        return requested
    import psutil

    return max((psutil.cpu_count(logical=False) or 2) - 1, 1)
