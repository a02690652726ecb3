"""`edu-emotionnet models`: lists downloadable models and downloads them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

cli = typer.Typer(
    help="List and download models.",
    epilog="A downloaded model is pinned, verified, and used offline from then on.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@cli.command("list")
def list_models() -> None:
    """List models, word models with their language, and what is installed."""
    from rich.console import Console
    from rich.table import Column, Table

    from core import paths
    from core.downloads.catalogue import CATALOGUE
    from core.downloads.installed_models import installed
    from core.speech.select_recognizer import ACOUSTIC, available, unusable

    table = Table(Column("model", no_wrap=True), "for", "MB", "licence", "here", box=None)
    for model in CATALOGUE:
        here = "yes" if installed(model.name) else "no"
        table.add_row(model.name, model.purpose, f"{model.megabytes:.1f}", model.licence, here)
    for words in available():
        if words.folder is not None and words.name not in {model.name for model in CATALOGUE}:
            table.add_row(words.name, f"words in {words.spoken}, by Vosk", "", "", "yes")
    Console().print(table)
    for folder in unusable():
        typer.echo(
            f"\n{folder.name} is not used: its file {ACOUSTIC} is missing or empty. Unpack the model again, so that "
            "this file lies in that folder, or delete the folder."
        )
    typer.echo(f"\nFolder: {paths.models()}. 'edu-emotionnet models pull NAME' downloads one.")


@cli.command("pull")
def pull_models(
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="One or several names from 'models list'.")],
    mirror: Annotated[
        str | None,
        typer.Option("--mirror", metavar="FOLDER|URL", help="A place that holds NAME/FILE for every file."),
    ] = None,
) -> None:
    """Download models, or resume an interrupted download, and verify them."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from core.downloads.installed_models import find, pull

    for name in names:
        find(name)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns) as bar:
        for name in names:
            task = bar.add_task(name, total=None)
            folder = pull(name, partial(_show, bar, task), mirror)
            bar.console.print(f"{name} is in {folder}", highlight=False)


def _show(bar: Progress, task: TaskID, done: int, total: int) -> None:
    bar.update(task, completed=done, total=total)
