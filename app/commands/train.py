"""`edu-emotionnet train`: makes the compact checkpoint from a folder of data; goes on where it was stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def train(
    data: Annotated[Path, typer.Option("--data", metavar="DIR", help="A data pack: faces, voices and texts.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The run's folder; the same one again goes on.")
    ] = Path("runs/compact"),
    threads: Annotated[int, typer.Option("--threads", min=0, help="Processor threads; 0 leaves it to torch.")] = 0,
    brief: Annotated[bool, typer.Option("--brief", help="One epoch of everything, to see that it works.")] = False,
) -> None:
    """Train the compact profile: encoders, fusion, calibration, evaluation, model card."""
    from app.commands.progress import stages
    from core.training.recipe import Recipe, run

    with stages() as show:
        folder = run(data, out, show, Recipe().brief() if brief else Recipe(), threads)
    typer.echo(f"The checkpoint and its model card are in {folder}.\nUse it: edu-emotionnet --checkpoint {folder}")
