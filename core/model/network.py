"""Figure 2 of the paper as code: encoders → Trans → CMAA → MIE → TFL → MLP + softmax.

`EduEmotionNet` is the whole network: inputs → encoders → `Fusion` → logits and weights. `Fusion` is split where the
paper's figure splits: `perceive` is parallel over time, `respond` is sequential, because each step needs the previous
prediction. Training unrolls T steps in one call, live calls with T = 1 once a hop; a test checks that both agree
within 1e-5.

The modules are pure: all memory goes in and comes out as `NetworkState`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from core.model.cmaa import ALIGNMENTS, Aligned, AlignedPairs
from core.model.config import NetworkConfig
from core.model.encoders import AudioEncoder, TextEncoder, VisualEncoder
from core.model.inputs import MODALITIES, ModelInputs, Streams
from core.model.mie import IMPORTANCES, fuse
from core.model.tfl import FEEDBACKS
from core.model.trans import Memory, Trans, remember


@dataclass(frozen=True, slots=True, eq=False)
class NetworkState:
    """Everything that is carried from step to step.

    trans     {m: the last inputs of each layer, (B, P, d)}, P ≤ K - 1
    aligned   {m: H^m of the last P steps, (B, P, d)}
    present   (B, P, 3) bool
    feedback  ŷ_{t-1}, (B, C)
    """

    trans: dict[str, Memory]
    aligned: Aligned
    present: Tensor
    feedback: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Perception:
    """Everything before the feedback loop.

    fused    z, (B, T, d)
    weights  MIE's weights, (B, T, 3)
    seen     (B, T) bool, anything was present
    pairs    CMAA's attention and contribution by (target, source)
    encoded  H by modality, each modality before alignment, (B, T, d)
    aligned  H̃ by modality, from which the weights are computed, (B, T, d)
    """

    fused: Tensor
    weights: Tensor
    seen: Tensor
    pairs: AlignedPairs
    encoded: Aligned
    aligned: Aligned


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """Logits (B, T, C) and weights (B, T, 3) of T steps, and at which of them anything was present, `seen` (B, T).

    `aligned`: H̃ by modality, for the weights' bands; empty for networks without a modality importance estimator.
    """

    logits: Tensor
    weights: Tensor
    seen: Tensor
    aligned: Aligned = field(default_factory=dict)


class EduEmotionNet(nn.Module):
    """The whole network: prepared inputs in, logits and weights out."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.audio = AudioEncoder(config.audio)
        self.visual = VisualEncoder(config.visual)
        self.text = TextEncoder(config.text)
        widths = {"audio": self.audio.width, "visual": self.visual.width, "text": self.text.width}
        self.fusion = Fusion(config, widths)

    def forward(
        self, inputs: ModelInputs, state: NetworkState, text_vectors: Tensor | None = None
    ) -> tuple[Streams, Response, NetworkState]:
        """Runs T hops, inputs (B, T, …), from a state → encoder vectors, response, and the state after them.

        `text_vectors` (n, d_t), in order, replace the text encoder for the n hops with text: live passes the vector of
        the hop before while the words stay the same.
        The encoders run in the caller's precision, the fusion always in float32: it is small, and probabilities near 0
        matter in the loss.
        """
        streams = self.encode(inputs, text_vectors)
        with torch.autocast(streams.present.device.type, enabled=False):
            response, state = self.fusion(streams, state)
        return streams, response, state

    def encode(self, inputs: ModelInputs, text_vectors: Tensor | None = None) -> Streams:
        """Encodes inputs (B, T, …); each encoder runs on the hops at which its modality is present, others are 0."""
        audio, visual, text = inputs.present.unbind(-1)  # (B, T) each
        return Streams(
            audio=_encode(self.audio, audio, inputs.waveform),
            visual=_encode(self.visual, visual, inputs.crops, inputs.crop_mask),
            text=_encode(self.text, text, inputs.tokens, inputs.token_mask)
            if text_vectors is None
            else _spread(text_vectors, text),
            present=inputs.present.to(self.fusion.device),
            since_word_s=inputs.since_word_s.to(self.fusion.device),
        )


def _encode(encoder: AudioEncoder | VisualEncoder | TextEncoder, present: Tensor, *inputs: Tensor) -> Tensor:
    """Runs an encoder on the hops that are `present` (B, T) → (B, T, d), on the encoder's device."""
    device = next(encoder.parameters()).device
    if not present.any():
        return torch.zeros(*present.shape, encoder.width, device=device)
    return _spread(encoder(*(values[present].to(device) for values in inputs)), present)


