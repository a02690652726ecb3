"""Trains the visual encoder: seven human-labelled expressions, 20 action units, and the classes by rule."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from core.features.face_pixels import pixels
from core.features.settings import FeatureSettings
from core.model.config import NetworkConfig
from core.model.encoders import VisualEncoder
from core.model.heads import AuxiliaryHeads
from core.training.encoders.encoder_tasks import (
    EncoderWithHeads,
    MixedTargets,
    Mixup,
    class_target,
    class_weights,
    cross_entropy,
    in_pieces,
    mixed,
    mixed_loss,
    shuffled,
    unmixed,
)
from core.training.metrics.metrics import accuracy, macro_f1
from core.training.pack import augment
from core.training.pack.data import ACTION_UNITS, Pack, split_places
from core.training.pack.labels import CLASSES, EXPRESSIONS
from core.training.pack.splits import Split
from core.training.training_loop import TrainingSchedule

Targets = tuple[Tensor, ...]
"""Expressions (B,), action units (B, 20), classes (B,)."""
Batch = tuple[Tensor, MixedTargets]

_SPLITS: tuple[Split, ...] = ("train", "val")

SCHEDULE = TrainingSchedule(epochs=28, batch=64, peak_rate=1.5e-3, decay=0.05)
POLISH = TrainingSchedule(epochs=5, batch=64, peak_rate=3e-4, decay=0.05)
"""A few final epochs without mixup, so that the encoder is fitted to real faces in the end."""
_MIXING = 0.2


def build_encoder(config: NetworkConfig) -> EncoderWithHeads[VisualEncoder]:
    """Builds the untrained visual encoder with its heads."""
    encoder = VisualEncoder(config.visual)
    sizes = {"expression": len(EXPRESSIONS), "units": ACTION_UNITS, "classes": len(CLASSES)}
    return EncoderWithHeads(encoder, AuxiliaryHeads(encoder.width, sizes))


class FaceTask:
    """Training task on the face images of a pack."""

    def __init__(
        self,
        pack: Pack,
        config: NetworkConfig,
        features: FeatureSettings,
        schedule: TrainingSchedule,
        mixing: float = _MIXING,
    ) -> None:
        self.name, self._mixing = "faces" if mixing else "faces-polished", mixing
        torch.manual_seed(schedule.seed)
        self.module = build_encoder(config)
        self._pack, self._features, self._schedule = pack, features, schedule
        self._expressions = np.array([EXPRESSIONS.index(item.expression) for item in pack.faces])
        self._targets = np.array([class_target(item.label) for item in pack.faces])
        self._units = np.array([item.units or (np.nan,) * ACTION_UNITS for item in pack.faces], dtype=np.float32)
        self._places = {split: split_places(pack.faces, split) for split in _SPLITS}
        self._weights = class_weights(self._targets[self._places["train"]].tolist())

    def steps(self) -> int:
        """Batches per epoch."""
        return len(self._places["train"]) // self._schedule.batch

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Yields augmented training faces."""
        rng = np.random.default_rng((self._schedule.seed, epoch))
        for places in shuffled(self._places["train"], self._schedule.batch, rng):
            pictures = [augment.picture(self._pack.pictures[place], rng) for place in places]
            yield self._batch(places, pictures, mixed(len(places), self._mixing, rng))

    def _batch(self, places: NDArray[np.int64], pictures: list[NDArray[np.uint8]], mix: Mixup) -> Batch:
        crops = np.stack([pixels(augment.rgb(picture), self._features) for picture in pictures])[:, None]
        targets = (
            torch.from_numpy(self._expressions[places]),
            torch.from_numpy(self._units[places]),
            torch.from_numpy(self._targets[places]),
        )
        return mix.inputs(torch.from_numpy(crops)), mix.targets(targets)  # crops (B, 1, C, S, S)

    def loss(self, batch: Batch) -> Tensor:
        """Expressions + action units where measured + classes by rule."""
        crops, targets = batch
        logits = self._logits(crops)
        return mixed_loss(lambda wanted: self._loss(logits, wanted), targets)

    def _logits(self, crops: Tensor) -> dict[str, Tensor]:
        logits: dict[str, Tensor] = self.module(crops, torch.ones(len(crops), 1, dtype=torch.bool, device=crops.device))
        return logits

    def _loss(self, logits: dict[str, Tensor], wanted: Targets) -> Tensor:
        expressions, units, targets = wanted
        measured = ~units.isnan()
        unit_loss = F.binary_cross_entropy_with_logits(
            logits["units"], units.nan_to_num().clamp(0, 1), reduction="none"
        )
        return (
            cross_entropy(logits["expression"], expressions, smoothing=0.1)
            + (unit_loss * measured).sum() / measured.sum().clamp_min(1)
            + 0.5 * cross_entropy(logits["classes"], targets, self._weights)
        )

    def score(self) -> dict[str, float]:
        """Accuracy on the seven human labels, macro-F1 on the classes by rule."""
        places = self._places["val"]
        logits: dict[str, list[Tensor]] = {"expression": [], "classes": []}
        for piece in in_pieces(places, 256):
            pictures = [self._pack.pictures[place] for place in piece]
            found = self._logits(self._batch(piece, pictures, unmixed(len(piece)))[0])
            for name, values in logits.items():
                values.append(found[name].argmax(1))
        guesses = {name: torch.cat(values).numpy() for name, values in logits.items()}
        known = self._targets[places] >= 0
        return {
            "expression_accuracy": accuracy(self._expressions[places], guesses["expression"]),
            "class_macro_f1": macro_f1(self._targets[places][known], guesses["classes"][known], len(CLASSES)),
        }
