"""`edu-emotionnet devices`: the devices that can be named on the command line or in the settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from core.errors import MonitorError

if TYPE_CHECKING:
    from core.capture.devices import Device

NONE_FOUND = 3


def devices() -> None:
    """List cameras, microphones and loudspeakers.

    The exit code is 3 when there is neither camera nor microphone.
    """
    from core.capture.devices import cameras, microphones

    found = show("Cameras", cameras) + show("Microphones", microphones)
    show("Loudspeakers that can be told from your voice", _loudspeakers)
    if found == 0:
        raise typer.Exit(NONE_FOUND)


def _loudspeakers() -> list[Device]:
    from core.capture.devices import Device
    from core.capture.reference import loudspeakers

    return [Device(name, place, is_default) for place, (name, is_default) in enumerate(loudspeakers())]


def show(kind: str, listed: Callable[[], list[Device]]) -> int:
    """Prints one kind of device, or why there is none; returns how many there are."""
    typer.secho(kind, bold=True)
    try:
        found = listed()
    except MonitorError as error:
        typer.echo(f"  {error}")
        return 0
    for device in found:
        typer.echo(f"  {device.name}{'  (default)' if device.is_default else ''}")
    if not found:
        typer.echo("  none found; connect one, or run 'edu-emotionnet doctor'")
    return len(found)
