"""`edu-emotionnet bench`: times a step by part, and compares it with a naive step."""

from __future__ import annotations

import json

from app.commands.options import (
    CheckpointOption,
    DeviceOption,
    ProfileOption,
    RandomWeightsOption,
    ReportOption,
    check_target,
    chosen_settings,
)
from core.atomic_files import replace_text
from core.errors import SettingsError


def bench(
    device: DeviceOption = None,
    profile: ProfileOption = None,
    checkpoint: CheckpointOption = None,
    random_weights: RandomWeightsOption = False,
    report: ReportOption = None,
) -> None:
    """Measure how fast a step is on this machine.

    Times a step by part, and the same step with every encoder on the whole window in eager float32.
    """
    settings = chosen_settings(device=device, profile=profile, checkpoint=checkpoint, random_weights=random_weights)
    check_target(report)
    from rich.console import Console
    from rich.progress import Progress

    from core.bench import measure

    with Progress(transient=True) as bar:
        task = bar.add_task("measuring", total=1.0)
        found = measure(settings.model, settings.window, progress=lambda share: bar.update(task, completed=share))
    Console().print(found.to_table())
    if report is not None:
        replace_text(report, json.dumps(found.to_json(), indent=2), SettingsError)
