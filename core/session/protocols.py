"""The interfaces that a session needs of its parts: a model, a feature pipeline, a face finder.

The real ones are `core.model.live.LiveModel`, `core.features.pipeline.FeaturePipeline` and
`core.features.face.FaceFinder`; `core.session.factories` opens them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.types import Modality, Presence, Sighting, VideoFrame, Window


class ModelOutput(Protocol):
    """A model's output for one window: probabilities (4,) and weights (3,), all NaN and all 0 if nothing was present.

    The weights' 95 % bands, (3,) each, contain them and are 0 where they are.
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
        """Whether the confidence lies below the calibrated threshold."""

    @property
    def features(self) -> Mapping[Any, NDArray[np.float16]]:
        """The encoders' vector of each present modality."""

    @property
    def explanation(self) -> Mapping[str, NDArray[np.float32]] | None:
        """The fields of `core.types.Explanation` by name; None unless explanations are on."""


class StepModel(Protocol):
    """Computes one output per window and holds the state between steps."""

    def step(self, inputs: Any) -> ModelOutput:
        """Compute the next window's output."""

    def reset(self) -> None:
        """Clear the state."""

    def explain(self, wanted: bool) -> None:
        """Whether outputs from now on carry an explanation."""

    def feed_back(self, wanted: bool) -> None:
        """Whether the previous output is fed back from now on."""

    def reset_feedback(self) -> None:
        """Clear the previous output and nothing else."""


class StepInputs(Protocol):
    """Inputs for the model, and the presence of each modality."""

    @property
    def inputs(self) -> Any:
        """What `StepModel.step` takes."""

    @property
    def presence(self) -> dict[Modality, Presence]:
        """One entry for every modality; one in `Window.unavailable` is absent, with the reason from there."""


class Preparer(Protocol):
    """Turns a window into model inputs, and decides from it which modalities are present."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the words that it can use, as two-letter codes."""

    def prepare(self, window: Window) -> StepInputs:
        """The window's inputs and presence."""


class Finder(Protocol):
    """Searches single frames for the primary face, and follows it through them."""

    def look(self, frame: VideoFrame) -> Sighting:
        """The primary face of the frame, or the reason for none."""

    def reset(self) -> None:
        """Forget the face."""


class LoadedModel(StepModel, Protocol):
    """A step model with its identity."""

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
