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
    """Show every model that can be pulled, its size and licence, and whether it is here."""
    from core.downloads import CATALOGUE, installed

    here = set(installed())
    for entry in CATALOGUE:
        typer.echo(f"{'✓' if entry.name in here else ' '} {entry.name:<32} {entry.licence}")


@cli.command("pull")
def pull_model(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name from 'models list'.")],
    mirror: Annotated[
        str | None, typer.Option("--mirror", metavar="URL|FOLDER", help="Take the files from here instead.")
    ] = None,
) -> None:
    """Download a model, go on where an earlier download ended, and verify it."""
    from core.downloads import pull

    pull(name, lambda *_: None, mirror)
