"""What a session is made of, as far as it needs to know: a model, features, a finder of faces, a recogniser.

The real ones are `core.model.live.LiveModel`, `core.features.pipeline.Features`, `core.features.face.FaceFinder` and
those of `core.speech`; `core.session.factories` opens them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.types import Modality, Presence, Sighting, VideoFrame, Window


class ModelOutput(Protocol):
    """What a model says of one window: probabilities (4,) and weights (3,), NaN and 0 when nothing was present.

    The weights' 95 % bands, (3,) each, hold them and are 0 where they are.
    """

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """(4,) in the order of `STATES`."""

    @property
    def weights(self) -> NDArray[np.float32]:
        """(3,) in the order of `MODALITIES`."""

    @property
    def weight_low(self) -> NDArray[np.float32]:
        """(3,) lower ends of the bands."""

    @property
    def weight_high(self) -> NDArray[np.float32]:
        """(3,) upper ends of the bands."""

    @property
    def abstain(self) -> bool:
        """Whether the confidence lies below the calibrated one."""

    @property
    def features(self) -> Mapping[Any, NDArray[np.float16]]:
        """What the encoders made of each present modality."""

    @property
    def explanation(self) -> Mapping[str, NDArray[np.float32]] | None:
        """Why: the fields of `core.types.Explanation` by name; None unless it was asked for."""


class StepModel(Protocol):
    """Answers one window at a time, and alone remembers what it answered before."""

    def step(self, inputs: Any) -> ModelOutput:
        """Answer the next window."""

    def reset(self) -> None:
        """Forget what was answered."""

    def explain(self, wanted: bool) -> None:
        """Whether answers from now on say why."""

    def feed_back(self, wanted: bool) -> None:
        """Whether the answer before is fed back from now on."""

    def reset_feedback(self) -> None:
        """Forget the answer before, and nothing else."""


class StepInputs(Protocol):
    """Inputs for the model, and what was found present."""

    @property
    def inputs(self) -> Any:
        """What `StepModel.step` takes."""

    @property
    def presence(self) -> dict[Modality, Presence]:
        """One entry for every modality."""


class Preparer(Protocol):
    """Turns a window into inputs."""

    def prepare(self, window: Window) -> StepInputs:
        """The window as the model wants it."""


class Finder(Protocol):
    """Looks at single frames, and follows one face through them."""

    def look(self, frame: VideoFrame) -> Sighting:
        """Whose face is there, or why there is none."""

    def reset(self) -> None:
        """Forget the face."""


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

    @property
    def encoders(self) -> str:
        """Fingerprint of its encoders."""
