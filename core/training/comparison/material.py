"""What every variant of the comparison is taught and judged on."""

from __future__ import annotations

from dataclasses import dataclass

from core.model.config import NetworkConfig
from core.training.fusing.bank import Bank
from core.training.fusing.compose import Sequence


@dataclass(frozen=True, eq=False)
class Material:
    """What all variants have in common.

    `episodes`: test sequences with a noise episode each. `sweeps`: test sequences without any, at each level of each
    sweep. `calibration`: validation sequences.
    """

    config: NetworkConfig
    widths: dict[str, int]
    learning: Bank
    judging: Bank
    test: list[Sequence]
    calibration: list[Sequence]
    episodes: list[Sequence]
    sweeps: dict[str, list[list[Sequence]]]
