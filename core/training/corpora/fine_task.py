"""Teaches fusion and encoders together on recorded inputs of a corpus: the encoders' last layers, at a small rate.

Ours, because a corpus of some hours is too small for 230 million parameters: the last two transformer layers of
Wav2Vec2 and BERT and the last stage of ResNet learn at a fiftieth of the fusion's rate, the rest stays as it was.
Encoders run as live runs them (no dropout, batch statistics as they were): four pictures of one face are no batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.features.face_pixels import pixels
from core.features.settings import FeatureSettings
from core.model.inputs import Streams
from core.model.network import EduEmotionNet, Response
from core.training.corpora.steps import LabelledHops, by_length, target_row
from core.training.encoders.encoder_tasks import shuffled
from core.training.fusion.loss import LossSettings, temporal_loss
from core.training.metrics.metrics import accuracy, macro_f1
from core.training.training_loop import Groups, TrainingSchedule
from core.types import STATES

SCHEDULE = TrainingSchedule(epochs=6, batch=4, peak_rate=5e-4, decay=0.05)
PIECE_STEPS = 16
"""Hops that are learnt from at once (8 s): the memory of base-size encoders is the limit."""
LAYERS = 2
ENCODER_SHARE = 0.02
"""Rate of the encoders' last layers over that of the fusion."""


@dataclass(frozen=True, slots=True, eq=False)
class HopInputs:
    """What the encoders take, of B clips of T hops; the content of what is absent is zero.

    waveform (B, T, N), crops (B, T, K, C, S, S), crop_mask (B, T, K), tokens (B, T, L), token_mask (B, T, L),
    present (B, T, 3)
    """

    waveform: Tensor
    crops: Tensor
    crop_mask: Tensor
    tokens: Tensor
    token_mask: Tensor
    present: Tensor


Batch = tuple[HopInputs, Tensor]


class WholeNetwork(nn.Module):
    """Encoders and fusion in one: inputs of B clips → the fusion's response."""

    def __init__(self, network: EduEmotionNet) -> None:
        super().__init__()
        self.network = network
        for encoder in (network.audio, network.visual, network.text):
            encoder.requires_grad_(False)
        for layer in last_layers(network):
            layer.requires_grad_(True)

    def train(self, mode: bool = True) -> WholeNetwork:
        """The fusion learns with dropout; encoders always run as live runs them."""
        super().train(mode)
        for encoder in (self.network.audio, self.network.visual, self.network.text):
            encoder.eval()
        return self

    def forward(self, inputs: HopInputs) -> Response:
        """Encode every hop at which something is present, then fuse."""
        network = self.network
        audio, visual, text = inputs.present.unbind(-1)  # (B, T) each
        streams = Streams(
            audio=_scattered(network.audio(inputs.waveform[audio]), audio)
            if audio.any()
            else self._none(audio, "audio"),
            visual=_scattered(network.visual(inputs.crops[visual], inputs.crop_mask[visual]), visual)
            if visual.any()
            else self._none(visual, "visual"),
            text=_scattered(network.text(inputs.tokens[text], inputs.token_mask[text]), text)
            if text.any()
            else self._none(text, "text"),
            present=inputs.present,
        )
        with torch.autocast(inputs.present.device.type, enabled=False):
            response, _ = network.fusion(streams, network.fusion.start(len(inputs.present)))
        answer: Response = response
        return answer

    def _none(self, there: Tensor, name: str) -> Tensor:
        return torch.zeros(*there.shape, getattr(self.network, name).width, device=there.device)

    def groups(self) -> Groups:
        """The fusion at the schedule's rate, the encoders' last layers at their share of it."""
        tail = [parameter for layer in last_layers(self.network) for parameter in layer.parameters()]
        return [(list(self.network.fusion.parameters()), 1.0), (tail, ENCODER_SHARE)]


def last_layers(network: EduEmotionNet) -> list[nn.Module]:
    """The encoders' layers that learn."""
    audio, text = network.audio.body.encoder.layers, network.text.body.encoder.layer
    return [*audio[-LAYERS:], *text[-LAYERS:], network.visual.body.encoder.stages[-1]]


