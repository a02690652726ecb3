"""Feature settings. Stored in the checkpoint, because a network works only with the features it was trained on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class FeatureSettings:
    """`crop_norm`: "self" standardises each crop by its own mean and deviation, "imagenet" by ResNet-50's values.

    `detail_px`: a larger crop is first reduced to this side, so that it has no finer detail than the training pictures
    (48 px for the compact profile).

    `languages`: those that the text encoder was trained on, as two-letter codes; words in another are not used.

    `voiced_share`: the least share of a window's 30 ms frames that must contain voice for audio to be present.
    """

    crop_px: int = 96
    detail_px: int = 48
    crop_grey: bool = True
    crop_norm: str = "self"
    audio_s: float = 2.0
    voiced_share: float = 0.1
    max_tokens: int = 48
    languages: tuple[str, ...] = ("en",)

    def to_json(self) -> dict[str, Any]:
        """Returns plain values for the checkpoint's JSON."""
        return {**asdict(self), "languages": list(self.languages)}

    @staticmethod
    def from_json(table: dict[str, Any]) -> FeatureSettings:
        """Inverts `to_json`; a checkpoint from before a field was added has that field's default."""
        if "languages" in table:
            table = {**table, "languages": tuple(table["languages"])}
        return FeatureSettings(**table)


def languages_of(description: Path) -> tuple[str, ...]:
    """Languages of the checkpoint that a file describes, without opening it; English if that cannot be read."""
    try:
        table = json.loads(description.read_text(encoding="utf-8"))
        return FeatureSettings.from_json(table["features"]).languages
    except (OSError, ValueError, KeyError, TypeError):  # what is wrong is said when the model is opened
        return COMPACT.languages


COMPACT = FeatureSettings()
PAPER = FeatureSettings(crop_px=224, detail_px=224, crop_grey=False, crop_norm="imagenet")