def _spread(vectors: Tensor, present: Tensor) -> Tensor:
    """Puts vectors (n, d) at the n hops that are `present` (B, T) → (B, T, d) float32, zeros elsewhere."""
    stream = vectors.new_zeros(*present.shape, vectors.shape[-1], dtype=torch.float32)
    return stream.masked_scatter(present[..., None].to(stream.device), vectors.float())


class Fusion(nn.Module):
    """Everything after the encoders: has memory, and is trained on sequences composed of encoder vectors."""

    def __init__(self, config: NetworkConfig, encoder_widths: dict[str, int]) -> None:
        super().__init__()
        width, memory_steps = config.width, config.memory_steps
        self.config = config
        self.trans = nn.ModuleDict(
            {
                name: Trans(
                    encoder_widths[name], width, config.heads, config.trans_layers, memory_steps, config.dropout
                )
                for name in MODALITIES
            }
        )
        self.align = ALIGNMENTS[config.alignment](width, config.heads, memory_steps)
        self.weigh = IMPORTANCES[config.importance](width, config.dropout)
        self.feed_back = FEEDBACKS[config.feedback](width, config.states)
        self.head = nn.Sequential(
            nn.Linear(width, width), nn.ReLU(), nn.Dropout(config.dropout), nn.Linear(width, config.states)
        )

    @property
    def device(self) -> torch.device:
        """Where the fusion computes."""
        return next(self.head.parameters()).device

    def start(self, batch: int = 1) -> NetworkState:
        """Returns the state before the first step: empty memory, ŷ_0 uniform."""
        like = next(self.head.parameters())
        nothing = like.new_zeros(batch, 0, self.config.width)
        return NetworkState(
            trans=dict.fromkeys(MODALITIES, (nothing,) * self.config.trans_layers),
            aligned=dict.fromkeys(MODALITIES, nothing),
            present=torch.zeros(batch, 0, len(MODALITIES), dtype=torch.bool, device=like.device),
            feedback=self._uniform(batch, like),
        )

    def perceive(self, streams: Streams, state: NetworkState) -> tuple[Perception, NetworkState]:
        """Runs Trans, CMAA and MIE over T steps at once; the new state holds what later steps may attend to."""
        counted = self._counted_as_present(streams.present)  # (B, T, 3)
        present = torch.cat([state.present, counted], dim=1)  # (B, P + T, 3)
        new: Aligned = {}
        trans: dict[str, Memory] = {}
        for place, name in enumerate(MODALITIES):
            # An absent vector is set to 0 (paper, Lemma 1), so that its content has no effect on any later layer.
            vectors = getattr(streams, name).masked_fill(~streams.present[..., place : place + 1], 0.0)
            new[name], trans[name] = self.trans[name](vectors, state.trans[name], present[..., place])
        everything = {name: torch.cat([state.aligned[name], new[name]], dim=1) for name in MODALITIES}
        aligned, pairs = self.align(new, everything, present)
        weights = self.weigh(aligned, counted)
        steps = self.config.memory_steps
        kept = replace(
            state,
            trans=trans,
            aligned={name: remember(state.aligned[name], new[name], steps) for name in MODALITIES},
            present=remember(state.present, counted, steps),
        )
        return Perception(fuse(aligned, weights), weights, streams.present.any(-1), pairs, new, aligned), kept

    def respond(self, fused: Tensor, seen: Tensor, feedback: Tensor) -> tuple[Tensor, Tensor]:
        """Runs one step of TFL and head: z_t (B, d), seen (B,), ŷ_{t-1} (B, C) → logits (B, C), ŷ_t (B, C).

        Where nothing was present ŷ_t is uniform, so that feedback does not outlast a gap in the input (ours).
        """
        logits = self.head(self.feed_back(fused, feedback))
        prediction = torch.where(seen[:, None], torch.softmax(logits, dim=-1), self._uniform(len(fused), fused))
        return logits, prediction.detach() if self.config.detach_feedback else prediction

    def forward(self, streams: Streams, state: NetworkState) -> tuple[Response, NetworkState]:
        """Runs T steps, (B, T, …) → logits and weights, and the state after them. T = 1 is the live step."""
        perception, state = self.perceive(streams, state)
        feedback, logits = state.feedback, []
        for step in range(perception.fused.shape[1]):
            step_logits, feedback = self.respond(perception.fused[:, step], perception.seen[:, step], feedback)
            logits.append(step_logits)
        response = Response(torch.stack(logits, dim=1), perception.weights, perception.seen, perception.aligned)
        return response, replace(state, feedback=feedback)

    def _counted_as_present(self, present: Tensor) -> Tensor:
        """Which modalities attention and weights count as present: the paper's zero-fill counts all of them."""
        return present if self.config.missing == "mask" else torch.ones_like(present)

    def _uniform(self, batch: int, like: Tensor) -> Tensor:
        return like.new_full((batch, self.config.states), 1.0 / self.config.states)
