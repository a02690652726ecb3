"""What a session is made of, as far as it needs to know: a model, features, a finder of faces, a recogniser.

The real ones are `core.model.live.LiveModel`, `core.features.prepare.Features`, `core.features.face.FaceFinder` and
those of `core.speech`; the functions below open them, and import them only then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.settings import ModelSettings, SpeechSettings
from core.types import Modality, Presence, Samples, Sighting, VideoFrame, Window, Word


class Output(Protocol):
    """What a model says of one window: probabilities (4,) and weights (3,), NaN and 0 when nothing was present."""

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """(4,) in the order of `STATES`."""

    @property
    def weights(self) -> NDArray[np.float32]:
        """(3,) in the order of `MODALITIES`."""

    @property
    def abstain(self) -> bool:
        """Whether the confidence lies below the calibrated one."""


class StepModel(Protocol):
    """Answers one window at a time, and alone remembers what it answered before."""

    def step(self, inputs: Any) -> Output:
        """Answer the next window."""

    def reset(self) -> None:
        """Forget what was answered."""


class Prepared(Protocol):
    """Inputs for the model, and what was found present."""

    @property
    def inputs(self) -> Any:
        """What `StepModel.step` takes."""

    @property
    def presence(self) -> dict[Modality, Presence]:
        """One entry for every modality."""


class Preparer(Protocol):
    """Turns a window into inputs."""

    def prepare(self, window: Window) -> Prepared:
        """The window as the model wants it."""


class Finder(Protocol):
    """Looks at single frames, and follows one face through them."""

    def look(self, frame: VideoFrame) -> Sighting:
        """Whose face is there, or why there is none."""

    def reset(self) -> None:
        """Forget the face."""


class Hearer(Protocol):
    """A recogniser as a listener needs it (`core.speech.recognizer.Recognizer`)."""

    def feed(self, samples: Samples, start_s: float) -> list[Word]:
        """Words that became final."""

    def partial(self) -> list[Word]:
        """Words that are not final yet."""

    def flush(self) -> list[Word]:
        """Words that become final because nothing follows."""


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


def open_recognizer(settings: SpeechSettings) -> OpenRecognizer:
    """The recogniser that the settings name. Raises `SpeechError`, also where they say "off"."""
    from core.speech.recognizer import open_recognizer as open_named

    return open_named(settings)


def open_recognizer_apart(settings: SpeechSettings, ending: Callable[[], bool]) -> OpenRecognizer:
    """The same in a process of its own, so that neither steps nor pictures wait for it.

    Raises `SpeechError`, then and later, also as soon as `ending` says that nobody waits any more.
    """
    from core.speech.apart import ApartRecognizer

    return ApartRecognizer(settings, ending)


def thread_count(asked: int) -> int:
    """Threads for inference: as asked, or all real cores but one, which the window and the recogniser need."""
    if asked:
        return asked
    import psutil

    return max((psutil.cpu_count(logical=False) or 2) - 1, 1)
