"""The network as it lives: one hop in, one answer out. `LiveModel` is the only thing here that remembers.

The cheapest step is the one that is not computed twice: an absent modality is not encoded at all, and words are
encoded again only when they changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.model.checkpoint import Checkpoint, encoder_fingerprint
from core.model.evidence import confidence
from core.model.inputs import MODALITIES, ModelInputs, Streams
from core.model.network import NetworkState, Response
from core.model.precision import encoding
from core.model.uncertainty import WeightBands
from core.model.what_if import Reasons, WhatIf


@dataclass(frozen=True, slots=True, eq=False)
class LiveOutput:
    """One step's answer. `probabilities` (4,) calibrated, NaN if nothing was present; `weights` (3,), 0 where absent.

    `abstain`: the confidence (`core.model.evidence`) lies below the calibrated threshold.
    `weight_low`, `weight_high` (3,): the weights' 95 % bands, 0 where absent.
    `features`: the encoders' vectors of present modalities, (d_m,) each. `explanation`: only while explaining.
    """

    probabilities: NDArray[np.float32]
    weights: NDArray[np.float32]
    abstain: bool
    weight_low: NDArray[np.float32]
    weight_high: NDArray[np.float32]
    features: dict[str, NDArray[np.float16]] = field(default_factory=dict)
    explanation: Reasons | None = None


class LiveModel:
    """A checkpoint and the state that its steps pass on. Not for use from several threads at once."""

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
        """Fingerprint of the encoders, for features that are kept."""
        return encoder_fingerprint(self._network)

    def reset(self) -> None:
        """Forget everything: memory, feedback, cached words."""
        self._state: NetworkState = self._network.fusion.start()
        self._text: tuple[Tensor, Tensor] | None = None
        self._what_if.forget()

    def explain(self, wanted: bool) -> None:
        """Whether steps from now on say why."""
        self._explaining = wanted
        self._what_if.forget()

    def feed_back(self, wanted: bool) -> None:
        """Whether steps from now on are fed ŷ_{t-1}, or a uniform one: the loop cut open."""
        self._feeding_back = wanted

    def reset_feedback(self) -> None:
        """Forget ŷ_{t-1} alone; what was seen and heard stays remembered."""
        self._state = replace(self._state, feedback=self._network.fusion.start().feedback)
        self._what_if.forget()

    @torch.inference_mode()
    def step(self, inputs: ModelInputs) -> LiveOutput:
        """One hop (B = 1) → its answer; the state moves on."""
        if not self._feeding_back:
            self.reset_feedback()
        streams = self.encode(inputs)
        why = self.why(streams) if self._explaining else None
        response, self._state = self.fuse(streams)
        return replace(self._answer(response), features=_kept(streams), explanation=why)

    @torch.inference_mode()
    def encode(self, inputs: ModelInputs) -> Streams:
        """One hop → one vector per present modality, zeros for absent ones, T = 1."""
        audio, visual, text = (bool(there) for there in inputs.present[0])
        network = self._network
        vectors = (
            self.encode_audio(inputs) if audio else self._nothing(network.audio.width),
            self.encode_visual(inputs) if visual else self._nothing(network.visual.width),
            self.encode_text(inputs) if text else self._nothing(network.text.width),
        )
        streams = {name: vector[:, None] for name, vector in zip(MODALITIES, vectors, strict=True)}
        return Streams(**streams, present=inputs.present[:, None].to(self.device))

    @torch.inference_mode()
    def encode_audio(self, inputs: ModelInputs) -> Tensor:
        """(1, d_a)."""
        with encoding(self.profile, self.device):
            vector: Tensor = self._network.audio(inputs.waveform.to(self.device))
        return vector.float()

    @torch.inference_mode()
    def encode_visual(self, inputs: ModelInputs) -> Tensor:
        """(1, d_v)."""
        with encoding(self.profile, self.device):
            vector: Tensor = self._network.visual(inputs.crops.to(self.device), inputs.crop_mask.to(self.device))
        return vector.float()

    @torch.inference_mode()
    def encode_text(self, inputs: ModelInputs) -> Tensor:
        """(1, d_t), from memory while the words stay the same."""
        if self._text is None or not torch.equal(self._text[0], inputs.tokens):
            with encoding(self.profile, self.device):
                vector = self._network.text(inputs.tokens.to(self.device), inputs.token_mask.to(self.device))
            self._text = (inputs.tokens, vector.float())
        return self._text[1]

    @torch.inference_mode()
    def fuse(self, streams: Streams) -> tuple[Response, NetworkState]:
        """What the fusion says of encoded hops, from the present state; does not move it."""
        response, state = self._network.fusion(streams, self._state)
        return response, state

    def why(self, streams: Streams) -> Reasons:
        """Why the fusion is going to say of an encoded hop what it says, from the present state; does not move it."""
        return self._what_if.of(streams, self._state)

    @torch.inference_mode()
    def bands(self, response: Response) -> tuple[Tensor, Tensor]:
        """Low and high of the weights' 95 % bands, (1, T, 3) each."""
        return self._bands.of(response.aligned, response.weights)

    def _answer(self, response: Response) -> LiveOutput:
        weights = _row(response.weights)
        if not bool(response.seen[0, -1]):
            nothing = np.zeros_like(weights)
            unknown = np.full(response.logits.shape[-1], np.nan, dtype=np.float32)
            return LiveOutput(unknown, nothing, True, nothing, nothing)
        low, high = map(_row, self.bands(response))
        logits = response.logits[0, -1].float()
        probabilities = torch.softmax(logits / self._calibration.temperature, dim=-1)
        abstain = bool(confidence(logits, probabilities) < self._calibration.threshold)
        return LiveOutput(probabilities.cpu().numpy(), weights, abstain, low, high)

    def _nothing(self, width: int) -> Tensor:
        return torch.zeros(1, width, device=self.device)


def _kept(streams: Streams) -> dict[str, NDArray[np.float16]]:
    """The present modalities' vectors, half as precise: that is what is kept of them."""
    there = zip(MODALITIES, streams.present[0, 0].tolist(), strict=True)
    return {name: getattr(streams, name)[0, 0].half().cpu().numpy() for name, present in there if present}


def _row(values: Tensor) -> NDArray[np.float32]:
    """The newest step of the only learner, (1, T, n) → (n,)."""
    row: NDArray[np.float32] = values[0, -1].float().cpu().numpy()
    return row
