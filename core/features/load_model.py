"""Opens the model and its features: the shipped checkpoint, another one, or random weights on explicit request."""

from __future__ import annotations

from pathlib import Path

from core import paths
from core.downloads import installed_models
from core.errors import ModelError
from core.features.pipeline import FeaturePipeline
from core.features.settings import COMPACT, PAPER, FeatureSettings
from core.model.checkpoint import TOKENIZER, Calibration, Checkpoint, CheckpointError, load
from core.model.live import LiveModel
from core.model.network import EduEmotionNet
from core.settings import ModelSettings

PAPER_ENCODERS = ("wav2vec2-base", "resnet-50", "bert-base-uncased")
"""Names of the paper profile's encoders among the downloadable models."""


def shipped() -> Path:
    """Folder of the shipped compact checkpoint."""
    return paths.assets() / "compact"


def open_live(settings: ModelSettings) -> tuple[LiveModel, FeaturePipeline]:
    """Opens the model on its device, and its features. Raises `ModelError` with the remedy."""
    device = choose_device(settings.device)
    checkpoint = open_checkpoint(settings, device)
    features = FeaturePipeline(FeatureSettings.from_json(checkpoint.features), checkpoint.tokenizer)
    return LiveModel(checkpoint, device), features


def open_checkpoint(settings: ModelSettings, device: str) -> Checkpoint:
    """Opens the checkpoint that the settings name. Raises `ModelError`."""
    if settings.random_weights:
        return _random(settings.profile)
    if settings.checkpoint:
        return _load(Path(settings.checkpoint), device)
    if settings.profile == "compact":
        return _load(shipped(), device)
    raise ModelError(
        "The paper profile has no trained head yet: its corpora are licensed and not shipped. "
        "Name your own with --checkpoint FOLDER (or set model.checkpoint), or ask for random weights "
        "(--random-weights)."
    )


def choose_device(wanted: str) -> str:
    """Resolves the device to "cpu" or "cuda"; "auto" prefers CUDA. Raises `ModelError` if CUDA is not available."""
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
    """Builds a network with untrained fusion and head, for timing and labelled demonstrations, never a default.

    The paper profile's encoders are pretrained if they have been downloaded, else random as well.
    """
    import torch

    from core.model.config import compact, paper

    torch.manual_seed(0)
    config, features = (paper(), PAPER) if profile == "paper" else (compact(), COMPACT)
    network = EduEmotionNet(config)
    tokenizer = shipped() / TOKENIZER
    if profile == "paper" and all(installed_models.installed(name) for name in PAPER_ENCODERS):
        _fill(network)
        tokenizer = installed_models.folder(PAPER_ENCODERS[-1]) / TOKENIZER
    return Checkpoint(network.eval(), config, features.to_json(), Calibration(), tokenizer)


def _fill(network: EduEmotionNet) -> None:
    from core.model.pretrained import fill_encoders

    try:
        fill_encoders(network, *(installed_models.folder(name) for name in PAPER_ENCODERS))
    except CheckpointError as error:
        raise ModelError(str(error)) from error
