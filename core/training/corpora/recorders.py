"""Recorders for clips that run through the live pipeline: they keep encoder vectors, or the encoders' inputs.

Features and encoders are the live ones, so that training cannot drift from live. Everything that the kept arrays
depend on enters the name of their folder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.features.pipeline import FeaturePipeline, PreparedStep
from core.features.settings import FeatureSettings
from core.model.checkpoint import Checkpoint
from core.model.inputs import MODALITIES, ModelInputs
from core.model.live import LiveModel, LiveOutput
from core.model.precision import LARGE, has_bfloat16
from core.session.protocols import LoadedModel, Preparer
from core.settings import WindowSettings
from core.types import Window

Arrays = dict[str, NDArray[Any]]
_FORMAT = 2


class VectorRecorder(LiveModel):
    """The live model; keeps every hop's encoder vectors."""

    def __init__(self, checkpoint: Checkpoint, device: str = "cpu") -> None:
        self._widths = {name: getattr(checkpoint.network, name).width for name in MODALITIES}
        super().__init__(checkpoint, device)

    def reset(self) -> None:
        """Clears the state and the kept vectors."""
        super().reset()
        self._kept: list[dict[str, NDArray[np.float16]]] = []
        self._since_word_s: list[NDArray[np.float32]] = []

    def step(self, inputs: ModelInputs) -> LiveOutput:
        """Computes a step as live does, and keeps its encoder vectors."""
        output = super().step(inputs)
        self._kept.append(output.features)
        self._since_word_s.append(inputs.since_word_s[0].numpy())
        return output

    def arrays(self) -> Arrays:
        """{m: (T, d_m) float16, zeros where absent}, present (T, 3) and since_word_s (T,)."""
        vectors = {
            name: [hop.get(name, np.zeros(width, np.float16)) for hop in self._kept]
            for name, width in self._widths.items()
        }
        present = np.array([[name in hop for name in MODALITIES] for hop in self._kept])
        streams = {name: np.stack(rows) for name, rows in vectors.items()}
        return streams | {"present": present, "since_word_s": np.stack(self._since_word_s)}


class InputRecorder(FeaturePipeline):
    """The live feature pipeline; keeps every hop's inputs, for fine-tuning encoders."""

    def __init__(self, settings: FeatureSettings, tokenizer: Path) -> None:
        super().__init__(settings, tokenizer)
        self.reset()

    def reset(self) -> None:
        """Clears the kept inputs."""
        self._present: list[NDArray[np.bool_]] = []
        self._waveforms: list[NDArray[np.float16]] = []
        self._crops: list[NDArray[np.uint8]] = []
        self._words: list[NDArray[np.int64]] = []
        self._ages_s: list[NDArray[np.float32]] = []
        self._since_word_s: list[NDArray[np.float32]] = []

    def prepare(self, window: Window) -> PreparedStep:
        """Prepares a hop as live does, and keeps its inputs."""
        prepared = super().prepare(window)
        inputs, there = prepared.inputs, prepared.inputs.present[0].numpy()
        crops = [seen.crop for seen in window.sightings if seen.crop is not None] if there[1] else []
        self._present.append(there)
        self._waveforms += [inputs.waveform[0].half().numpy()] if there[0] else []
        self._crops.append(np.stack(crops) if crops else np.zeros((0, 1, 1, 3), dtype=np.uint8))
        self._words.append(inputs.tokens[0].numpy() if there[2] else np.zeros(0, dtype=np.int64))
        self._ages_s.append(inputs.token_age_s[0].numpy() if there[2] else np.zeros(0, dtype=np.float32))
        self._since_word_s.append(inputs.since_word_s[0].numpy())
        return prepared

    def arrays(self) -> Arrays:
        """present (T, 3), since_word_s (T,); waveforms of the hops with audio (n, N); crops (n, S, S, 3), tokens and
        their ages (n,), with counts."""
        seen = [crops for crops in self._crops if len(crops)]
        return {
            "present": np.stack(self._present),
            "waveforms": np.stack(self._waveforms) if self._waveforms else np.zeros((0, 0), dtype=np.float16),
            "crops": np.concatenate(seen) if seen else np.zeros((0, 1, 1, 3), dtype=np.uint8),
            "crop_counts": np.array([len(crops) for crops in self._crops]),
            "tokens": np.concatenate(self._words),
            "token_counts": np.array([len(tokens) for tokens in self._words]),
            "token_ages_s": np.concatenate(self._ages_s),
            "since_word_s": np.stack(self._since_word_s),
        }


class SkippedModel(LiveModel):
    """The live model without its encoders, for hops of which only the inputs are kept."""

    def step(self, inputs: ModelInputs) -> LiveOutput:
        """Computes the step with every modality marked absent, so that nothing is encoded."""
        return super().step(replace(inputs, present=torch.zeros_like(inputs.present)))


@dataclass(frozen=True, eq=False)
class ClipRecorder:
    """The model and features a clip runs through, and how to collect the arrays to keep. `folder` depends on both."""

    kind: str
    model: LoadedModel
    features: Preparer
    window: WindowSettings
    folder: Path
    reset: Callable[[], None]
    arrays: Callable[[], Arrays]


def vectors(checkpoint: Checkpoint, cache: Path, device: str) -> ClipRecorder:
    """Returns a recorder of encoder vectors."""
    settings = FeatureSettings.from_json(checkpoint.features)
    window = WindowSettings(audio_s=settings.audio_s)
    model = VectorRecorder(checkpoint, device)
    folder = cache / f"vectors-{_fingerprint(checkpoint, window, encoders_too=True)}"
    return ClipRecorder(
        "vectors", model, FeaturePipeline(settings, checkpoint.tokenizer), window, folder, model.reset, model.arrays
    )


def inputs(checkpoint: Checkpoint, cache: Path) -> ClipRecorder:
    """Returns a recorder of encoder inputs."""
    settings = FeatureSettings.from_json(checkpoint.features)
    window = WindowSettings(audio_s=settings.audio_s)
    features = InputRecorder(settings, checkpoint.tokenizer)
    folder = cache / f"inputs-{_fingerprint(checkpoint, window, encoders_too=False)}"
    return ClipRecorder("inputs", SkippedModel(checkpoint), features, window, folder, features.reset, features.arrays)


def _fingerprint(checkpoint: Checkpoint, window: WindowSettings, *, encoders_too: bool) -> str:
    """Digest of features, windows and tokenizer, and of the encoders and their precision if `encoders_too`."""
    digest = hashlib.sha256(json.dumps([_FORMAT, checkpoint.features, asdict(window)], sort_keys=True).encode())
    digest.update(checkpoint.tokenizer.read_bytes())
    if encoders_too:
        digest.update(str(checkpoint.profile == LARGE and has_bfloat16("cpu")).encode())
        for name in MODALITIES:
            _add_weights(digest, getattr(checkpoint.network, name).state_dict())
    return digest.hexdigest()[:16]


def _add_weights(digest: Any, weights: Mapping[str, torch.Tensor]) -> None:
    for name, value in sorted(weights.items()):
        digest.update(name.encode())
        digest.update(value.detach().cpu().contiguous().view(-1).numpy().tobytes())
