"""Trains the text encoder: GoEmotions' 28 labels and the classes, on texts as written and as spoken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from core.features.tokens import WordTokens, as_spoken
from core.model.config import NetworkConfig
from core.model.encoders import TextEncoder
from core.model.heads import AuxiliaryHeads
from core.training.encoders.asr_error_model import AsrErrorModel
from core.training.encoders.encoder_tasks import (
    EncoderWithHeads,
    class_target,
    class_weights,
    cross_entropy,
    exclusion_loss,
    in_pieces,
    shuffled,
)
from core.training.metrics.metrics import accuracy, macro_f1
from core.training.pack import augment
from core.training.pack.data import Pack, TextItem, split_places
from core.training.pack.labels import CLASSES, GO_EMOTIONS, NONE
from core.training.pack.splits import Split
from core.training.training_loop import TrainingSchedule

Batch = tuple[Tensor, Tensor, Tensor, Tensor, Tensor]

_SPLITS: tuple[Split, ...] = ("train", "val")

SCHEDULE = TrainingSchedule(epochs=4, batch=32, peak_rate=1.2e-4, decay=0.01)

_COPIES = {"Bored": 6, "Confused": 1, "Curious": 2, "Frustrated": 1}
_SHARES = {NONE: 0.35, None: 0.22}
"""How often a text occurs in an epoch, by class: boredom is rare in the sources, unlabelled texts are not."""
_AS_WRITTEN, _ERROR_RATES = 0.35, (0.0, 0.1, 0.2, 0.3)
"""Share of texts in their written form, and word error rates of the others."""


def build_encoder(config: NetworkConfig) -> EncoderWithHeads[TextEncoder]:
    """Builds the untrained text encoder with its heads."""
    encoder = TextEncoder(config.text)
    return EncoderWithHeads(
        encoder, AuxiliaryHeads(encoder.width, {"emotions": len(GO_EMOTIONS), "classes": len(CLASSES)})
    )


def emotion_targets(item: TextItem) -> list[float]:
    """28 zeros and ones for a GoEmotions text, NaN for texts of other sources."""
    if item.source != "goemotions":
        return [float("nan")] * len(GO_EMOTIONS)
    return [float(name in item.labels) for name in GO_EMOTIONS]


def pad(rows: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Token lists → (B, L) ids and mask, padded to the longest."""
    length = max(map(len, rows))
    tokens = torch.tensor([row + [0] * (length - len(row)) for row in rows])
    mask = torch.tensor([[True] * len(row) + [False] * (length - len(row)) for row in rows])
    return tokens, mask


class TextTask:
    """Training task on the texts of a pack."""

    name = "texts"

    def __init__(
        self,
        pack: Pack,
        config: NetworkConfig,
        tokenizer: Path,
        max_tokens: int,
        schedule: TrainingSchedule,
        error_model: AsrErrorModel,
    ) -> None:
        torch.manual_seed(schedule.seed)
        self.module = build_encoder(config)
        self._pack, self._schedule, self._error_model = pack, schedule, error_model
        self._tokens = WordTokens(tokenizer, max_tokens)
        self._emotions = np.array([emotion_targets(item) for item in pack.texts], dtype=np.float32)
        self._targets = np.array([class_target(item.label) for item in pack.texts])
        self._excluded = np.array([class_target(item.excluded) for item in pack.texts])
        self._places = {split: split_places(pack.texts, split) for split in _SPLITS}
        self._weights = class_weights(self._targets[self._epoch_places(0)].tolist())
        self._steps = min(len(self._epoch_places(epoch)) for epoch in range(schedule.epochs)) // schedule.batch

    def _epoch_places(self, epoch: int) -> NDArray[np.int64]:
        rng = np.random.default_rng((self._schedule.seed, epoch, 1))
        chosen: list[int] = []
        for place in self._places["train"]:
            item = self._pack.texts[place]
            if item.label in _COPIES:
                chosen += [place] * _COPIES[item.label]
            elif (item.label or item.source in ("goemotions", "sight")) and rng.random() < _SHARES[item.label]:
                chosen.append(place)
        return np.array(chosen)

    def steps(self) -> int:
        """Batches per epoch; epochs differ by a few texts, the shortest of the schedule counts."""
        return self._steps

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Yields texts as written or, more often, as a recogniser writes them, with errors."""
        rng = np.random.default_rng((self._schedule.seed, epoch))
        whole = shuffled(self._epoch_places(epoch), self._schedule.batch, rng)
        for places in islice(whole, self._steps):
            yield self._batch(places, [self._varied(self._pack.texts[place].text, rng) for place in places])

    def _varied(self, text: str, rng: np.random.Generator) -> str:
        if rng.random() < _AS_WRITTEN:
            return text
        spoken = augment.cut_short(as_spoken(text), rng)
        return self._error_model.with_errors(spoken, rng, float(rng.choice(_ERROR_RATES)))

    def _batch(self, places: NDArray[np.int64], texts: list[str]) -> Batch:
        tokens, mask = pad([self._tokens.of_text(text) for text in texts])
        wanted = (self._emotions[places], self._targets[places], self._excluded[places])
        emotions, targets, excluded = map(torch.from_numpy, wanted)
        return tokens, mask, emotions, targets, excluded

    def loss(self, batch: Batch) -> Tensor:
        """GoEmotions' labels where available + the classes that a text shows, or certainly does not show."""
        tokens, mask, emotions, targets, excluded = batch
        logits = self.module(tokens, mask)
        labelled = ~emotions.isnan()
        emotion_loss = F.binary_cross_entropy_with_logits(logits["emotions"], emotions.nan_to_num(), reduction="none")
        return (
            4.0 * (emotion_loss * labelled).sum() / labelled.sum().clamp_min(1)
            + cross_entropy(logits["classes"], targets, self._weights, smoothing=0.05)
            + 0.3 * exclusion_loss(logits["classes"], excluded)
        )

    def score(self) -> dict[str, float]:
        """Four-class metrics, as written and as spoken, and macro-F1 with "none" as a fifth class."""
        places = self._places["val"][self._targets[self._places["val"]] >= 0]
        truth, states = self._targets[places], self._targets[places] < len(CLASSES) - 1
        figures = {}
        for form, change in (("written", str), ("spoken", as_spoken)):
            logits = torch.cat([self._logits(piece, change) for piece in in_pieces(places, 128)]).numpy()
            four = logits[states][:, :-1].argmax(1)
            figures[f"{form}_accuracy"] = accuracy(truth[states], four)
            figures[f"{form}_macro_f1"] = macro_f1(truth[states], four, len(CLASSES) - 1)
            figures[f"{form}_with_none_macro_f1"] = macro_f1(truth, logits.argmax(1), len(CLASSES))
        return figures

    def _logits(self, places: NDArray[np.int64], change: Callable[[str], str]) -> Tensor:
        texts = [change(self._pack.texts[place].text) for place in places]
        classes: Tensor = self.module(*self._batch(places, texts)[:2])["classes"]
        return classes