class FineTask:
    """Recorded inputs, as a task for the training loop."""

    name = "fine"

    def __init__(
        self,
        network: EduEmotionNet,
        features: FeatureSettings,
        learning: Sequence[LabelledHops],
        judging: Sequence[LabelledHops],
        schedule: TrainingSchedule,
    ) -> None:
        self.module, self._features, self._schedule = WholeNetwork(network), features, schedule
        self._learning, self._judging = list(learning), list(judging)
        self._loss = LossSettings()

    def steps(self) -> int:
        """Batches an epoch."""
        return len(self._learning) // self._schedule.batch

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Shuffled clips."""
        rng = np.random.default_rng((self._schedule.seed, epoch))
        for places in shuffled(np.arange(len(self._learning)), self._schedule.batch, rng):
            yield inputs_of([self._learning[place] for place in places], self._features)

    def loss(self, batch: Batch) -> Tensor:
        """The paper's loss."""
        inputs, targets = batch
        return temporal_loss(self.module(inputs), targets, self._loss)

    def score(self) -> dict[str, float]:
        """Figures on people of the validation part."""
        truth, guess = [], []
        for chosen in by_length(self._judging, self._schedule.batch):
            inputs, targets = inputs_of(chosen, self._features)
            response = self.module(inputs)
            counted = response.seen & (targets.amax(-1) > 0.99)
            truth.append(targets[counted].argmax(-1))
            guess.append(response.logits[counted].argmax(-1))
        states, guesses = torch.cat(truth).numpy(), torch.cat(guess).numpy()
        return {"accuracy": accuracy(states, guesses), "macro_f1": macro_f1(states, guesses, len(STATES))}


def inputs_of(chosen: Sequence[LabelledHops], features: FeatureSettings) -> Batch:
    """Recorded inputs of clips, padded to the longest; nothing is present in the padding."""
    hops = [_hops(one, features) for one in chosen]
    length = max(one.steps for one in chosen)
    stacked = [_stacked([clip[name] for clip in hops], length) for name in HopInputs.__dataclass_fields__]
    targets = np.stack([np.tile(target_row(one.target), (length, 1)) for one in chosen])
    return HopInputs(*stacked), torch.from_numpy(targets)


def _hops(one: LabelledHops, features: FeatureSettings) -> dict[str, list[NDArray[np.generic]]]:
    """One array for each hop of a clip, by the names of `HopInputs`; what is absent is empty."""
    with np.load(one.path) as arrays:
        kept = dict(arrays)
    present, crop_counts, token_counts = (kept[name] for name in ("present", "crop_counts", "token_counts"))
    voiced, crops_end, tokens_end = np.cumsum(present[:, 0]), np.cumsum(crop_counts), np.cumsum(token_counts)
    found: dict[str, list[NDArray[np.generic]]] = {name: [] for name in HopInputs.__dataclass_fields__}
    for hop in range(one.first, one.last):
        crops = kept["crops"][crops_end[hop] - crop_counts[hop] : crops_end[hop]]
        tokens = kept["tokens"][tokens_end[hop] - token_counts[hop] : tokens_end[hop]]
        sound = kept["waveforms"][voiced[hop] - 1].astype(np.float32) if present[hop, 0] else np.zeros(0, np.float32)
        found["waveform"].append(sound)
        found["crops"].append(np.stack([pixels(crop, features) for crop in crops]) if len(crops) else _NO_CROP)
        found["crop_mask"].append(np.ones(len(crops), dtype=bool))
        found["tokens"].append(tokens)
        found["token_mask"].append(np.ones(len(tokens), dtype=bool))
        found["present"].append(present[hop])
    return found


_NO_CROP: NDArray[np.float32] = np.zeros((0, 0, 0, 0), dtype=np.float32)


def _stacked(clips: list[list[NDArray[np.generic]]], length: int) -> Tensor:
    """Ragged arrays of ragged clips → (B, T, …), zeros where there is nothing."""
    every = [array for clip in clips for array in clip]
    shape = tuple(max(array.shape[axis] for array in every) for axis in range(every[0].ndim))
    stacked = np.zeros((len(clips), length, *shape), dtype=every[0].dtype)
    for place, clip in enumerate(clips):
        for hop, array in enumerate(clip):
            stacked[place, hop][tuple(slice(size) for size in array.shape)] = array
    return torch.from_numpy(stacked)


def _scattered(vectors: Tensor, there: Tensor) -> Tensor:
    """Vectors (n, d) of the hops that hold `there` (B, T) → (B, T, d), zeros elsewhere."""
    spread = vectors.new_zeros(*there.shape, vectors.shape[-1], dtype=torch.float32)
    return spread.masked_scatter(there[..., None], vectors.float())
