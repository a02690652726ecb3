"""`edu-emotionnet evaluate`: the figures of a checkpoint on any data pack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from app.commands.options import check_target


def evaluate(
    pack: Annotated[Path, typer.Option("--pack", metavar="DIR", help="A data pack; its people count as unseen.")],
    report: Annotated[Path, typer.Option("--report", metavar="FILE.json", help="Where the figures go.")],
    checkpoint: Annotated[
        Path | None, typer.Option("--checkpoint", metavar="FOLDER", help="Another checkpoint than the shipped one.")
    ] = None,
    sameness: Annotated[
        int,
        typer.Option(
            "--sameness",
            metavar="N",
            min=0,
            help="Write N sequences of the pack as recordings too, and compare what analyze says of them.",
        ),
    ] = 0,
) -> None:
    """Measure picture, voice and words alone and fused, and accuracy against the missing rate."""
    check_target(report)
    from app.commands.progress import stages
    from core import paths
    from core.features.opening import shipped
    from core.training.evaluate import evaluate_pack

    with stages() as show:
        figures = evaluate_pack(pack, report, checkpoint or shipped(), paths.cache() / "packs", show, staged=sameness)
    fused = figures["composed"]["full"]
    typer.echo(f"Fused, composed sequences: accuracy {fused['accuracy']:.3f}, macro-F1 {fused['macro_f1']:.3f}")
    if sameness:
        typer.echo(_same(figures["sameness"]))
    typer.echo(f"All figures: {report}")


def _same(figures: dict[str, Any]) -> str:
    """How far recordings and tensors agree, in a sentence."""
    lossless, ordinary = (figures["against_tensors"][way] for way in ("lossless_known_face", "codec_and_detector"))
    apart = max(lossless["probabilities"]["max"] or 0.0, lossless["weights"]["max"] or 0.0)
    same = "the same" if figures["same_within_tolerance"] else "NOT the same"
    return (
        f"As recordings: {same} estimates (at most {apart:.1e} apart, {figures['tolerance']:g} allowed); with codec "
        f"and face detector the leading state agrees in {ordinary['leading_state_agreement'] or 0.0:.1%} of the steps."
    )
