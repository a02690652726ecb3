"""A network of the real classes, small enough for thousands of steps, and random streams for it."""

from __future__ import annotations

from dataclasses import fields, replace

import torch

from core.model.config import NetworkConfig, compact
from core.model.inputs import MODALITIES, Streams
from core.model.network import Fusion

WIDTHS = {"audio": 12, "visual": 10, "text": 8}


def small_config(**changes: object) -> NetworkConfig:
    return replace(compact(), width=16, heads=2, memory_steps=5, dropout=0.0, **changes)


def small_fusion(seed: int = 0, **changes: object) -> Fusion:
    torch.manual_seed(seed)
    fusion = Fusion(small_config(**changes), WIDTHS).eval()
    for parameter in fusion.parameters():  # away from the initial values, some of which are zero
        parameter.data += 0.1 * torch.randn_like(parameter)
    return fusion


def random_streams(steps: int, seed: int, absence: float = 0.3, batch: int = 2) -> Streams:
    generator = torch.Generator().manual_seed(seed)
    vectors = {name: torch.randn(batch, steps, WIDTHS[name], generator=generator) for name in MODALITIES}
    present = torch.rand(batch, steps, 3, generator=generator) >= absence
    since_word_s = 12.0 * torch.rand(batch, steps, generator=generator)
    return Streams(**vectors, present=present, since_word_s=since_word_s)


def part(streams: Streams, first: int, last: int) -> Streams:
    return Streams(**{field.name: getattr(streams, field.name)[:, first:last] for field in fields(Streams)})
