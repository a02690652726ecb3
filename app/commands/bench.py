"""`edu-emotionnet bench`: times a step by part; `bench guard` and `bench words` measure guard and recognisers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from core.atomic_files import replace_text
from core.errors import SettingsError

if TYPE_CHECKING:
    from core.training.loudspeaker.speech import Split

cli = typer.Typer(help="Measure how fast a step is on this machine.", rich_markup_mode=None)


@cli.callback(invoke_without_command=True)
def bench(
    context: typer.Context,
    device: DeviceOption = None,
    profile: ProfileOption = None,
    checkpoint: CheckpointOption = None,
    random_weights: RandomWeightsOption = False,
    report: ReportOption = None,
) -> None:
    """Measure how fast a step is on this machine.

    Times a step by part, and the same step with every encoder on the whole window in eager float32.
    """
    if context.invoked_subcommand is not None:
        return
    settings = chosen_settings(device=device, profile=profile, checkpoint=checkpoint, random_weights=random_weights)
    check_target(report)
    from rich.console import Console
    from rich.progress import Progress

    from core.bench.measure import measure

    with Progress(transient=True) as bar:
        task = bar.add_task("measuring", total=1.0)
        found = measure(settings.model, settings.window, progress=lambda share: bar.update(task, completed=share))
    Console().print(found.to_table())
    if report is not None:
        replace_text(report, json.dumps(found.to_json(), indent=2), SettingsError)


@cli.command()
def guard(
    pairs: Annotated[
        int, typer.Option("--pairs", min=1, help="Rooms with a lecture; some with music and headphones are added.")
    ] = 50,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Draws other rooms, speakers and sentences.")] = 0,
    choosing: Annotated[
        bool,
        typer.Option("--choosing", help="Use the speakers with whom thresholds were chosen."),
    ] = False,
    no_words: Annotated[bool, typer.Option("--no-words", help="Leave out the recogniser, which is slow.")] = False,
    report: ReportOption = None,
) -> None:
    """Measure the loudspeaker guard in simulated rooms.

    Needs the packages of the train extra, and espeak-ng.
    """
    check_target(report)
    from rich.console import Console
    from rich.progress import Progress

    from core.training.loudspeaker.measure import measure

    with Progress(transient=True) as bar:
        task = bar.add_task("measuring", total=1.0)
        speakers: Split = "choosing" if choosing else "held-out"
        found = measure(speakers, pairs, seed, not no_words, progress=lambda share: bar.update(task, completed=share))
    Console().print(found.to_table())
    if report is not None:
        replace_text(report, json.dumps(found.to_json(), indent=2), SettingsError)


@cli.command()
def words(
    audio: Annotated[
        Path,
        typer.Option(
            "--audio", metavar="DIR", exists=True, file_okay=False, help="Sound files, each with NAME.txt beside it."
        ),
    ],
    simulate: Annotated[
        bool, typer.Option("--simulate", help="Also in noise, rooms, on a telephone, and where nobody speaks.")
    ] = False,
    report: ReportOption = None,
) -> None:
    """Measure the installed English word recognisers on recordings.

    Counts wrong words, processor time, the delay until words are final, and memory. A transcript (NAME.txt beside
    NAME.wav) holds the words that are said; an empty one says that nobody speaks.
    """
    check_target(report)
    from rich.console import Console
    from rich.progress import Progress

    from core.bench.words.compare import compare

    with Progress(transient=True) as bar:
        task = bar.add_task("measuring", total=1.0)
        found = compare(audio, simulate, lambda name, share: bar.update(task, description=name, completed=share))
    for table in found.to_tables():
        Console().print(table)
    if report is not None:
        replace_text(report, json.dumps(found.to_json(), indent=2), SettingsError)
