"""Loads the base-size encoders of the paper profile from local folders in the hub's layout, never from the network."""

from __future__ import annotations

from pathlib import Path

from torch import nn
from transformers import BertModel, PreTrainedModel, ResNetModel, Wav2Vec2Model

from core.model.checkpoint import CheckpointError
from core.model.network import EduEmotionNet

_UNUSED = ("masked_spec_embed", "pooler.")
"""Parameters for pre-training only: Wav2Vec2's mask vector, BERT's next-sentence head."""


def fill_encoders(network: EduEmotionNet, wav2vec2: Path, resnet: Path, bert: Path) -> None:
    """Loads pretrained weights into the three encoders. Raises `CheckpointError` naming the folder at fault."""
    encoders: tuple[tuple[nn.Module, type[PreTrainedModel], Path], ...] = (
        (network.audio.body, Wav2Vec2Model, wav2vec2),
        (network.visual.body, ResNetModel, resnet),
        (network.text.body, BertModel, bert),
    )
    for body, kind, folder in encoders:
        try:
            weights = kind.from_pretrained(folder, local_files_only=True).state_dict()
            body.load_state_dict({name: value for name, value in weights.items() if not name.startswith(_UNUSED)})
        except (OSError, ValueError, RuntimeError) as error:
            raise CheckpointError(
                f"The encoder in {folder} cannot be used ({error}). Delete that folder and pull it again."
            ) from error
