"""Pretrained encoders from local folders in the hub's layout."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertModel, ResNetConfig, ResNetModel, Wav2Vec2Config, Wav2Vec2Model

from core.model.checkpoint import CheckpointError
from core.model.network import EduEmotionNet
from core.model.pretrained import fill_encoders
from tests.core.model.test_checkpoint import tiny_config


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Three small models as saved by their libraries."""
    config = tiny_config()
    torch.manual_seed(3)
    audio = Wav2Vec2Model(Wav2Vec2Config(**config.audio))
    visual, text = ResNetModel(ResNetConfig(**config.visual)), BertModel(BertConfig(**config.text))
    for name, model in (("a", audio), ("v", visual), ("t", text)):
        model.save_pretrained(tmp_path / name)
    return tmp_path / "a", tmp_path / "v", tmp_path / "t"


def test_pretrained_weights_are_loaded(folders: tuple[Path, Path, Path]) -> None:
    network = EduEmotionNet(tiny_config())
    fill_encoders(network, *folders)
    saved = BertModel.from_pretrained(folders[2], local_files_only=True).state_dict()
    for name, value in network.text.body.state_dict().items():
        assert torch.equal(value, saved[name])


def test_a_missing_or_foreign_folder_is_named(folders: tuple[Path, Path, Path]) -> None:
    network = EduEmotionNet(tiny_config())
    audio, visual, text = folders
    with pytest.raises(CheckpointError, match="elsewhere"):
        fill_encoders(network, audio, visual.parent / "elsewhere", text)
    shutil.rmtree(visual)
    shutil.copytree(text, visual)
    with pytest.raises(CheckpointError, match="pull it again"):
        fill_encoders(network, audio, visual, text)
