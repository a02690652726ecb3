"""Pre-trains the audio encoder: its convolutions first learn to predict a log-mel spectrogram.

From labels alone a small Wav2Vec2 needs many epochs before its first layers become useful; regressing 64 mel bands
gives a target for every frame of every clip. The head for the bands is discarded afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers.audio_utils import mel_filter_bank

from core.features.audio import waveform
from core.model.encoders import AudioEncoder
from core.training.encoders.encoder_tasks import in_pieces, shuffled
from core.training.pack import augment
from core.training.pack.data import Pack, split_places
from core.training.pack.splits import Split
from core.training.training_loop import TrainingSchedule
from core.types import SAMPLE_RATE_HZ

_SPLITS: tuple[Split, ...] = ("train", "val")

SCHEDULE = TrainingSchedule(epochs=2, batch=16, peak_rate=2e-3)

_BANDS, _FFT, _HOP = 64, 512, 320


class BandReader(nn.Module):
    """The encoder's convolutions with a linear head that predicts mel bands."""

    def __init__(self, encoder: AudioEncoder) -> None:
        super().__init__()
        self.front = encoder.body.feature_extractor
        self.project = encoder.body.feature_projection
        self.bands = nn.Linear(encoder.width, _BANDS)

    def forward(self, waveforms: Tensor) -> Tensor:
        """(B, N) → (B, N / 320, 64)."""
        hidden, _ = self.project(self.front(waveforms).transpose(1, 2))
        read: Tensor = self.bands(hidden).float()
        return read


def log_mel(waveforms: Tensor) -> Tensor:
    """(B, N) normalised → (B, N / 320, 64) log-mel bands, standardised over the batch.

    The first frame is left out: the convolutions' frame k is centred on sample 320 k + 365, the spectrogram's on 320 k.
    """
    spectrum = (
        torch.stft(
            waveforms, _FFT, _HOP, window=torch.hann_window(_FFT, device=waveforms.device), return_complex=True
        ).abs()
        ** 2
    )
    filters = mel_filter_bank(_FFT // 2 + 1, _BANDS, 50.0, 7600.0, SAMPLE_RATE_HZ, norm="slaney", mel_scale="slaney")
    bands = torch.log(
        torch.einsum("bft,fm->btm", spectrum, torch.tensor(filters, dtype=torch.float32, device=waveforms.device))
        + 1e-4
    )
    return ((bands - bands.mean()) / bands.std())[:, 1:]


class AudioPretrainingTask:
    """Training task: predict the spectrogram of training clips."""

    name = "hearing"

    def __init__(self, pack: Pack, encoder: AudioEncoder, schedule: TrainingSchedule) -> None:
        torch.manual_seed(schedule.seed)
        self.module = BandReader(encoder)
        self._pack, self._schedule = pack, schedule
        self._places = {split: split_places(pack.voices, split) for split in _SPLITS}

    def steps(self) -> int:
        """Batches per epoch."""
        return len(self._places["train"]) // self._schedule.batch

    def batches(self, epoch: int) -> Iterator[Tensor]:
        """Yields augmented training clips, (B, N)."""
        rng = np.random.default_rng((self._schedule.seed, epoch))
        for places in shuffled(self._places["train"], self._schedule.batch, rng):
            clips = [waveform(augment.voice(self._pack.clips[place], rng)) for place in places]
            yield torch.from_numpy(np.stack(clips))

    def loss(self, batch: Tensor) -> Tensor:
        """Mean squared error of the bands, over the frames that both have."""
        read, bands = self.module(batch), log_mel(batch)
        frames = min(read.shape[1], bands.shape[1])
        return F.mse_loss(read[:, :frames], bands[:, :frames])

    def score(self) -> dict[str, float]:
        """The same error on validation speakers; predicting the mean gives 1."""
        errors = []
        for piece in in_pieces(self._places["val"], 64):
            clips = [waveform(self._pack.samples(place)) for place in piece]
            errors.append(float(self.loss(torch.from_numpy(np.stack(clips)))))
        return {"error": float(np.mean(errors))}
