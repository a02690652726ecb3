"""A checkpoint is read back as written; a damaged one is reported."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.model.checkpoint import (
    AUXILIARY,
    DESCRIPTION,
    TOKENIZER,
    WEIGHTS,
    Calibration,
    Checkpoint,
    CheckpointError,
    load,
    load_auxiliary,
    save,
)
from core.model.config import NetworkConfig, compact
from core.model.heads import AuxiliaryHeads
from core.model.network import EduEmotionNet


def tiny_config() -> NetworkConfig:
    small = compact()
    return replace(
        small,
        width=16,
        heads=2,
        audio={**small.audio, "hidden_size": 16, "num_hidden_layers": 1, "intermediate_size": 16,
               "conv_dim": [8, 8, 16], "num_conv_pos_embeddings": 8, "num_conv_pos_embedding_groups": 4},
        visual={**small.visual, "embedding_size": 8, "hidden_sizes": [8, 8], "depths": [1, 1]},
        text={**small.text, "vocab_size": 40, "hidden_size": 12, "num_hidden_layers": 1, "intermediate_size": 8},
    )  # fmt: skip


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, Checkpoint]:
    torch.manual_seed(1)
    config = tiny_config()
    network = EduEmotionNet(config).eval()
    tokenizer = tmp_path / "pieces.json"
    tokenizer.write_text("{}")
    checkpoint = Checkpoint(network, config, {"crop_px": 96}, Calibration(1.3, 0.4), tokenizer)
    save(tmp_path / "checkpoint", checkpoint, {"audio": AuxiliaryHeads(16, {"classes": 5})})
    return tmp_path / "checkpoint", checkpoint


def test_a_checkpoint_is_read_back_as_written(written: tuple[Path, Checkpoint]) -> None:
    folder, checkpoint = written
    again = load(folder)
    assert again.config == checkpoint.config
    assert again.calibration == checkpoint.calibration
    assert again.features == checkpoint.features
    assert len(again.sha256) == 64
    for name, value in checkpoint.network.state_dict().items():
        torch.testing.assert_close(again.network.state_dict()[name], value, atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize("name", [WEIGHTS, TOKENIZER, AUXILIARY])
def test_a_flipped_byte_is_detected(written: tuple[Path, Checkpoint], name: str) -> None:
    folder, _ = written
    content = bytearray((folder / name).read_bytes())
    content[-1] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(CheckpointError, match=f"{name} is damaged"):
        load_auxiliary(folder, {}) if name == AUXILIARY else load(folder)


def test_heads_are_read_back(written: tuple[Path, Checkpoint]) -> None:
    folder, _ = written
    heads = AuxiliaryHeads(16, {"classes": 5})
    untouched = heads.heads["classes"].weight.clone()
    load_auxiliary(folder, {"audio": heads})
    assert not torch.equal(heads.heads["classes"].weight, untouched)
    with pytest.raises(CheckpointError, match="cannot be read"):
        load_auxiliary(folder, {"visual": heads})


def test_an_unreadable_checkpoint_is_reported_in_one_sentence(written: tuple[Path, Checkpoint]) -> None:
    folder, _ = written
    with pytest.raises(CheckpointError, match=r"No checkpoint at .* --checkpoint FOLDER \(or set model\.checkpoint\)"):
        load(folder / "elsewhere")
    table = json.loads((folder / DESCRIPTION).read_text())
    (folder / DESCRIPTION).write_text(json.dumps({**table, "format": 99}))
    with pytest.raises(CheckpointError, match="Update it"):
        load(folder)
    (folder / DESCRIPTION).write_text("{broken")
    with pytest.raises(CheckpointError, match="cannot be read"):
        load(folder)
