"""`edu-emotionnet models`: what can be downloaded, what is here, and the download itself."""

from __future__ import annotations

from typing import Annotated

import typer

cli = typer.Typer(
    help="List and download models; everything is pinned, verified, and used offline from then on.",
    rich_markup_mode=None,
)


@cli.command("list")
def list_models() -> None:
    """Show every model that can be pulled, and whether it is here."""
    from rich.console import Console
    from rich.table import Column, Table

    from core import paths
    from core.downloads.installed_models import catalogue, installed

    table = Table(Column("model", no_wrap=True), "for", "MB", "licence", "here", box=None)
    for model in catalogue():
        here = "yes" if installed(model.name) else "no"
        table.add_row(model.name, model.purpose, f"{model.megabytes:.1f}", model.licence, here)
    Console().print(table)
    typer.echo(f"\nKept in {paths.models()}. 'edu-emotionnet models pull NAME' fetches one.")


@cli.command("pull")
def pull_models(
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="One or several names from 'models list'.")],
    mirror: Annotated[
        str | None,
        typer.Option("--mirror", metavar="FOLDER|URL", help="A place that holds NAME/FILE for every file."),
    ] = None,
) -> None:
    """Download models, go on where an earlier download ended, and verify them."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from core.downloads.installed_models import find, pull

    for name in names:
        find(name)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns) as bar:
        for name in names:
            task = bar.add_task(name, total=None)
            folder = pull(name, lambda done, total, task=task: bar.update(task, completed=done, total=total), mirror)
            bar.console.print(f"{name} is in {folder}", highlight=False)
