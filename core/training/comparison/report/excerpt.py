"""Figure 3 of the paper: the weights over ten steps of which the voice is noisy at steps 3 to 5.

Many excerpts of the same design: one state throughout, all three modalities present, good sensors except for the voice
at these steps. A lead-in of the same kind precedes them, so that the network's memory is filled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray

from core.model.inputs import MODALITIES, Streams
from core.model.network import Fusion
from core.model.uncertainty import WeightBands
from core.training.comparison.episodes import BEFORE, counted_steps, episodes
from core.training.fusion.embedding_bank import BAD_TAKES, GOOD_TAKES, EmbeddingBank
from core.training.fusion.evaluation import UnrolledOutput
from core.training.fusion.sequence_composer import HOP_S
from core.types import STATES

STEPS = 10
NOISY = (3, 5)
"""First and last noisy step, counted from 1 as in the paper."""
AFTER = 12
"""Steps shown from an episode's start on."""
_LEAD_IN = 10
_FACE_KEPT = 5
_LEAST = 8
"""Minimum number of episodes for a mean to be shown."""


@dataclass(frozen=True, eq=False)
class ConfidenceBands:
    """Mean (T, 3) over excerpts or episodes and half the width of its 95 % confidence interval (T, 3).

    `own_low`, `own_high` (T, 3): the mean of the model's own bands; None if it has none.
    """

    mean: NDArray[np.float64]
    half: NDArray[np.float64]
    count: NDArray[np.int64]
    own_low: NDArray[np.float64] | None = None
    own_high: NDArray[np.float64] | None = None


def weights_in_excerpts(fusion: Fusion, bank: EmbeddingBank, count: int, band_scale: float) -> ConfidenceBands:
    """The weights of `count` excerpts, their mean with its interval, and the model's own bands."""
    streams = designed(bank, count, np.random.default_rng(3))
    fusion.eval()
    with torch.inference_mode():
        response, _ = fusion(streams, fusion.start(count))
        low, high = WeightBands(fusion.weigh, band_scale).of(response.aligned, response.weights)
    shown = response.weights[:, _LEAD_IN:].numpy()
    own_low, own_high = (bound[:, _LEAD_IN:].numpy().mean(0).astype(np.float64) for bound in (low, high))
    mean, half = _interval(shown)
    return ConfidenceBands(mean, half, np.full(shown.shape[1:], count), own_low, own_high)


def designed(bank: EmbeddingBank, count: int, rng: Generator) -> Streams:
    """Excerpts with their lead-in, (count, T, …)."""
    audio = bank.audio
    states = [state for state in range(len(STATES)) if audio.by_class[state].size]
    steps = _LEAD_IN + STEPS
    shown = rng.choice(states, count)
    bad = np.zeros(steps, dtype=bool)
    bad[_LEAD_IN + NOISY[0] - 1 : _LEAD_IN + NOISY[1]] = True
    vectors = {}
    for name in MODALITIES:
        embeddings, kept = getattr(bank, name), steps if name == "text" else _FACE_KEPT
        blocks = -(-steps // kept)
        picked = np.stack([rng.choice(embeddings.by_class[state], blocks) for state in shown])
        sample = np.repeat(picked, kept, axis=1)[:, :steps]
        take = rng.integers(GOOD_TAKES, size=sample.shape)
        if name == "audio":
            take = np.where(bad, GOOD_TAKES + rng.integers(BAD_TAKES, size=sample.shape), take)
        elif name == "text":
            take[:] = take[:, :1]
        vectors[name] = torch.from_numpy(embeddings.vectors[sample, take]).float()
    return Streams(
        **vectors,
        present=torch.ones(count, steps, len(MODALITIES), dtype=torch.bool),
        since_word_s=HOP_S * torch.arange(steps).expand(count, -1),
    )


def weights_around_episodes(found: UnrolledOutput) -> ConfidenceBands:
    """Each modality's weight around the start of its noise episodes, (BEFORE + AFTER, 3)."""
    lines: list[list[NDArray[np.float64]]] = [[] for _ in MODALITIES]
    for one in episodes(found):
        line = np.full(BEFORE + AFTER, np.nan)
        among = counted_steps(found, one.sequence, one.modality)
        for step in range(max(one.start - BEFORE, 0), min(one.start + AFTER, one.end)):
            if among[step]:
                line[step - one.start + BEFORE] = found.weights[one.sequence, step, one.modality]
        if one.start and np.isfinite(line[BEFORE:]).any():
            lines[one.modality].append(line)
    columns = [_interval(np.array(each).reshape(-1, BEFORE + AFTER, 1)) for each in lines]
    counts = [np.isfinite(np.array(each).reshape(-1, BEFORE + AFTER)).sum(0) for each in lines]
    return ConfidenceBands(
        np.concatenate([mean for mean, _ in columns], axis=1),
        np.concatenate([half for _, half in columns], axis=1),
        np.stack(counts, axis=1),
    )


def _interval(values: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean over axis 0 of (n, T, m), ignoring NaN, and 1.96 standard errors; NaN for too few values."""
    known = np.isfinite(values)
    count = known.sum(0)
    filled = np.where(known, values, 0.0).astype(np.float64)
    mean = np.where(count >= _LEAST, filled.sum(0) / np.maximum(count, 1), np.nan)
    square = np.where(known, (values - mean) ** 2, 0.0).sum(0) / np.maximum(count - 1, 1)
    return mean, np.asarray(1.96 * np.sqrt(square / np.maximum(count, 1)), dtype=np.float64)
