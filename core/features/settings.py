"""How raw chunks become tensors, as data. Stored in the checkpoint: a network is only right with its own features."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FeatureSettings:
    """`crop_norm`: "self" standardises each crop by its own mean and deviation, "imagenet" by ResNet-50's figures.

    `detail_px`: a larger crop is first brought down to this side, so that the network meets no finer detail than it
    was taught on (48 for the compact profile, whose training pictures are that small).

    `voiced_share`: the least share of a window's 30 ms frames that must hold voice for audio to be present.
    """

    crop_px: int = 96
    detail_px: int = 48
    crop_grey: bool = True
    crop_norm: str = "self"
    audio_s: float = 2.0
    voiced_share: float = 0.1
    max_tokens: int = 48

    def to_json(self) -> dict[str, Any]:
        """Plain values for the checkpoint's JSON."""
        return asdict(self)

    @staticmethod
    def from_json(table: dict[str, Any]) -> FeatureSettings:
        """The inverse of `to_json`."""
        return FeatureSettings(**table)


COMPACT = FeatureSettings()
PAPER = FeatureSettings(crop_px=224, detail_px=224, crop_grey=False, crop_norm="imagenet")
