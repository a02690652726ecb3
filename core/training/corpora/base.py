"""The starting point of a corpus's training: the shipped compact network, or pretrained base-size encoders."""

from __future__ import annotations

import torch

from core.downloads import installed_models
from core.errors import ModelError
from core.features.load_model import PAPER_ENCODERS, shipped
from core.features.settings import PAPER
from core.model.checkpoint import TOKENIZER, Calibration, Checkpoint, CheckpointError, load
from core.model.config import paper
from core.model.network import EduEmotionNet
from core.model.pretrained import fill_encoders

_SEED = 7


def open_base(profile: str) -> Checkpoint:
    """Opens the network that training starts from. Raises `ModelError` with the remedy.

    compact: all of the shipped checkpoint, its fusion too. paper: the downloaded encoders and an untrained fusion.
    """
    try:
        return load(shipped()) if profile == "compact" else _paper()
    except CheckpointError as error:
        raise ModelError(str(error)) from error


def _paper() -> Checkpoint:
    missing = [name for name in PAPER_ENCODERS if not installed_models.installed(name)]
    if missing:
        raise ModelError(
            f"The paper profile's encoders are not here ({', '.join(missing)} missing). "
            f"Run 'edu-emotionnet models pull {' '.join(missing)}'."
        )
    torch.manual_seed(_SEED)
    network = EduEmotionNet(paper())
    fill_encoders(network, *(installed_models.folder(name) for name in PAPER_ENCODERS))
    tokenizer = installed_models.folder(PAPER_ENCODERS[-1]) / TOKENIZER
    return Checkpoint(network.eval(), network.config, PAPER.to_json(), Calibration(), tokenizer)
