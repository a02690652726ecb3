"""Counterfactual steps: without each modality, and without feedback. Also what each modality took from the others.

The encoders are not run again; the fusion runs once, on a batch of four learners. The first has the real inputs, the
others lack audio, visual or text. They share the real learner's past, with one modality marked absent, because H^m
depends on modality m alone. Only their feedback differs and is carried here.

| symbol          | here       | shape     | warrant |
|-----------------|------------|-----------|---------|
| c^{m<-n} W_O    | `told`     | (3, 3)    | CMAA; its share of the sum of norms: ours, norms add up only roughly |
| attention       | `heard`    | (3, 3, K) | CMAA; mean over the heads: ours, one map a pair |
| y_t without m   | `without`  | (3, C)    | ours: leave one modality out, after paper.md "a weight is not influence" |
| y_t, y uniform  | `evidence` | (C,)      | ours: the step as if it were the first, with the same past to attend to |

With the paper's zero-fill (`missing = "zero"`) absent steps take part as zeros. The past of the modality left out then
keeps its content, and `without` is the result of setting that modality to zero from now on.

`of` explains one hop at a time, as live needs it. `over` explains many hops of a stored session at once: everything
is parallel over time except the feedback of the three counterfactual learners.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.model.calibrated_output import calibrated_probabilities
from core.model.inputs import MODALITIES, Streams
from core.model.network import Fusion, NetworkState, Perception

_LEFT_OUT = torch.cat([torch.zeros(1, len(MODALITIES)), torch.eye(len(MODALITIES))]).bool()
"""(4, 3): the modality that each learner of the batch lacks; the first lacks none."""


Reasons = dict[str, NDArray[np.float32]]
"""The four quantities above by name, some of them, for one learner, and `feedback` (C,), the real ŷ_{t-1}."""


class WhatIf:
    """Explains one step after another. Carries the feedback of the three counterfactual learners."""

    def __init__(self, fusion: Fusion, temperature: float) -> None:
        self._fusion, self._temperature = fusion, temperature
        self._feedback: Tensor | None = None

    @property
    def one_by_one(self) -> bool:
        """Whether `over` must be called hop by hop: with zero-fill only the newest hop may be zeroed, not the past."""
        return self._fusion.config.missing != "mask"

    def forget(self) -> None:
        """Drops the counterfactual feedback; the next step starts from the real learner's."""
        self._feedback = None

    @torch.inference_mode()
    def of(self, streams: Streams, before: NetworkState) -> Reasons:
        """Explains one hop (B = 1, T = 1), given the state before it."""
        perception = self._perceive(streams, before)
        newest = {name: values[-1] for name, values in self._explain(perception, before).items()}
        return _arrays({**newest, "heard": self._attention(perception), "feedback": before.feedback[0]})

    @torch.inference_mode()
    def over(self, streams: Streams, before: NetworkState) -> Reasons:
        """Explains T hops (B = 1), given the state before the first → `told`, `without` and `evidence`, (T, …)."""
        return _arrays(self._explain(self._perceive(streams, before), before))

    def _perceive(self, streams: Streams, before: NetworkState) -> Perception:
        return self._fusion.perceive(_counterfactual_streams(streams), _counterfactual_state(before))[0]

    def _explain(self, perception: Perception, before: NetworkState) -> dict[str, Tensor]:
        logits = torch.cat([self._evidence(perception), self._without(perception, before)])  # (4, T, C)
        probabilities = calibrated_probabilities(logits, perception.seen, self._temperature)
        return {
            "told": _contributions(perception),
            "without": probabilities[1:].transpose(0, 1),
            "evidence": probabilities[0],
        }

    def _evidence(self, perception: Perception) -> Tensor:
        """(1, T, C): logits of the real learner with a uniform ŷ_{t-1} at every step."""
        fused, seen = perception.fused[0], perception.seen[0]
        return self._fusion.respond(fused, seen, self._fusion.start(len(fused)).feedback)[0][None]

    def _without(self, perception: Perception, before: NetworkState) -> Tensor:
        """(3, T, C): logits of the learners that lack a modality, each with its own feedback."""
        fused, seen, logits = perception.fused[1:], perception.seen[1:], []
        feedback = self._feedback if self._feedback is not None else before.feedback.expand(len(fused), -1)
        for step in range(fused.shape[1]):
            step_logits, feedback = self._fusion.respond(fused[:, step], seen[:, step], feedback)
            logits.append(step_logits)
        self._feedback = feedback
        return torch.stack(logits, dim=1)

    def _attention(self, perception: Perception) -> Tensor:
        """(3, 3, K): the newest step's attention by target and source, newest key last."""
        steps = self._fusion.config.memory_steps
        attention = perception.fused.new_zeros(len(MODALITIES), len(MODALITIES), steps)
        for (target, source), pair in perception.pairs.items():
            weights = pair.weights[0, :, -1].mean(0)[-steps:]  # (T_k,)
            attention[_index(target), _index(source), steps - len(weights) :] = weights
        return attention * _counted(perception)[-1, :, None, None]


def _contributions(perception: Perception) -> Tensor:
    """(T, 3, 3): shares of the norms of each modality's own stream and of what it took from the others."""
    norms = perception.fused.new_zeros(perception.fused.shape[1], len(MODALITIES), len(MODALITIES))
    for name in MODALITIES:
        norms[:, _index(name), _index(name)] = perception.encoded[name][0].norm(dim=-1)
    for (target, source), pair in perception.pairs.items():
        norms[:, _index(target), _index(source)] = pair.contribution[0].norm(dim=-1)
    return norms / norms.sum(-1, keepdim=True).clamp_min(1e-9) * _counted(perception)[..., None]


def _counted(perception: Perception) -> Tensor:
    """(T, 3): 1 where the real learner's modality has a weight."""
    return (perception.weights[0] > 0).to(perception.fused)


def _arrays(reasons: dict[str, Tensor]) -> Reasons:
    return {name: values.float().cpu().numpy() for name, values in reasons.items()}


def _index(name: str) -> int:
    return MODALITIES.index(name)


def _counterfactual_streams(streams: Streams) -> Streams:
    """The hops for the real learner and for the three that lack one modality, (4, T, …)."""
    left_out = _LEFT_OUT.to(streams.present.device)
    vectors = {name: getattr(streams, name).expand(len(left_out), -1, -1) for name in MODALITIES}
    return replace(streams, **vectors).restricted_to(~left_out[:, None])


def _counterfactual_state(state: NetworkState) -> NetworkState:
    """The past for all four; the modality that is marked absent in it is not attended to."""
    left_out = _LEFT_OUT.to(state.present.device)
    count = len(left_out)
    return replace(
        state,
        trans={name: tuple(layer.expand(count, -1, -1) for layer in state.trans[name]) for name in MODALITIES},
        aligned={name: state.aligned[name].expand(count, -1, -1) for name in MODALITIES},
        present=state.present & ~left_out[:, None],
    )
