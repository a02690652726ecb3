"""A finished training run with small untrained encoders on the small pack: what the comparison starts from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from core.features.load_model import shipped
from core.features.settings import COMPACT
from core.features.tokens import WordTokens
from core.model.checkpoint import TOKENIZER, Calibration, Checkpoint, save
from core.model.config import NetworkConfig, compact
from core.model.network import EduEmotionNet
from core.training.comparison.runner import BANK_SEED
from core.training.fusion.embedding_bank import TrainedEncoders, cached_bank, make_bank
from core.training.pack.data import read_pack
from tests.support.small_pack import make_pack


def small_network_config() -> NetworkConfig:
    whole = compact()
    layers = {"num_hidden_layers": 1, "num_attention_heads": 2, "hidden_size": 32, "intermediate_size": 32}
    audio = {"conv_dim": [8, 8, 8], "num_conv_pos_embeddings": 16, "num_conv_pos_embedding_groups": 4}
    visual = {"embedding_size": 8, "hidden_sizes": [8, 16], "depths": [1, 1]}
    return replace(
        whole,
        audio=whole.audio | layers | audio,
        visual=whole.visual | visual,
        text=whole.text | layers,
        width=16,
        heads=2,
        memory_steps=6,
    )


def make_run(folder: Path) -> tuple[Path, Path]:
    """Write a pack and a run; returns the two folders. The test bank is left to the comparison."""
    data, run = make_pack(folder / "pack"), folder / "run"
    torch.manual_seed(3)
    network = EduEmotionNet(small_network_config()).eval()
    tokenizer = shipped() / TOKENIZER
    card = Checkpoint(network, network.config, COMPACT.to_json(), Calibration(), tokenizer)
    save(run / "checkpoint", card, {})
    tokens = WordTokens(tokenizer, COMPACT.max_tokens)
    encoders = TrainedEncoders(network.audio, network.visual, network.text, COMPACT, tokens)
    pack = read_pack(data, run / "cache", lambda *_: None)
    for split in ("fuse", "val"):
        cached_bank(
            run / f"bank-{split}.npz",
            lambda split=split: make_bank(pack, lambda item: item.split == split, encoders, BANK_SEED, lambda *_: None),
        )
    return run, data
