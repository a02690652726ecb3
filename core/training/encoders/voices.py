"""Trains the audio encoder: the contributors' and actors' own labels, and the classes that follow from them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.features.audio import waveform
from core.model.config import NetworkConfig
from core.model.encoders import AudioEncoder
from core.model.heads import AuxiliaryHeads
from core.training.encoders.encoder_tasks import (
    EncoderWithHeads,
    MixedTargets,
    Mixup,
    class_target,
    class_weights,
    cross_entropy,
    exclusion_loss,
    in_pieces,
    mixed,
    mixed_loss,
    shuffled,
    unmixed,
)
from core.training.metrics.metrics import accuracy, macro_f1
from core.training.pack import augment
from core.training.pack.data import Pack, split_places
from core.training.pack.labels import BURSTS_AND_EMODB, CLASSES
from core.training.pack.splits import Split
from core.training.training_loop import TrainingSchedule
from core.types import Samples

Targets = tuple[Tensor, ...]
"""Labels (B,), classes (B,), excluded classes (B,)."""
Batch = tuple[Tensor, MixedTargets]

_SPLITS: tuple[Split, ...] = ("train", "val")

SCHEDULE = TrainingSchedule(epochs=24, batch=16, peak_rate=6e-4)
_MIXING = 0.3
_BORED_COPIES = 3
"""How often a bored clip occurs in an epoch: there are 31 of them among seven thousand."""

TRIPLE = ("confusion", "interest", "anger")
"""The three bursts nearest to our states; the simple models are compared on them."""


def build_encoder(config: NetworkConfig) -> EncoderWithHeads[AudioEncoder]:
    """Builds the untrained audio encoder with its heads."""
    encoder = AudioEncoder(config.audio)
    return EncoderWithHeads(
        encoder, AuxiliaryHeads(encoder.width, {"bursts": len(BURSTS_AND_EMODB), "classes": len(CLASSES)})
    )


class VoiceTask:
    """Training task on the voice clips of a pack."""

    name = "voices"

    def __init__(self, pack: Pack, config: NetworkConfig, schedule: TrainingSchedule) -> None:
        torch.manual_seed(schedule.seed)
        self.module = build_encoder(config)
        self._pack, self._schedule = pack, schedule
        self._bursts = np.array([BURSTS_AND_EMODB.index(item.burst) for item in pack.voices])
        self._targets = np.array([class_target(item.label) for item in pack.voices])
        self._excluded = np.array([class_target(item.excluded) for item in pack.voices])
        self._places = {split: split_places(pack.voices, split) for split in _SPLITS}
        bored = [place for place in self._places["train"] if pack.voices[place].label == "Bored"]
        self._repeated = np.concatenate(
            [self._places["train"], *[np.array(bored, dtype=np.int64)] * (_BORED_COPIES - 1)]
        )
        self._weights = class_weights(self._targets[self._repeated].tolist())

    def steps(self) -> int:
        """Batches per epoch."""
        return len(self._repeated) // self._schedule.batch

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Yields augmented training clips."""
        rng = np.random.default_rng((self._schedule.seed, epoch))
        for places in shuffled(self._repeated, self._schedule.batch, rng):
            clips = [augment.voice(self._pack.clips[place], rng) for place in places]
            yield self._batch(places, clips, mixed(len(places), _MIXING, rng))

    def _batch(self, places: NDArray[np.int64], clips: list[Samples], mix: Mixup) -> Batch:
        targets = (self._bursts[places], self._targets[places], self._excluded[places])
        waveforms = np.stack([waveform(clip) for clip in clips])  # (B, N)
        return mix.inputs(torch.from_numpy(waveforms)), mix.targets(tuple(map(torch.from_numpy, targets)))

    def loss(self, batch: Batch) -> Tensor:
        """The speakers' labels + the classes that a clip shows, or certainly does not show."""
        waveforms, targets = batch
        logits = self.module(waveforms)
        return mixed_loss(lambda wanted: self._loss(logits, wanted), targets)

    def _loss(self, logits: dict[str, Tensor], wanted: Targets) -> Tensor:
        bursts, classes, excluded = wanted
        return (
            cross_entropy(logits["bursts"], bursts, smoothing=0.1)
            + 0.5 * cross_entropy(logits["classes"], classes, self._weights)
            + 0.2 * exclusion_loss(logits["classes"], excluded)
        )

    def score(self) -> dict[str, float]:
        """Accuracy on all labels, on Confusion/Interest/Anger alone, and macro-F1 on the classes."""
        places = self._places["val"]
        bursts, classes = [], []
        for piece in in_pieces(places, 64):
            clips = [self._pack.samples(place) for place in piece]
            logits = self.module(self._batch(piece, clips, unmixed(len(piece)))[0])
            bursts.append(logits["bursts"])
            classes.append(logits["classes"].argmax(1))
        scores, guesses = torch.cat(bursts).numpy(), torch.cat(classes).numpy()
        truth, known = self._bursts[places], self._targets[places] >= 0
        columns = [BURSTS_AND_EMODB.index(name) for name in TRIPLE]
        of_triple = np.isin(truth, columns)
        guessed_triple = np.array(columns)[scores[of_triple][:, columns].argmax(1)]
        return {
            "burst_accuracy": accuracy(truth, scores.argmax(1)),
            "confusion_interest_anger_accuracy": accuracy(truth[of_triple], guessed_triple),
            "class_macro_f1": macro_f1(self._targets[places][known], guesses[known], len(CLASSES)),
        }
