"""What is kept of a clip on its way through the live corridor: encoder vectors, or what the encoders take.

Features and encoders are the live ones, so that training cannot drift from what runs. Everything that the kept arrays
depend on goes into the name of their folder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.features.pipeline import FeaturePipeline, PreparedStep
from core.features.settings import FeatureSettings
from core.model.checkpoint import Checkpoint
from core.model.inputs import MODALITIES, ModelInputs, Streams
from core.model.live import LiveModel
from core.model.precision import LARGE, has_bfloat16
from core.session.protocols import LoadedModel, Preparer
from core.settings import WindowSettings
from core.types import Window

Arrays = dict[str, NDArray[Any]]
_FORMAT = 1


class VectorRecorder(LiveModel):
    """The live model; remembers every hop's encoder vectors."""

    def reset(self) -> None:
        """Forget everything, the kept vectors too."""
        super().reset()
        self.kept: list[Streams] = []

    def encode(self, inputs: ModelInputs) -> Streams:
        """As live, and kept."""
        streams = super().encode(inputs)
        self.kept.append(streams)
        return streams

    def arrays(self) -> Arrays:
        """{m: (T, d_m) float16} and present (T, 3)."""
        made = {
            name: torch.cat([getattr(one, name)[0] for one in self.kept]).half().cpu().numpy() for name in MODALITIES
        }
        return made | {"present": torch.cat([one.present[0] for one in self.kept]).cpu().numpy()}


class InputRecorder(FeaturePipeline):
    """The live features; remembers every hop's inputs, for encoders that are still to learn."""

    def __init__(self, settings: FeatureSettings, tokenizer: Path) -> None:
        super().__init__(settings, tokenizer)
        self.reset()

    def reset(self) -> None:
        """Forget the kept inputs."""
        self._present: list[NDArray[np.bool_]] = []
        self._waveforms: list[NDArray[np.float16]] = []
        self._crops: list[NDArray[np.uint8]] = []
        self._words: list[NDArray[np.int64]] = []

    def prepare(self, window: Window) -> PreparedStep:
        """As live, and kept."""
        prepared = super().prepare(window)
        inputs, there = prepared.inputs, prepared.inputs.present[0].numpy()
        crops = [seen.crop for seen in window.sightings if seen.crop is not None] if there[1] else []
        self._present.append(there)
        self._waveforms += [inputs.waveform[0].half().numpy()] if there[0] else []
        self._crops.append(np.stack(crops) if crops else np.zeros((0, 1, 1, 3), dtype=np.uint8))
        self._words.append(inputs.tokens[0].numpy() if there[2] else np.zeros(0, dtype=np.int64))
        return prepared

    def arrays(self) -> Arrays:
        """present (T, 3); waveforms of the hops with voice (n, N); crops (n, S, S, 3) and tokens (n,), with counts."""
        seen = [crops for crops in self._crops if len(crops)]
        return {
            "present": np.stack(self._present),
            "waveforms": np.stack(self._waveforms) if self._waveforms else np.zeros((0, 0), dtype=np.float16),
            "crops": np.concatenate(seen) if seen else np.zeros((0, 1, 1, 3), dtype=np.uint8),
            "crop_counts": np.array([len(crops) for crops in self._crops]),
            "tokens": np.concatenate(self._words),
            "token_counts": np.array([len(tokens) for tokens in self._words]),
        }


class SilentModel(LiveModel):
    """The live model with its eyes and ears shut: for hops of which only the inputs are kept."""

    def encode(self, inputs: ModelInputs) -> Streams:
        """Nothing is present."""
        widths = {name: getattr(self._network, name).width for name in MODALITIES}
        vectors = {name: torch.zeros(1, 1, width, device=self.device) for name, width in widths.items()}
        return Streams(**vectors, present=torch.zeros(1, 1, len(MODALITIES), dtype=torch.bool, device=self.device))


@dataclass(frozen=True, eq=False)
class ClipRecorder:
    """What a clip is played through, and what is kept of it. `folder` is named after both."""

    kind: str
    model: LoadedModel
    features: Preparer
    window: WindowSettings
    folder: Path
    reset: Callable[[], None]
    arrays: Callable[[], Arrays]


def vectors(checkpoint: Checkpoint, cache: Path, device: str) -> ClipRecorder:
    """Keeps encoder vectors."""
    settings = FeatureSettings.from_json(checkpoint.features)
    window = WindowSettings(audio_s=settings.audio_s)
    model = VectorRecorder(checkpoint, device)
    folder = cache / f"vectors-{_fingerprint(checkpoint, window, encoders_too=True)}"
    return ClipRecorder(
        "vectors", model, FeaturePipeline(settings, checkpoint.tokenizer), window, folder, model.reset, model.arrays
    )


def inputs(checkpoint: Checkpoint, cache: Path) -> ClipRecorder:
    """Keeps what the encoders take."""
    settings = FeatureSettings.from_json(checkpoint.features)
    window = WindowSettings(audio_s=settings.audio_s)
    features = InputRecorder(settings, checkpoint.tokenizer)
    folder = cache / f"inputs-{_fingerprint(checkpoint, window, encoders_too=False)}"
    return ClipRecorder("inputs", SilentModel(checkpoint), features, window, folder, features.reset, features.arrays)


def _fingerprint(checkpoint: Checkpoint, window: WindowSettings, *, encoders_too: bool) -> str:
    """A digest of features, windows and tokenizer, and of the encoders with their precision where they take part."""
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
