"""Metrics of a fusion on recorded clips: accuracy, macro-F1, by state, by modality, and against the missing rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.model.checkpoint import Calibration
from core.model.inputs import MODALITIES
from core.model.network import Fusion
from core.training.corpora.steps import LabelledHops, batch_of, by_length
from core.training.fusion.calibrate import calibration_metrics, probabilities
from core.training.fusion.evaluation import MISSING_RATES, PresentSteps
from core.training.metrics.metrics import accuracy, macro_f1, mean_or_nan, per_class_f1
from core.types import STATES

_TOGETHER = 64
_SEED = 20_26

Figures = dict[str, Any]


@dataclass(frozen=True, eq=False)
class HopPredictions:
    """Every hop of the clips at which anything was present: logits (n, C), weights (n, 3), class and clip (n,).

    `hops` counts all hops that show a state, including those at which nothing was present.
    """

    logits: NDArray[np.float32]
    weights: NDArray[np.float32]
    target: NDArray[np.int64]
    clip: NDArray[np.int64]
    hops: int

    @property
    def shown(self) -> NDArray[np.bool_]:
        """Which of them show a state, not "none of these"."""
        return self.target < len(STATES)

    @property
    def accuracy(self) -> float:
        """Accuracy over the hops that show a state."""
        return accuracy(self.target[self.shown], self.logits[self.shown].argmax(1))

    @property
    def macro_f1(self) -> float:
        """Mean F1 over the states that occur."""
        return macro_f1(self.target[self.shown], self.logits[self.shown].argmax(1), len(STATES))

    def row(self) -> Figures:
        """The metrics that every table has."""
        shown = self.shown
        return {
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "steps": int(shown.sum()),
            "answered_share": float(shown.sum() / max(self.hops, 1)),
        }

    def present_steps(self) -> PresentSteps:
        """Converts to the input of `calibrate`. A clip shows one state throughout, and noise is not labelled."""
        no_change = np.zeros(len(self.target), dtype=bool)
        noisy = np.zeros((len(self.target), len(MODALITIES)), dtype=bool)
        return PresentSteps(
            self.logits, self.weights, self.target, self.shown, ~self.shown, no_change, noisy, self.hops
        )


def unrolled(
    fusion: Fusion, clips: Sequence[LabelledHops], modality: str = "", missing_rate: float = 0.0
) -> HopPredictions:
    """Runs the clips through the fusion, each from a fresh state, as live does.

    With one `modality` alone, or with each missing at random hops at a rate, in addition to what is absent already.
    """
    rng = np.random.default_rng(_SEED)
    allowed = np.array([not modality or name == modality for name in MODALITIES])
    parts: list[tuple[NDArray[Any], ...]] = []
    fusion.eval()
    for place, chosen in enumerate(by_length(clips, _TOGETHER)):
        streams, targets = batch_of(chosen, allowed)
        kept = torch.from_numpy(rng.random(tuple(streams.present.shape)) >= missing_rate)
        with torch.inference_mode(), torch.autocast(targets.device.type, enabled=False):
            thinned = streams.restricted_to(kept)
            response, _ = fusion(thinned, fusion.start(len(chosen)))
        seen = thinned.present.any(-1).numpy()
        shape = seen.shape
        target = np.broadcast_to(np.array([one.target for one in chosen])[:, None], shape)
        clip = np.broadcast_to(_TOGETHER * place + np.arange(len(chosen))[:, None], shape)
        parts.append((response.logits.numpy()[seen], response.weights.numpy()[seen], target[seen], clip[seen]))
    hops = sum(one.steps for one in clips if one.target < len(STATES))
    logits, weights, target, clip = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return HopPredictions(logits, weights, target, clip, hops)


def figures(fusion: Fusion, calibration: Calibration, clips: Sequence[LabelledHops]) -> Figures:
    """Computes all metrics on recorded clips."""
    whole = unrolled(fusion, clips)
    return {
        "full": whole.row() | {"per_class_f1": _by_state(whole), "by_clip": _by_clip(whole)},
        "only": {name: unrolled(fusion, clips, modality=name).row() for name in MODALITIES},
        "missing": [
            {"missing_rate": rate} | unrolled(fusion, clips, missing_rate=rate).row() for rate in MISSING_RATES
        ],
        "weights": {
            name: mean_or_nan(weights[weights > 0]) for name, weights in zip(MODALITIES, whole.weights.T, strict=True)
        },
        "calibration": _calibration(whole, calibration),
    }


def _by_state(predictions: HopPredictions) -> dict[str, float | None]:
    """F1 of each state; None for one that no clip shows."""
    truth, guess = predictions.target[predictions.shown], predictions.logits[predictions.shown].argmax(1)
    scores = per_class_f1(truth, guess, len(STATES))
    return {state: scores[place] if (truth == place).any() else None for place, state in enumerate(STATES)}


def _by_clip(predictions: HopPredictions) -> Figures:
    """One prediction per clip from its mean probabilities, comparable with published figures by utterance."""
    places = np.unique(predictions.clip[predictions.shown])
    calibrated = probabilities(predictions.logits, 1.0)
    guess = np.array([calibrated[predictions.clip == place].mean(0).argmax() for place in places], dtype=np.int64)
    truth = np.array([predictions.target[predictions.clip == place][0] for place in places], dtype=np.int64)
    return {"clips": len(places), "accuracy": accuracy(truth, guess), "macro_f1": macro_f1(truth, guess, len(STATES))}


def _calibration(predictions: HopPredictions, calibration: Calibration) -> Figures:
    found = calibration_metrics(predictions.present_steps(), calibration)
    return {name.replace("clear_steps", "shown_steps"): value for name, value in found.items()}
