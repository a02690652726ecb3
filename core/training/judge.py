"""What a fusion makes of composed sequences: accuracy, macro-F1, at transitions, abstention."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from core.model.inputs import MODALITIES
from core.model.network import Fusion
from core.training.compose import Sequence, batch
from core.training.metrics import accuracy, macro_f1, per_class_f1
from core.types import STATES

_AFTER_TRANSITION = 4
"""Steps after a change of state that count as transition (2 s)."""
_NOT_A_STATE = len(STATES)


@dataclass(frozen=True, eq=False)
class Answers:
    """Logits (n, C), weights (n, 3) and truths (n,) of all steps at which anything was present."""

    logits: NDArray[np.float32]
    weights: NDArray[np.float32]
    state: NDArray[np.int64]
    clear: NDArray[np.bool_]
    """The target names one state: no conflict, not "none of these"."""
    after_change: NDArray[np.bool_]
    noisy: NDArray[np.bool_]
    clear_steps: int
    """How many steps had one clear state, those at which nothing was present among them."""


@dataclass(frozen=True)
class Judgement:
    """Figures over the steps with one clear state at which anything was present; `steps` counts them.

    `answered_share` is their share of all steps with one clear state.
    """

    accuracy: float
    macro_f1: float
    per_class_f1: tuple[float, ...]
    at_transitions: float
    steps: int
    answered_share: float


def answers(fusion: Fusion, sequences: Iterable[Sequence]) -> Answers:
    """Run all sequences through the fusion, as live would, from a fresh state each."""
    together = list(sequences)
    fusion.eval()
    with torch.inference_mode(), torch.autocast("cpu", enabled=False):
        streams, targets = batch(together)
        response, _ = fusion(streams, fusion.start(len(together)))
    seen = response.seen.numpy()
    state = np.stack([sequence.state for sequence in together])
    clear = targets.numpy().max(-1) > 0.99
    return Answers(
        response.logits.numpy()[seen],
        response.weights.numpy()[seen],
        state[seen],
        clear[seen],
        _after_change(state)[seen],
        np.stack([sequence.noisy for sequence in together])[seen],
        int(clear.sum()),
    )


def judge(fusion: Fusion, sequences: Iterable[Sequence]) -> Judgement:
    """Figures of a fusion on sequences."""
    found = answers(fusion, sequences)
    truth, guess = found.state[found.clear], found.logits[found.clear].argmax(1)
    changed = found.after_change[found.clear]
    return Judgement(
        accuracy(truth, guess),
        macro_f1(truth, guess, len(STATES)),
        tuple(per_class_f1(truth, guess, len(STATES))),
        accuracy(truth[changed], guess[changed]),
        int(truth.size),
        truth.size / max(found.clear_steps, 1),
    )


def weights_under_noise(found: Answers) -> dict[str, dict[str, float]]:
    """Mean weight of each modality where it is present, outside and inside its own noise episodes."""
    rows = {}
    for place, name in enumerate(MODALITIES):
        weights, noisy = found.weights[:, place], found.noisy[:, place]
        there = weights > 0
        rows[name] = {"clean": _mean(weights[there & ~noisy]), "noisy": _mean(weights[there & noisy])}
    return rows


def only(sequence: Sequence, modality: str) -> Sequence:
    """The sequence with one modality left."""
    kept = np.array([name == modality for name in MODALITIES])
    return replace(sequence, present=sequence.present & kept)


def thinned(sequence: Sequence, missing_rate: float, rng: np.random.Generator) -> Sequence:
    """The sequence with each modality missing at random steps, at this rate, beyond what is absent already."""
    kept = rng.random(sequence.present.shape) >= missing_rate
    return replace(sequence, present=sequence.present & kept)


def _mean(values: NDArray[np.float32]) -> float:
    return float(values.mean()) if values.size else float("nan")


def _after_change(state: NDArray[np.int64]) -> NDArray[np.bool_]:
    changed = np.zeros(state.shape, dtype=bool)
    changed[:, 1:] = state[:, 1:] != state[:, :-1]
    recent = changed.copy()
    for step in range(1, _AFTER_TRANSITION):
        recent[:, step:] |= changed[:, :-step]
    return recent
