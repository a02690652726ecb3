"""`edu-emotionnet report`: every table and figure of the comparison, from a finished training run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    run: Annotated[Path, typer.Option("--run", metavar="DIR", help="The folder of a finished training run.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for tables and figures.")],
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", help="The run's data pack; needed the first time.")
    ] = None,
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="Number of trainings of each variant.")] = 3,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="VARIANT", help="Train this variant and no others; may be repeated."),
    ] = None,
    brief: Annotated[bool, typer.Option("--brief", help="A few steps of everything, to check that it runs.")] = False,
) -> None:
    """Compare the model with ablations and baselines.

    Trains the full model, its ablations and the baselines, and writes every table and figure. Finished parts are
    reused. Several processes may share a run when each is given its own --only.
    """
    from dataclasses import replace

    from app.commands.progress import stages
    from core.errors import SettingsError
    from core.training.comparison.report import write_report
    from core.training.comparison.runner import ComparisonPlan

    if out.exists() and not out.is_dir():
        raise SettingsError(f"{out} is a file. Name a folder for the report.")
    plan = replace(ComparisonPlan(), seeds=seeds)
    with stages() as show:
        written = write_report(run, data, out, plan.brief() if brief else plan, only or [], show)
    typer.echo(f"The report: {written}")
