"""Fine-tunes fusion and encoders together on recorded inputs of a corpus: the encoders' last layers, at a small rate.

Ours, because a corpus of some hours is too small for 230 million parameters: the last two transformer layers of
Wav2Vec2 and BERT and the last stage of ResNet train at a fiftieth of the fusion's rate, the other layers are frozen.
Encoders run in evaluation mode, as live does (no dropout, fixed batch statistics): a batch with few different faces
would give poor batch statistics.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.features.face_pixels import pixels
from core.features.settings import FeatureSettings
from core.model.inputs import ModelInputs
from core.model.network import EduEmotionNet, Response
from core.training.corpora.steps import LabelledHops, by_length, target_row
from core.training.encoders.encoder_tasks import shuffled
from core.training.fusion.loss import LossSettings, temporal_loss
from core.training.metrics.metrics import accuracy, macro_f1
from core.training.padded_hops import pad_hops
from core.training.training_loop import Groups, TrainingSchedule
from core.types import STATES

SCHEDULE = TrainingSchedule(epochs=6, batch=4, peak_rate=5e-4, decay=0.05)
PIECE_STEPS = 16
"""Hops per training sequence (8 s), limited by the memory that base-size encoders need."""
LAYERS = 2
ENCODER_SHARE = 0.02
"""Learning rate of the encoders' last layers relative to the fusion's."""


Batch = tuple[ModelInputs, Tensor]
"""Inputs (B, T, …) and soft targets (B, T, 4)."""


class FineTunedNetwork(nn.Module):
    """The network with only its fusion and the encoders' last layers trainable."""

    def __init__(self, network: EduEmotionNet) -> None:
        super().__init__()
        self.network = network
        for encoder in (network.audio, network.visual, network.text):
            encoder.requires_grad_(False)
        for layer in last_layers(network):
            layer.requires_grad_(True)

    def train(self, mode: bool = True) -> FineTunedNetwork:
        """Sets the fusion's mode; the encoders always stay in evaluation mode."""
        super().train(mode)
        for encoder in (self.network.audio, self.network.visual, self.network.text):
            encoder.eval()
        return self

    def forward(self, inputs: ModelInputs) -> Response:
        """Runs the network on B clips of T hops, each from a fresh state."""
        _, response, _ = self.network(inputs, self.network.fusion.start(len(inputs.present)))
        result: Response = response
        return result

    def groups(self) -> Groups:
        """Parameter groups: the fusion at the schedule's rate, the encoders' last layers at `ENCODER_SHARE` of it."""
        tail = [parameter for layer in last_layers(self.network) for parameter in layer.parameters()]
        return [(list(self.network.fusion.parameters()), 1.0), (tail, ENCODER_SHARE)]


def last_layers(network: EduEmotionNet) -> list[nn.Module]:
    """The trainable layers of the encoders."""
    audio, text = network.audio.body.encoder.layers, network.text.body.encoder.layer
    return [*audio[-LAYERS:], *text[-LAYERS:], network.visual.body.encoder.stages[-1]]


class FineTask:
    """Training task on recorded inputs."""

    name = "fine"

    def __init__(
        self,
        network: EduEmotionNet,
        features: FeatureSettings,
        training: Sequence[LabelledHops],
        validation: Sequence[LabelledHops],
        schedule: TrainingSchedule,
    ) -> None:
        self.module, self._features, self._schedule = FineTunedNetwork(network), features, schedule
        self._training, self._validation = list(training), list(validation)
        self._loss = LossSettings()

    def steps(self) -> int:
        """Batches per epoch."""
        return len(self._training) // self._schedule.batch

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Yields shuffled clips."""
        rng = np.random.default_rng((self._schedule.seed, epoch))
        for places in shuffled(np.arange(len(self._training)), self._schedule.batch, rng):
            yield inputs_of([self._training[place] for place in places], self._features)

    def loss(self, batch: Batch) -> Tensor:
        """Computes the paper's loss."""
        inputs, targets = batch
        return temporal_loss(self.module(inputs), targets, self._loss)

    def score(self) -> dict[str, float]:
        """Computes metrics on the validation people."""
        truth, guess = [], []
        for chosen in by_length(self._validation, self._schedule.batch):
            inputs, targets = inputs_of(chosen, self._features)
            response = self.module(inputs)
            counted = response.seen & (targets.amax(-1) > 0.99)
            truth.append(targets[counted].argmax(-1))
            guess.append(response.logits[counted].argmax(-1))
        states, guesses = torch.cat(truth).numpy(), torch.cat(guess).numpy()
        return {"accuracy": accuracy(states, guesses), "macro_f1": macro_f1(states, guesses, len(STATES))}


def inputs_of(chosen: Sequence[LabelledHops], features: FeatureSettings) -> Batch:
    """Reads the recorded inputs of clips, padded to the longest; nothing is present in the padding."""
    length = max(one.steps for one in chosen)
    targets = np.stack([np.tile(target_row(one.target), (length, 1)) for one in chosen])
    return pad_hops([_hops(one, features) for one in chosen]), torch.from_numpy(targets)


def _hops(one: LabelledHops, features: FeatureSettings) -> list[ModelInputs]:
    """Reads the hops of a clip; the inputs of an absent modality are empty."""
    with np.load(one.path) as arrays:
        kept = dict(arrays)
    present, crop_counts, token_counts = (kept[name] for name in ("present", "crop_counts", "token_counts"))
    waveforms_end, crops_end, tokens_end = np.cumsum(present[:, 0]), np.cumsum(crop_counts), np.cumsum(token_counts)
    found: list[ModelInputs] = []
    for hop in range(one.first, one.last):
        crops = kept["crops"][crops_end[hop] - crop_counts[hop] : crops_end[hop]]
        of_hop = slice(tokens_end[hop] - token_counts[hop], tokens_end[hop])
        tokens = kept["tokens"][of_hop]
        waveform = kept["waveforms"][waveforms_end[hop] - 1] if present[hop, 0] else _NO_SOUND
        arrays_of_hop = (
            waveform.astype(np.float32),
            np.stack([pixels(crop, features) for crop in crops]) if len(crops) else _NO_CROP,
            np.ones(len(crops), dtype=bool),
            tokens,
            np.ones(len(tokens), dtype=bool),
            kept["token_ages_s"][of_hop],
            np.asarray(kept["since_word_s"][hop]),
            present[hop],
        )
        found.append(ModelInputs(*(torch.from_numpy(array)[None] for array in arrays_of_hop)))
    return found


_NO_SOUND: NDArray[np.float32] = np.zeros(0, dtype=np.float32)
_NO_CROP: NDArray[np.float32] = np.zeros((0, 0, 0, 0), dtype=np.float32)
