"""Opens the model and its features: the shipped checkpoint, another one, or random weights asked for by name."""

from __future__ import annotations

from pathlib import Path

from core import paths
from core.errors import ModelError
from core.features.prepare import Features
from core.features.settings import COMPACT, PAPER, FeatureSettings
from core.model.checkpoint import TOKENIZER, Calibration, Checkpoint, CheckpointError, load
from core.model.live import LiveModel
from core.settings import ModelSettings


def shipped() -> Path:
    """Folder of the embedded compact checkpoint."""
    return paths.assets() / "compact"


def open_live(settings: ModelSettings) -> tuple[LiveModel, Features]:
    """The model on its device and its features. Raises `ModelError` with what to do about it."""
    device = choose_device(settings.device)
    checkpoint = open_checkpoint(settings, device)
    features = Features(FeatureSettings.from_json(checkpoint.features), checkpoint.tokenizer)
    return LiveModel(checkpoint, device), features


def open_checkpoint(settings: ModelSettings, device: str) -> Checkpoint:
    """The checkpoint that the settings name. Raises `ModelError`."""
    if settings.random_weights:
        return _random(settings.profile)
    if settings.checkpoint:
        return _load(Path(settings.checkpoint), device)
    if settings.profile == "compact":
        return _load(shipped(), device)
    raise ModelError(
        "The paper profile has no trained head yet: its corpora are licensed and not shipped. "
        "Name your own checkpoint (--checkpoint FOLDER), or ask for random weights by name (--random-weights)."
    )


def choose_device(wanted: str) -> str:
    """ "cpu" or "cuda"; "auto" takes CUDA where there is one. Raises `ModelError` for CUDA where there is none."""
    import torch

    if wanted == "cuda" and not torch.cuda.is_available():
        raise ModelError(
            "No CUDA device was found. Use --device cpu, or install a CUDA build of PyTorch and its driver."
        )
    return "cuda" if wanted != "cpu" and torch.cuda.is_available() else "cpu"


def _load(folder: Path, device: str) -> Checkpoint:
    try:
        return load(folder, device)
    except CheckpointError as error:
        raise ModelError(str(error)) from error


def _random(profile: str) -> Checkpoint:
    """An untrained network of a profile: for timing and for demonstrations that say so, never a default."""
    import torch

    from core.model.config import compact, paper
    from core.model.network import EduEmotionNet

    torch.manual_seed(0)
    config, features = (paper(), PAPER) if profile == "paper" else (compact(), COMPACT)
    return Checkpoint(EduEmotionNet(config).eval(), config, features.to_json(), Calibration(), shipped() / TOKENIZER)
