"""Runs the network one hop at a time. `LiveModel` is the only class here with memory.

Two savings keep a step cheap: absent modalities are not encoded, and words are encoded again only when they change.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.model.calibrated_output import CalibratedOutput, calibrated_output
from core.model.checkpoint import Checkpoint, encoder_fingerprint
from core.model.inputs import MODALITIES, ModelInputs, Streams
from core.model.network import NetworkState
from core.model.precision import encoding
from core.model.uncertainty import WeightBands
from core.model.what_if import Reasons, WhatIf


@dataclass(frozen=True, slots=True, eq=False)
class LiveOutput:
    """Result of one step. `probabilities` (4,) calibrated, NaN if nothing was present; `weights` (3,), 0 where absent.

    `abstain`: the confidence (`core.model.evidence`) is below the calibrated threshold.
    `weight_low`, `weight_high` (3,): the weights' 95 % bands, 0 where absent.
    `features`: encoder vectors of the present modalities, (d_m,) each. `explanation`: None unless explaining is on.
    """

    probabilities: NDArray[np.float32]
    weights: NDArray[np.float32]
    abstain: bool
    weight_low: NDArray[np.float32]
    weight_high: NDArray[np.float32]
    features: dict[str, NDArray[np.float16]] = field(default_factory=dict)
    explanation: Reasons | None = None


class LiveModel:
    """A checkpoint and the state that is carried from step to step. Not thread-safe."""

    def __init__(self, checkpoint: Checkpoint, device: str = "cpu") -> None:
        self.profile, self.sha256, self.device = checkpoint.profile, checkpoint.sha256, device
        self._calibration = checkpoint.calibration
        self._network = checkpoint.network.to(device).eval()
        self._bands = WeightBands(self._network.fusion.weigh, checkpoint.calibration.band_scale)
        self._what_if = WhatIf(self._network.fusion, checkpoint.calibration.temperature)
        self._explaining, self._feeding_back = False, True
        self.reset()

    @cached_property
    def encoders(self) -> str:
        """Fingerprint of the encoders, stored with features."""
        return encoder_fingerprint(self._network)

    def reset(self) -> None:
        """Clears all state: memory, feedback and the cached text vector."""
        self._state: NetworkState = self._network.fusion.start()
        self._text: tuple[Tensor, Tensor] | None = None
        self._what_if.forget()

    def explain(self, wanted: bool) -> None:
        """Switches explanations on or off for the steps that follow."""
        self._explaining = wanted
        self._what_if.forget()

    def feed_back(self, wanted: bool) -> None:
        """Switches feedback on or off for the steps that follow; without it ŷ_{t-1} is uniform."""
        self._feeding_back = wanted

    def reset_feedback(self) -> None:
        """Resets ŷ_{t-1} to uniform; the memory of earlier hops stays."""
        self._state = replace(self._state, feedback=self._network.fusion.start().feedback)
        self._what_if.forget()

    @torch.inference_mode()
    def step(self, inputs: ModelInputs) -> LiveOutput:
        """Computes one hop (B = 1) and carries the state on."""
        if not self._feeding_back:
            self.reset_feedback()
        before = self._state
        with encoding(self.profile, self.device):
            streams, response, self._state = self._network(inputs.over_time(), before, self.cached_text(inputs))
        if bool(inputs.present[0, MODALITIES.index("text")]):
            self._text = (inputs.tokens, streams.text[0])
        explanation = self._what_if.of(streams, before) if self._explaining else None
        output = calibrated_output(response, self._bands, self._calibration)
        return _live_output(output, _present_features(streams), explanation)

    def cached_text(self, inputs: ModelInputs) -> Tensor | None:
        """The text vector (1, d_t) of an earlier hop if this hop has the same tokens, else None.

        Their ages differ from hop to hop; the encoder does not take them.
        """
        if self._text is None or not torch.equal(self._text[0], inputs.tokens):
            return None
        return self._text[1]


def _live_output(
    output: CalibratedOutput, features: dict[str, NDArray[np.float16]], explanation: Reasons | None
) -> LiveOutput:
    """The only step of the only learner, as arrays."""
    return LiveOutput(
        output.probabilities[0, 0].cpu().numpy(),
        output.weights[0, 0].cpu().numpy(),
        bool(output.abstain[0, 0]),
        output.weight_low[0, 0].cpu().numpy(),
        output.weight_high[0, 0].cpu().numpy(),
        features,
        explanation,
    )


def _present_features(streams: Streams) -> dict[str, NDArray[np.float16]]:
    """Encoder vectors of the present modalities in float16, the precision in which they are stored."""
    present = zip(MODALITIES, streams.present[0, 0].tolist(), strict=True)
    return {name: getattr(streams, name)[0, 0].half().cpu().numpy() for name, is_present in present if is_present}
