"""Configuration of a network: stored in every checkpoint, read back to build the same network.

`compact()` and `paper()` are two sizes of one code path. Alternative readings of the paper are sibling classes
selected by name (`alignment`, `importance`, `feedback`, `missing`), never flags inside a `forward`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """Sizes, and which reading of the paper each part follows.

    `audio`, `visual` and `text` are keyword arguments of transformers' Wav2Vec2Config, ResNetConfig and BertConfig;
    empty selects that class's defaults, which are the paper's base sizes.
    `memory_steps` (K): a stream attends to at most K - 1 earlier steps (ours, because a live stream is unbounded).
    """

    profile: str
    audio: dict[str, Any] = field(default_factory=dict)
    visual: dict[str, Any] = field(default_factory=dict)
    text: dict[str, Any] = field(default_factory=dict)
    width: int = 128
    heads: int = 4
    trans_layers: int = 1
    memory_steps: int = 24
    states: int = 4
    dropout: float = 0.4
    alignment: str = "pairwise"
    importance: str = "estimator"
    feedback: str = "residual"
    missing: str = "mask"
    detach_feedback: bool = False

    def to_json(self) -> dict[str, Any]:
        """Returns plain values for the checkpoint's JSON."""
        return asdict(self)

    @staticmethod
    def from_json(table: dict[str, Any]) -> NetworkConfig:
        """Inverts `to_json`."""
        return NetworkConfig(**table)


def paper() -> NetworkConfig:
    """Returns the paper profile: wav2vec2-base (94 M parameters), ResNet-50 (24 M), BERT base (110 M)."""
    return NetworkConfig(profile="paper", width=256, heads=8)


def compact() -> NetworkConfig:
    """Returns the compact profile: the same families, small enough for two CPU cores and the shipped assets."""
    return NetworkConfig(
        profile="compact",
        audio={
            "hidden_size": 192,
            "num_hidden_layers": 4,
            "num_attention_heads": 4,
            "intermediate_size": 768,
            "conv_dim": [96, 160, 192],
            "conv_kernel": [20, 16, 8],
            "conv_stride": [10, 8, 4],
            "num_feat_extract_layers": 3,
            "num_conv_pos_embeddings": 64,
            "num_conv_pos_embedding_groups": 16,
            "attention_dropout": 0.0,
            "activation_dropout": 0.0,
            "apply_spec_augment": False,
            "layerdrop": 0.0,
        },
        visual={
            "num_channels": 1,
            "embedding_size": 40,
            "hidden_sizes": [40, 80, 160, 240],
            "depths": [2, 2, 2, 2],
            "layer_type": "basic",
        },
        text={
            "vocab_size": 12_000,
            "hidden_size": 384,
            "num_hidden_layers": 4,
            "num_attention_heads": 12,
            "intermediate_size": 1536,
            "max_position_embeddings": 512,
        },
    )
