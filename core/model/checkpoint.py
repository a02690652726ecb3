"""A self-describing checkpoint folder: weights in safetensors, everything else in JSON, never pickle.

network.safetensors   the network's weights, float16
auxiliary.safetensors auxiliary heads of each encoder, float16 (evaluation only)
tokenizer.json        word pieces of the text encoder
checkpoint.json       profile, config, feature settings, calibration, card, and the SHA-256 of the other files
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from core.model.config import NetworkConfig
from core.model.network import EduEmotionNet

FORMAT = 1
_BY_NAME = "with --checkpoint FOLDER (or set model.checkpoint)"
"""Advice for error messages: how to select another checkpoint."""
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, SafetensorError)
"""What loading a damaged or foreign file can raise."""
WEIGHTS, AUXILIARY, DESCRIPTION, TOKENIZER = (
    "network.safetensors",
    "auxiliary.safetensors",
    "checkpoint.json",
    "tokenizer.json",
)


class CheckpointError(Exception):
    """A checkpoint that is missing, damaged or of another version. The message names the cause and the remedy."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Softmax temperature, and the confidence (`core.model.evidence`) below which the program abstains.

    Both are fitted on validation identities.
    `band_scale` widens the weights' bands until they cover the weights of networks with other seeds; 1 in old
    checkpoints.
    """

    temperature: float = 1.0
    threshold: float = 0.0
    band_scale: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """A network with everything needed to use it. `sha256` is empty for random weights."""

    network: EduEmotionNet
    config: NetworkConfig
    features: dict[str, Any]
    calibration: Calibration
    tokenizer: Path
    sha256: str = ""
    card: dict[str, Any] = field(default_factory=dict)

    @property
    def profile(self) -> str:
        """ "compact" or "paper"."""
        return self.config.profile


def save(folder: Path, checkpoint: Checkpoint, auxiliary: Mapping[str, nn.Module]) -> str:
    """Writes a checkpoint folder with the auxiliary heads; returns the SHA-256 of the network's weights."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(_halved(checkpoint.network), folder / WEIGHTS)
    heads = {f"{name}.{key}": value for name, part in auxiliary.items() for key, value in _halved(part).items()}
    save_file(heads, folder / AUXILIARY)
    shutil.copyfile(checkpoint.tokenizer, folder / TOKENIZER)
    sums = {name: _sha256(folder / name) for name in (WEIGHTS, AUXILIARY, TOKENIZER)}
    description = {
        "format": FORMAT,
        "profile": checkpoint.profile,
        "sha256": sums,
        "config": checkpoint.config.to_json(),
        "features": checkpoint.features,
        "calibration": asdict(checkpoint.calibration),
        "card": checkpoint.card,
    }
    (folder / DESCRIPTION).write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")
    return sums[WEIGHTS]


def load(folder: Path, device: str = "cpu") -> Checkpoint:
    """Reads a checkpoint and verifies its hashes. Raises `CheckpointError`."""
    table = describe(folder)
    try:
        for name in (WEIGHTS, TOKENIZER):
            _verify(folder / name, table["sha256"][name])
        config = NetworkConfig.from_json(table["config"])
        network = EduEmotionNet(config)
        network.load_state_dict({name: value.float() for name, value in load_file(folder / WEIGHTS).items()})
        return Checkpoint(
            network.to(device).eval(),
            config,
            table["features"],
            Calibration(**table["calibration"]),
            folder / TOKENIZER,
            table["sha256"][WEIGHTS],
            table["card"],
        )
    except _UNREADABLE as error:
        raise _cannot_be_read(folder, error) from error


def describe(folder: Path) -> dict[str, Any]:
    """Reads a checkpoint's description, without its weights. Raises `CheckpointError`."""
    if not (folder / DESCRIPTION).is_file():
        raise CheckpointError(f"No checkpoint at {folder}: it has no {DESCRIPTION}. Name another {_BY_NAME}.")
    try:
        table: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        if table["format"] != FORMAT:
            raise CheckpointError(f"{folder} has format {table['format']}, this program reads {FORMAT}. Update it.")
    except _UNREADABLE as error:
        raise _cannot_be_read(folder, error) from error
    return table


def load_auxiliary(folder: Path, parts: Mapping[str, nn.Module]) -> None:
    """Loads auxiliary heads from a checkpoint folder. Raises `CheckpointError`."""
    try:
        _verify(folder / AUXILIARY, describe(folder)["sha256"][AUXILIARY])
        weights = load_file(folder / AUXILIARY)
        for name, part in parts.items():
            prefixed = {key: value.float() for key, value in weights.items() if key.startswith(f"{name}.")}
            part.load_state_dict({key.removeprefix(f"{name}."): value for key, value in prefixed.items()})
    except _UNREADABLE as error:
        raise _cannot_be_read(folder, error) from error


def encoder_fingerprint(network: EduEmotionNet) -> str:
    """Digest of the encoders' weights, 16 hex digits. Vectors fit every checkpoint with the same fingerprint."""
    digest = hashlib.sha256()
    for encoder in (network.audio, network.visual, network.text):
        for name, value in sorted(_halved(encoder).items()):
            digest.update(name.encode())
            digest.update(value.cpu().numpy().tobytes())
    return digest.hexdigest()[:16]


def _verify(path: Path, sha256: str) -> None:
    if _sha256(path) != sha256:
        raise CheckpointError(
            f"{path} is damaged: its SHA-256 is not the recorded one. Install it again, or name another {_BY_NAME}."
        )


def _cannot_be_read(folder: Path, error: Exception) -> CheckpointError:
    return CheckpointError(
        f"The checkpoint at {folder} cannot be read ({error}). Install it again, or name another {_BY_NAME}."
    )


def _halved(module: nn.Module) -> dict[str, torch.Tensor]:
    """Converts weights to float16; integers stay unchanged."""
    return {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in module.state_dict().items()
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()
