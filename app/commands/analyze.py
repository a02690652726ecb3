"""`edu-emotionnet analyze`: a clip or a folder of clips, without a window and as fast as it goes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import (
    CheckpointOption,
    DeviceOption,
    ProfileOption,
    RandomWeightsOption,
    chosen_settings,
)


def analyze(
    what: Annotated[Path, typer.Argument(metavar="FILE|FOLDER", help="A clip, or a folder of clips.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where tables and pictures go.")],
    device: DeviceOption = None,
    profile: ProfileOption = None,
    checkpoint: CheckpointOption = None,
    random_weights: RandomWeightsOption = False,
) -> None:
    """Write a row for every hop (CSV and Parquet) and a timeline picture (PNG) of each clip."""
    settings = chosen_settings(device=device, profile=profile, checkpoint=checkpoint, random_weights=random_weights)
    from core.analysis import analyze as analyze_clips

    analyze_clips(what, out, settings)
