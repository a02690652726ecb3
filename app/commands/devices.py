"""`edu-emotionnet devices`: the cameras and microphones that can be named on the command line."""

from __future__ import annotations

import typer

NONE_FOUND = 3


def devices() -> None:
    """List cameras and microphones; exit code 3 when there are none."""
    from core.capture.devices import cameras, microphones

    found = {"Cameras": cameras(), "Microphones": microphones()}
    for kind, entries in found.items():
        typer.secho(kind, bold=True)
        for entry in entries:
            typer.echo(f"  {entry.name}{'  (default)' if entry.is_default else ''}")
        if not entries:
            typer.echo("  none found; plug one in, or see 'edu-emotionnet doctor'")
    if not any(found.values()):
        raise typer.Exit(NONE_FOUND)
