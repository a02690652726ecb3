"""`edu-emotionnet evaluate`: the figures of a checkpoint on any data pack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import check_target


def evaluate(
    pack: Annotated[Path, typer.Option("--pack", metavar="DIR", help="A data pack; its people count as unseen.")],
    report: Annotated[Path, typer.Option("--report", metavar="FILE.json", help="Where the figures go.")],
    checkpoint: Annotated[
        Path | None, typer.Option("--checkpoint", metavar="FOLDER", help="Another checkpoint than the shipped one.")
    ] = None,
) -> None:
    """Measure picture, voice and words alone and fused, and accuracy against the missing rate."""
    check_target(report)
    from app.commands.progress import stages
    from core import paths
    from core.features.opening import shipped
    from core.training.evaluate import evaluate_pack

    with stages() as show:
        figures = evaluate_pack(pack, report, checkpoint or shipped(), paths.cache() / "packs", show)
    fused = figures["composed"]["full"]
    typer.echo(f"Fused, composed sequences: accuracy {fused['accuracy']:.3f}, macro-F1 {fused['macro_f1']:.3f}")
    typer.echo(f"All figures: {report}")
