"""`edu-emotionnet train`: trains a checkpoint on a data pack or on a copy of a corpus; resumes an interrupted run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import SettingsError
from core.settings import PROFILES

if TYPE_CHECKING:
    from core.training.pack.data import Progress

CORPORA = "iemocap|mosei|meld|daisee|own"


def train(
    data: Annotated[
        Path, typer.Option("--data", metavar="DIR", help="A data pack, or with --corpus a copy of that corpus.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="The run's folder (runs/NAME); an existing one is resumed."),
    ] = None,
    corpus: Annotated[
        str | None,
        typer.Option("--corpus", metavar=CORPORA, help="Which corpus DIR is a copy of; see docs/how-to/corpora.md."),
    ] = None,
    relabel: Annotated[
        Path | None,
        typer.Option("--relabel", metavar="TABLE.csv", help="States of the corpus's labels (columns label,state)."),
    ] = None,
    profile: Annotated[
        str, typer.Option("--profile", metavar="|".join(PROFILES), help="Which encoders; packs train compact ones.")
    ] = "compact",
    fine_tune: Annotated[
        bool, typer.Option("--fine-tune", help="Train the encoders' last layers too, not only the fusion.")
    ] = False,
    threads: Annotated[int, typer.Option("--threads", min=0, help="CPU threads; 0 leaves the number to torch.")] = 0,
    brief: Annotated[bool, typer.Option("--brief", help="One epoch of everything, to check that it runs.")] = False,
) -> None:
    """Train the model on a data pack or a corpus.

    A pack trains encoders and fusion, a corpus the fusion on given encoders. Several processes or
    machines: accelerate launch -m app train … with the same options.
    """
    if profile not in PROFILES:
        raise SettingsError(f"There is no profile '{profile}'. Use one of {', '.join(PROFILES)}.")
    if corpus is None and (profile != "compact" or relabel or fine_tune):
        raise SettingsError("--profile paper, --relabel and --fine-tune go with --corpus NAME. A pack trains compact.")
    from app.commands.progress import stages
    from core.training.distributed import end_process, is_main

    if not is_main():  # only the main process of a run prints
        _run(data, out, corpus, relabel, profile, fine_tune, threads, brief, _silent)
        end_process()
        return
    with stages() as show:
        folder, notes = _run(data, out, corpus, relabel, profile, fine_tune, threads, brief, show)
    for note in notes:
        typer.echo(note)
    typer.echo(f"The checkpoint and its model card are in {folder}.\nUse it: edu-emotionnet --checkpoint {folder}")
    end_process()


def _run(
    data: Path,
    out: Path | None,
    corpus: str | None,
    relabel: Path | None,
    profile: str,
    fine_tune: bool,
    threads: int,
    brief: bool,
    show: Progress,
) -> tuple[Path, list[str]]:
    """Returns the checkpoint's folder and notes about the data."""
    if corpus is None:
        from core.training.pipeline import TrainingRecipe, run

        return run(
            data, out or Path("runs/compact"), show, TrainingRecipe().brief() if brief else TrainingRecipe(), threads
        ), []
    import torch

    from core import paths
    from core.training.corpora.base import open_base
    from core.training.corpora.prepare import prepare
    from core.training.corpora.train import CorpusTrainingPlan, train

    if threads:
        torch.set_num_threads(threads)
    prepared, plan = prepare(corpus, data, relabel), CorpusTrainingPlan(fine_tune)
    target = out or Path(f"runs/{corpus}-{profile}")
    cache = paths.cache() / "corpora"
    return train(prepared, open_base(profile), plan.brief() if brief else plan, target, cache, show), prepared.notes()


def _silent(what: str, done: int, total: int) -> None:
    """Prints nothing; the main process reports progress."""
