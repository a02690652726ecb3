"""What the step would have been: without each modality, and without feedback. And who told whom what.

Encoders are not run again: the fusion is, once, for four learners at a time. The first is the real one, the others are
the same learner without audio, without picture, without words. Their past needs no carrying along, since H^m depends on
modality m alone: it is the real past with one modality called absent. Only their feedback is their own.

| symbol          | here       | shape     | warrant |
|-----------------|------------|-----------|---------|
| c^{m<-n} W_O    | `told`     | (3, 3)    | CMAA; its share of the sum of norms: ours, norms add up only roughly |
| attention       | `heard`    | (3, 3, K) | CMAA; mean over the heads: ours, for one picture a pair |
| y_t without m   | `without`  | (3, C)    | ours: leave one modality out, after paper.md "a weight is not influence" |
| y_t, y uniform  | `evidence` | (C,)      | ours: the step as if it were the first, with the same past to attend to |

Under the paper's zero-fill (`missing = "zero"`) absent steps take part with zeros; the past of the modality left out
then still holds what it held, and `without` says what happens if it is zero from now on.

Live, one hop at a time is explained (`of`). A session that is over is explained many at a time (`over`): all is
parallel over time but the feedback of the three, which is looped.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.model.inputs import MODALITIES, Streams
from core.model.network import Fusion, NetworkState, Perception

_ALONE = torch.eye(len(MODALITIES), dtype=torch.bool)
"""Row k: the modality that learner k + 1 lacks."""


Reasons = dict[str, NDArray[np.float32]]
"""What was explained, for the only learner: some of the four above by name, and `feedback` (C,), the real ŷ_{t-1}."""


class WhatIf:
    """Explains step after step. Owns the feedback of the three learners who lack a modality."""

    def __init__(self, fusion: Fusion, temperature: float) -> None:
        self._fusion, self._temperature = fusion, temperature
        self._feedback: Tensor | None = None

    @property
    def one_by_one(self) -> bool:
        """Whether `over` has to be given hop after hop: under zero-fill each hop has the real past, zeros only now."""
        return self._fusion.config.missing != "mask"

    def forget(self) -> None:
        """The next step begins with the real learner's feedback."""
        self._feedback = None

    @torch.inference_mode()
    def of(self, streams: Streams, before: NetworkState) -> Reasons:
        """One hop (B = 1, T = 1) and the state before it → why its answer is what it is."""
        perception = self._perceive(streams, before)
        newest = {name: values[-1] for name, values in self._explain(perception, before).items()}
        return _numbers({**newest, "heard": self._heard(perception), "feedback": before.feedback[0]})

    @torch.inference_mode()
    def over(self, streams: Streams, before: NetworkState) -> Reasons:
        """T hops (B = 1) and the state before the first → `told`, `without` and `evidence` of each, (T, …)."""
        return _numbers(self._explain(self._perceive(streams, before), before))

    def _perceive(self, streams: Streams, before: NetworkState) -> Perception:
        return self._fusion.perceive(_four(streams), _four_pasts(before))[0]

    def _explain(self, perception: Perception, before: NetworkState) -> dict[str, Tensor]:
        logits = torch.cat([self._evidence(perception), self._without(perception, before)])  # (4, T, C)
        said = torch.softmax(logits.float() / self._temperature, dim=-1)
        said = said.masked_fill(~perception.seen[..., None], float("nan"))
        return {"told": _told(perception), "without": said[1:].transpose(0, 1), "evidence": said[0]}

    def _evidence(self, perception: Perception) -> Tensor:
        """(1, T, C): logits of the real learner with a uniform ŷ_{t-1} at every step."""
        fused, seen = perception.fused[0], perception.seen[0]
        return self._fusion.respond(fused, seen, self._fusion.start(len(fused)).feedback)[0][None]

    def _without(self, perception: Perception, before: NetworkState) -> Tensor:
        """(3, T, C): logits of those who lack a modality, each with feedback of its own."""
        fused, seen, logits = perception.fused[1:], perception.seen[1:], []
        feedback = self._feedback if self._feedback is not None else before.feedback.expand(len(_ALONE), -1)
        for step in range(fused.shape[1]):
            answer, feedback = self._fusion.respond(fused[:, step], seen[:, step], feedback)
            logits.append(answer)
        self._feedback = feedback
        return torch.stack(logits, dim=1)

    def _heard(self, perception: Perception) -> Tensor:
        """(3, 3, K) of the newest step, its newest past last."""
        steps = self._fusion.config.memory_steps
        heard = perception.fused.new_zeros(len(MODALITIES), len(MODALITIES), steps)
        for (asking, asked), pair in perception.listening.items():
            weights = pair.weights[0, :, -1].mean(0)[-steps:]  # (T_k,)
            heard[_place(asking), _place(asked), steps - len(weights) :] = weights
        return heard * _asking(perception)[-1, :, None, None]


def _told(perception: Perception) -> Tensor:
    """(T, 3, 3): shares of the norms of what each modality says by itself, and of what the others told it."""
    norms = perception.fused.new_zeros(perception.fused.shape[1], len(MODALITIES), len(MODALITIES))
    for name in MODALITIES:
        norms[:, _place(name), _place(name)] = perception.own[name][0].norm(dim=-1)
    for (asking, asked), pair in perception.listening.items():
        norms[:, _place(asking), _place(asked)] = pair.told[0].norm(dim=-1)
    return norms / norms.sum(-1, keepdim=True).clamp_min(1e-9) * _asking(perception)[..., None]


def _asking(perception: Perception) -> Tensor:
    """(T, 3): 1 where the real learner's modality takes part."""
    return (perception.weights[0] > 0).to(perception.fused)


def _numbers(reasons: dict[str, Tensor]) -> Reasons:
    return {name: values.float().cpu().numpy() for name, values in reasons.items()}


def _place(name: str) -> int:
    return MODALITIES.index(name)


def _four(streams: Streams) -> Streams:
    """The hop for the real learner and for those who lack one modality."""
    lacking = torch.cat([torch.zeros(1, len(MODALITIES), dtype=torch.bool), _ALONE]).to(streams.present.device)
    vectors = {name: getattr(streams, name).expand(len(lacking), -1, -1) for name in MODALITIES}
    return Streams(**vectors, present=streams.present & ~lacking[:, None])


def _four_pasts(state: NetworkState) -> NetworkState:
    """The past for all four; what is called absent in it is not attended to."""
    lacking = torch.cat([torch.zeros(1, len(MODALITIES), dtype=torch.bool), _ALONE]).to(state.present.device)
    four = len(lacking)
    return replace(
        state,
        trans={name: tuple(layer.expand(four, -1, -1) for layer in state.trans[name]) for name in MODALITIES},
        aligned={name: state.aligned[name].expand(four, -1, -1) for name in MODALITIES},
        present=state.present & ~lacking[:, None],
    )
