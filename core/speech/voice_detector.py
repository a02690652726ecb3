"""Silero's voice detector: how likely it is that a frame of 32 ms holds a voice.

Chosen by measurement over WebRTC's detector in its strictest mode: of 37 noises without a voice (colours of noise,
fan, keyboard, music, cough, tones) none had 0.12 s or more that it takes for voice, and 24 with WebRTC's; of read
speech at a hundredth of its level it hears 81 %, WebRTC's nothing. The network is small (310,000 weights), so numpy
computes it in a tenth of a millisecond a frame: the program needs no further runtime for it. Moonshine's library holds
the same network, but its streams begin with memory that was not cleared, and the same sound then gives different
phrases.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core import paths
from core.errors import SpeechError
from core.types import Samples

FRAME = 512
SHA256 = "d7fb67a5b4de0414a0178270ee81439b9e3067c883c304aa758c247d50ffd79d"
_CONTEXT = 64
"""Samples before a frame that the network sees with it."""
_MIRRORED = 64
"""Samples that continue a frame, mirrored, for its last spectrum."""
_SPECTRUM, _STEP = 256, 128
_Array = NDArray[np.float32]


class VoiceDetector:
    """Remembers the sound so far; frames are given in order. Raises `SpeechError` if the network's file is damaged."""

    def __init__(self) -> None:
        self._network = _network(paths.assets() / "voice_detector" / "silero.safetensors")
        self.restart()

    def restart(self) -> None:
        """Forget the sound so far."""
        self._context = np.zeros(_CONTEXT, np.float32)
        self._hidden = np.zeros(128, np.float32)
        self._cell = np.zeros(128, np.float32)

    def probability(self, frame: Samples) -> float:
        """Probability that the next (FRAME,) samples hold a voice."""
        sound = np.concatenate([self._context, frame])
        self._context = sound[-_CONTEXT:]
        sound = np.concatenate([sound, sound[-2 : -_MIRRORED - 2 : -1]])
        features = self._encode(sound)
        self._remember(features)
        weight, bias = self._network["final_conv.weight"], self._network["final_conv.bias"]
        return float(_sigmoid(weight[0, :, 0] @ np.maximum(self._hidden, 0.0) + bias[0]))

    def _encode(self, sound: Samples) -> _Array:
        """(128,) features of one frame with its context."""
        spectra = self._network["stft_conv.weight"][:, 0] @ _pieces(sound[None], _SPECTRUM, _STEP)
        half = len(spectra) // 2
        values = np.hypot(spectra[:half], spectra[half:])  # (129, 4)
        for layer, step in (("conv1", 1), ("conv2", 2), ("conv3", 2), ("conv4", 1)):
            weight, bias = self._network[f"{layer}.weight"], self._network[f"{layer}.bias"]
            padded = np.zeros((len(values), values.shape[1] + 2), np.float32)
            padded[:, 1:-1] = values
            pieces = _pieces(padded, weight.shape[2], step)
            values = np.maximum(weight.reshape(len(weight), -1) @ pieces + bias[:, None], 0.0)
        features: _Array = values[:, 0]
        return features

    def _remember(self, features: _Array) -> None:
        """One step of the LSTM cell."""
        network = self._network
        gates = network["lstm_cell.weight_ih"] @ features + network["lstm_cell.bias_ih"]
        gates += network["lstm_cell.weight_hh"] @ self._hidden + network["lstm_cell.bias_hh"]
        enter, keep, new, show = gates.reshape(4, -1)
        self._cell = _sigmoid(keep) * self._cell + _sigmoid(enter) * np.tanh(new)
        self._hidden = _sigmoid(show) * np.tanh(self._cell)


def _pieces(values: _Array, length: int, step: int) -> _Array:
    """(channels, N) → (channels * length, pieces): every piece that a convolution multiplies, as a column."""
    starts = np.arange(0, values.shape[1] - length + 1, step)
    return values[:, np.arange(length)[:, None] + starts].reshape(len(values) * length, -1)


def _sigmoid(values: _Array) -> _Array:
    return np.asarray(1.0 / (1.0 + np.exp(-values)), np.float32)


@cache
def _network(file: Path) -> dict[str, _Array]:
    from safetensors.numpy import load

    try:
        content = file.read_bytes()
    except OSError as error:
        raise SpeechError(f"The voice detector {file} cannot be read. Please install the program again.") from error
    if sha256(content).hexdigest() != SHA256:
        raise SpeechError(f"The voice detector {file} is damaged. Please install the program again.")
    return load(content)
