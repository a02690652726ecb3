"""Figure 2 of the paper as code: encoders → Trans → CMAA → MIE → TFL → MLP + softmax.

Split where the paper's figure splits: `perceive` is parallel over time, `respond` is sequential, because each
step needs the prediction before it. Training unrolls T steps in one call, live calls with T = 1 once a hop; a test
says that they agree within 1e-5.

The module is pure: what it remembers goes in and comes out as `NetworkState`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from core.model.cmaa import ALIGNMENTS, Aligned, Listening
from core.model.config import NetworkConfig
from core.model.encoders import AudioEncoder, TextEncoder, VisualEncoder
from core.model.inputs import MODALITIES, Streams
from core.model.mie import IMPORTANCES, fuse
from core.model.tfl import FEEDBACKS
from core.model.trans import Memory, Trans, remember


@dataclass(frozen=True, slots=True, eq=False)
class NetworkState:
    """All that carries over from step to step.

    trans     {m: a layer's last inputs, each (B, P, d)}, P ≤ K - 1
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
    """What is seen before any feedback: z (B, T, d), weights (B, T, 3), seen (B, T) bool, what was heard by pair.

    `own`: H^m, what each modality says by itself. `aligned`: H̃ by modality, what the weights were judged from.
    """

    fused: Tensor
    weights: Tensor
    seen: Tensor
    listening: Listening
    own: Aligned
    aligned: Aligned


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """Logits (B, T, C) and weights (B, T, 3) of T steps, and at which of them anything was present (B, T).

    `aligned`: H̃ by modality, for the weights' bands; empty where a network weighs nothing.
    """

    logits: Tensor
    weights: Tensor
    seen: Tensor
    aligned: Aligned = field(default_factory=dict)


class EduEmotionNet(nn.Module):
    """The whole network. Streams of encoder vectors in, logits and weights out."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.audio = AudioEncoder(config.audio)
        self.visual = VisualEncoder(config.visual)
        self.text = TextEncoder(config.text)
        widths = {"audio": self.audio.width, "visual": self.visual.width, "text": self.text.width}
        self.fusion = Fusion(config, widths)


class Fusion(nn.Module):
    """Everything after the encoders: the part that has memory, and the part that is trained on composed sequences."""

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

    def start(self, batch: int = 1) -> NetworkState:
        """The state before the first step: empty memory, ŷ_0 uniform."""
        like = next(self.head.parameters())
        nothing = like.new_zeros(batch, 0, self.config.width)
        return NetworkState(
            trans=dict.fromkeys(MODALITIES, (nothing,) * self.config.trans_layers),
            aligned=dict.fromkeys(MODALITIES, nothing),
            present=torch.zeros(batch, 0, len(MODALITIES), dtype=torch.bool, device=like.device),
            feedback=self._uniform(batch, like),
        )

    def perceive(self, streams: Streams, state: NetworkState) -> tuple[Perception, NetworkState]:
        """Trans, CMAA and MIE over T steps at once; the state keeps what the next steps may look back at."""
        there = self._taking_part(streams.present)  # (B, T, 3)
        present = torch.cat([state.present, there], dim=1)  # (B, P + T, 3)
        new: Aligned = {}
        trans: dict[str, Memory] = {}
        for place, name in enumerate(MODALITIES):
            # An absent vector is zeroed (paper, Lemma 1), so that its content cannot matter whatever comes later.
            vectors = getattr(streams, name).masked_fill(~streams.present[..., place : place + 1], 0.0)
            new[name], trans[name] = self.trans[name](vectors, state.trans[name], present[..., place])
        everything = {name: torch.cat([state.aligned[name], new[name]], dim=1) for name in MODALITIES}
        aligned, listening = self.align(new, everything, present)
        weights = self.weigh(aligned, there)
        steps = self.config.memory_steps
        kept = replace(
            state,
            trans=trans,
            aligned={name: remember(state.aligned[name], new[name], steps) for name in MODALITIES},
            present=remember(state.present, there, steps),
        )
        return Perception(fuse(aligned, weights), weights, streams.present.any(-1), listening, new, aligned), kept

    def respond(self, fused: Tensor, seen: Tensor, feedback: Tensor) -> tuple[Tensor, Tensor]:
        """One step of TFL and head: z_t (B, d), seen (B,), ŷ_{t-1} (B, C) → logits (B, C), ŷ_t (B, C).

        Where nothing was seen ŷ returns to uniform: a loop that sees nothing has nothing to hold on to (ours).
        """
        logits = self.head(self.feed_back(fused, feedback))
        prediction = torch.where(seen[:, None], torch.softmax(logits, dim=-1), self._uniform(len(fused), fused))
        return logits, prediction.detach() if self.config.detach_feedback else prediction

    def forward(self, streams: Streams, state: NetworkState) -> tuple[Response, NetworkState]:
        """T steps, (B, T, …) → logits and weights, and the state after them. T = 1 is the live step."""
        perception, state = self.perceive(streams, state)
        feedback, logits = state.feedback, []
        for step in range(perception.fused.shape[1]):
            answer, feedback = self.respond(perception.fused[:, step], perception.seen[:, step], feedback)
            logits.append(answer)
        response = Response(torch.stack(logits, dim=1), perception.weights, perception.seen, perception.aligned)
        return response, replace(state, feedback=feedback)

    def _taking_part(self, present: Tensor) -> Tensor:
        """Which modalities attention and weights count as there: the paper's zero-fill counts all of them."""
        return present if self.config.missing == "mask" else torch.ones_like(present)

    def _uniform(self, batch: int, like: Tensor) -> Tensor:
        return like.new_full((batch, self.config.states), 1.0 / self.config.states)
