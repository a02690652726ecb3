"""Writes the voice detector's weights, assets/voice_detector/silero.safetensors, from the package silero-vad.

    uv run --with silero-vad==6.2.3 packaging/make_voice_detector.py

The package's TorchScript file holds the weights of its own release; the safetensors file beside it, those of an older
one. `core/speech/voice_detector.py` computes the network.
"""

from __future__ import annotations

import shutil
from importlib.metadata import files
from pathlib import Path

import torch
from safetensors.torch import save_file

TARGET = Path(__file__).parent.parent / "assets" / "voice_detector"
NAMES = {
    "stft.forward_basis_buffer": "stft_conv.weight",
    **{
        f"encoder.{layer}.reparam_conv.{part}": f"conv{layer + 1}.{part}"
        for layer in range(4)
        for part in ("weight", "bias")
    },
    **{f"decoder.rnn.{part}": f"lstm_cell.{part}" for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")},
    "decoder.decoder.2.weight": "final_conv.weight",
    "decoder.decoder.2.bias": "final_conv.bias",
}


def main() -> None:
    """Write weights and licence."""
    TARGET.mkdir(exist_ok=True)
    network = torch.jit.load(_file("silero_vad.jit"))
    arrays = {**dict(network.named_parameters()), **dict(network.named_buffers())}
    save_file(
        {ours: arrays[f"_model.{theirs}"].detach().contiguous() for theirs, ours in NAMES.items()},
        TARGET / "silero.safetensors",
    )
    shutil.copyfile(_file("LICENSE"), TARGET / "LICENSE.txt")


def _file(name: str) -> Path:
    (found,) = (file for file in files("silero-vad") or () if file.name == name)
    return Path(str(found.locate()))


if __name__ == "__main__":
    main()
