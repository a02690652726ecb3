"""`edu-emotionnet evaluate`: evaluates a checkpoint on any data pack, or on a copy of a corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from app.commands.options import check_target
from core.errors import SettingsError


def evaluate(
    report: Annotated[Path, typer.Option("--report", metavar="FILE.json", help="File for the metrics.")],
    pack: Annotated[
        Path | None, typer.Option("--pack", metavar="DIR", help="A data pack; its people count as unseen in training.")
    ] = None,
    corpus: Annotated[
        str | None,
        typer.Option("--corpus", metavar="NAME", help="Which corpus --data is a copy of; see docs/how-to/corpora.md."),
    ] = None,
    data: Annotated[Path | None, typer.Option("--data", metavar="DIR", help="The copy of that corpus.")] = None,
    relabel: Annotated[
        Path | None,
        typer.Option("--relabel", metavar="TABLE.csv", help="States of the corpus's labels (columns label,state)."),
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option("--checkpoint", metavar="FOLDER", help="A checkpoint other than the shipped one.")
    ] = None,
    live_parity: Annotated[
        int,
        typer.Option(
            "--live-parity",
            metavar="N",
            min=0,
            help="Also write N sequences of the pack as recordings, and compare the estimates of analyze.",
        ),
    ] = 0,
) -> None:
    """Measure accuracy on a data pack or a corpus.

    Covers voice, picture and words alone and fused, and accuracy against the missing rate. A corpus is evaluated on
    the people of its test part.
    """
    check_target(report)
    if (pack is None) == (corpus is None) or (corpus is None) != (data is None):
        raise SettingsError("Choose what to evaluate on: --pack DIR, or --corpus NAME with --data DIR.")
    if live_parity and pack is None:
        raise SettingsError("--live-parity writes recordings of a pack's samples. Give it with --pack DIR.")
    if pack is not None:
        _on_pack(pack, report, checkpoint, live_parity)
    elif corpus is not None and data is not None:
        _on_corpus(corpus, data, relabel, report, checkpoint)
    typer.echo(f"All figures: {report}")


def _on_pack(pack: Path, report: Path, checkpoint: Path | None, live_parity: int) -> None:
    from app.commands.progress import stages
    from core import paths
    from core.features.load_model import shipped
    from core.training.evaluate import evaluate_pack

    with stages() as show:
        figures = evaluate_pack(
            pack, report, checkpoint or shipped(), paths.cache() / "packs", show, staged=live_parity
        )
    fused = figures["composed"]["full"]
    typer.echo(f"Fused, composed sequences: accuracy {fused['accuracy']:.3f}, macro-F1 {fused['macro_f1']:.3f}")
    typer.echo(_words_summary(figures["unimodal"]["text"]))
    if live_parity:
        typer.echo(_parity_summary(figures["live_parity"]))


def _words_summary(figures: dict[str, Any]) -> str:
    """Summarises words alone, right and misrecognised, in a sentence."""
    recognized = figures["as_recognized"]
    wrong = ", ".join(
        f"{row['macro_f1']['value']:.3f} with {float(rate):.0%} of them wrong"
        for rate, row in recognized["by_word_error_rate"].items()
    )
    return (
        f"Words alone: macro-F1 {figures['as_written']['macro_f1']['value']:.3f} as written, "
        f"{figures['as_spoken']['macro_f1']['value']:.3f} as spoken, {wrong} as {recognized['recognizer']} gets them"
    )


def _parity_summary(figures: dict[str, Any]) -> str:
    """Summarises the agreement of recordings and tensors in a sentence."""
    lossless, ordinary = (figures["against_tensors"][way] for way in ("lossless_known_face", "codec_and_detector"))
    apart = max(lossless["probabilities"]["max"] or 0.0, lossless["weights"]["max"] or 0.0)
    same = "the same" if figures["same_within_tolerance"] else "NOT the same"
    return (
        f"As recordings: {same} estimates (at most {apart:.1e} apart, {figures['tolerance']:g} allowed); with codec "
        f"and face detector the leading state agrees in {ordinary['leading_state_agreement'] or 0.0:.1%} of the steps."
    )


def _on_corpus(corpus: str, data: Path, relabel: Path | None, report: Path, checkpoint: Path | None) -> None:
    from app.commands.progress import stages
    from core import paths
    from core.features.load_model import shipped
    from core.training.corpora.evaluate import evaluate_corpus
    from core.training.corpora.prepare import prepare

    prepared = prepare(corpus, data, relabel)
    with stages() as show:
        figures = evaluate_corpus(prepared, checkpoint or shipped(), report, paths.cache() / "corpora", show)
    for note in prepared.notes():
        typer.echo(note)
    fused = figures["test"]["full"]
    accuracy, macro_f1 = ("none" if fused[name] is None else f"{fused[name]:.3f}" for name in ("accuracy", "macro_f1"))
    typer.echo(f"Fused, test people of {corpus}: accuracy {accuracy}, macro-F1 {macro_f1}")
