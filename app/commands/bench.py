"""`edu-emotionnet bench`: how long a step takes, part by part, against the naive way."""

from __future__ import annotations

import typer

from app.commands.options import (
    CheckpointOption,
    DeviceOption,
    ProfileOption,
    RandomWeightsOption,
    ReportOption,
    check_target,
    chosen_settings,
)


def bench(
    device: DeviceOption = None,
    profile: ProfileOption = None,
    checkpoint: CheckpointOption = None,
    random_weights: RandomWeightsOption = False,
    report: ReportOption = None,
) -> None:
    """Measure a step by part, and the same step with every encoder on the whole window in eager float32."""
    settings = chosen_settings(device=device, profile=profile, checkpoint=checkpoint, random_weights=random_weights)
    check_target(report)
    from core.bench import measure

    typer.echo(measure(settings.model))
