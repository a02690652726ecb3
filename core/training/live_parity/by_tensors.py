"""Training's way to estimates: windows cut straight from staged arrays, encoders in batches, the fusion unrolled.

What `analyze` says of the same recording as a file is compared with this by `core.training.live_parity.routes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.features.face import GLANCE_S
from core.features.pipeline import FeaturePipeline, PreparedStep
from core.features.settings import FeatureSettings
from core.model.checkpoint import Checkpoint
from core.model.inputs import Streams
from core.model.network import EduEmotionNet
from core.session.session import cut_window
from core.settings import WindowSettings
from core.training.encoders.texts import pad
from core.training.live_parity.staging import RATE_HZ, KnownFace, StagedRecording
from core.types import MODALITIES, SAMPLE_RATE_HZ, Samples, Window

_PIECE = 16
_SLACK = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class SteppedOutput:
    """What one way says of T steps: probabilities (T, 4), NaN where nothing was present; weights, presence (T, 3)."""

    probabilities: NDArray[np.float32]
    weights: NDArray[np.float32]
    present: NDArray[np.bool_]


def by_tensors(staged: StagedRecording, checkpoint: Checkpoint, settings: WindowSettings) -> SteppedOutput:
    """Training's way: every window at once, straight from the arrays."""
    features = FeaturePipeline(FeatureSettings.from_json(checkpoint.features), checkpoint.tokenizer)
    prepared = [features.prepare(window) for window in windows(staged, settings)]
    streams = encode(checkpoint.network, prepared)
    fusion = checkpoint.network.fusion
    with torch.inference_mode():
        response, _ = fusion(streams, fusion.start())
    probabilities = torch.softmax(response.logits[0] / checkpoint.calibration.temperature, dim=-1)
    probabilities[~response.seen[0]] = torch.nan
    return SteppedOutput(probabilities.numpy(), response.weights[0].numpy(), streams.present[0].numpy())


def windows(staged: StagedRecording, settings: WindowSettings) -> Iterator[Window]:
    """The window of every step, cut by index from the staged arrays."""
    finder, samples = KnownFace(staged), staged.samples
    for step in range(len(staged.faces)):
        end_s = (step + 1) * settings.hop_s
        numbers = {ceil(t_s * RATE_HZ - _SLACK) for t_s in np.arange(end_s - settings.hop_s, end_s - _SLACK, GLANCE_S)}
        sightings = [finder.look(staged.frame(number)) for number in sorted(numbers)]
        words = tuple(word for word in staged.words if end_s - settings.words_s < word.end_s <= end_s)
        yield cut_window(sightings, _heard(samples, end_s, settings.audio_s), words, {}, settings, end_s)


def _heard(samples: Samples, end_s: float, audio_s: float) -> Samples:
    stop, wanted = round(end_s * SAMPLE_RATE_HZ), round(audio_s * SAMPLE_RATE_HZ)
    heard = samples[max(stop - wanted, 0) : stop]
    return np.concatenate([np.zeros(wanted - heard.size, dtype=np.float32), heard])


@torch.inference_mode()
def encode(network: EduEmotionNet, prepared: list[PreparedStep]) -> Streams:
    """Hops → streams (1, T, d), each encoder on batches of the hops at which its modality is present."""
    inputs = [one.inputs for one in prepared]
    present = torch.cat([one.present for one in inputs])  # (T, 3)
    audio, visual, text = (present[:, place].nonzero()[:, 0].tolist() for place in range(len(MODALITIES)))
    heard = [network.audio(torch.cat([inputs[at].waveform for at in piece])) for piece in _pieces(audio)]
    seen = [network.visual(*_crops([inputs[at].crops[0] for at in piece])) for piece in _pieces(visual)]
    read = [network.text(*pad([inputs[at].tokens[0].tolist() for at in piece])) for piece in _pieces(text)]
    return Streams(
        _placed(heard, audio, len(inputs), network.audio.width),
        _placed(seen, visual, len(inputs), network.visual.width),
        _placed(read, text, len(inputs), network.text.width),
        present[None],
    )


def _pieces(places: list[int]) -> Iterator[list[int]]:
    return (places[start : start + _PIECE] for start in range(0, len(places), _PIECE))


def _crops(hops: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Crops (K, C, S, S) of several hops → (B, K, C, S, S) and which of them are there."""
    crops = torch.nn.utils.rnn.pad_sequence(hops, batch_first=True)
    counts = torch.tensor([len(hop) for hop in hops])
    return crops, torch.arange(crops.shape[1])[None] < counts[:, None]


def _placed(vectors: list[Tensor], places: list[int], steps: int, width: int) -> Tensor:
    stream = torch.zeros(1, steps, width)
    if vectors:
        stream[0, places] = torch.cat(vectors)
    return stream
