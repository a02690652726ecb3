"""Estimates computed as in training: windows cut straight from staged arrays, many hops per network call.

`core.training.live_parity.routes` compares them with the estimates of `analyze` on the same recording as a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np
import torch
from numpy.typing import NDArray

from core.features.face import GLANCE_S
from core.features.pipeline import FeaturePipeline
from core.features.settings import FeatureSettings
from core.model.calibrated_output import calibrated_probabilities
from core.model.checkpoint import Checkpoint
from core.model.network import Response
from core.session.session import cut_window
from core.settings import WindowSettings
from core.training.live_parity.staging import RATE_HZ, KnownFace, StagedRecording
from core.training.padded_hops import pad_hops
from core.types import SAMPLE_RATE_HZ, Samples, Window

_HOPS_PER_CALL = 16
"""Bounds the memory that the encoders need."""
_SLACK = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class SteppedOutput:
    """T steps of one route: probabilities (T, 4), NaN where nothing was present; weights and presence (T, 3); seconds
    since the last word (T,), NaN before the first one.
    """

    probabilities: NDArray[np.float32]
    weights: NDArray[np.float32]
    present: NDArray[np.bool_]
    since_word_s: NDArray[np.float32]


@torch.inference_mode()
def by_tensors(staged: StagedRecording, checkpoint: Checkpoint, settings: WindowSettings) -> SteppedOutput:
    """Computes the estimates from windows cut straight from the staged arrays, several hops per network call."""
    features = FeaturePipeline(FeatureSettings.from_json(checkpoint.features), checkpoint.tokenizer)
    inputs = [features.prepare(window).inputs for window in windows(staged, settings)]
    network, state = checkpoint.network, checkpoint.network.fusion.start()
    responses: list[Response] = []
    for start in range(0, len(inputs), _HOPS_PER_CALL):
        _, response, state = network(pad_hops([inputs[start : start + _HOPS_PER_CALL]]), state)
        responses.append(response)
    logits, weights, seen = (
        torch.cat([getattr(response, name)[0] for response in responses]) for name in ("logits", "weights", "seen")
    )
    probabilities = calibrated_probabilities(logits, seen, checkpoint.calibration.temperature)
    present, since_word_s = (torch.cat([getattr(one, name) for one in inputs]) for name in ("present", "since_word_s"))
    return SteppedOutput(probabilities.numpy(), weights.numpy(), present.numpy(), since_word_s.numpy())


def windows(staged: StagedRecording, settings: WindowSettings) -> Iterator[Window]:
    """Yields the window of every step, cut by index from the staged arrays."""
    finder, samples = KnownFace(staged), staged.samples
    for step in range(len(staged.faces)):
        end_s = (step + 1) * settings.hop_s
        numbers = {ceil(t_s * RATE_HZ - _SLACK) for t_s in np.arange(end_s - settings.hop_s, end_s - _SLACK, GLANCE_S)}
        sightings = [finder.look(staged.frame(number)) for number in sorted(numbers)]
        words = tuple(word for word in staged.words if word.end_s <= end_s)
        yield cut_window(sightings, _sound_until(samples, end_s, settings.audio_s), words, {}, settings, end_s)


def _sound_until(samples: Samples, end_s: float, audio_s: float) -> Samples:
    stop, wanted = round(end_s * SAMPLE_RATE_HZ), round(audio_s * SAMPLE_RATE_HZ)
    sound = samples[max(stop - wanted, 0) : stop]
    return np.concatenate([np.zeros(wanted - sound.size, dtype=np.float32), sound])
