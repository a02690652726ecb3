"""`edu-emotionnet` without a command: the window, on real devices, a clip, or the demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import (
    CheckpointOption,
    DeviceOption,
    ProfileOption,
    RandomWeightsOption,
    ReportOption,
    check_model,
    check_picture_target,
    check_target,
    chosen_settings,
)
from core.errors import SettingsError

PAGES = ("live", "explain", "review", "settings")


def show_version(wanted: bool) -> None:
    """Prints the version and exits."""
    if wanted:
        from core import __version__

        typer.echo(f"edu-emotionnet {__version__}")
        raise typer.Exit


def refuse_options(ctx: typer.Context) -> None:
    """Raises `SettingsError` for options before a command's name: the command would not get them."""
    sources = ((option.opts[0], ctx.get_parameter_source(option.name or "")) for option in ctx.command.params)
    given = [name for name, source in sources if source is not None and source.name == "COMMANDLINE"]
    if given:
        command = ctx.invoked_subcommand
        raise SettingsError(
            f"{', '.join(given)} before '{command}' would be lost: "
            f"put options of a command after its name (see '{command} --help'), and those of the window without one."
        )


def window(
    ctx: typer.Context,
    demo: Annotated[bool, typer.Option("--demo", help="Show a drawn learner; no devices needed.")] = False,
    file: Annotated[Path | None, typer.Option("--file", metavar="CLIP", help="Replay a clip.")] = None,
    stored: Annotated[
        Path | None, typer.Option("--open", metavar="FILE", help="Show a stored session: its session.db or its folder.")
    ] = None,
    camera: Annotated[
        str | None, typer.Option("--camera", metavar="NAME|INDEX|URL|off", help="Which camera; see 'devices'.")
    ] = None,
    microphone: Annotated[
        str | None, typer.Option("--microphone", metavar="NAME|off", help="Which microphone; see 'devices'.")
    ] = None,
    device: DeviceOption = None,
    profile: ProfileOption = None,
    checkpoint: CheckpointOption = None,
    random_weights: RandomWeightsOption = False,
    page: Annotated[str, typer.Option("--page", metavar="|".join(PAGES), help="The page to begin with.")] = "live",
    quit_after: Annotated[
        float | None, typer.Option("--quit-after", metavar="SECONDS", min=0.1, help="Close by itself.")
    ] = None,
    report: ReportOption = None,
    screenshot: Annotated[
        Path | None, typer.Option("--screenshot", metavar="FILE.png", help="Save the window's picture at the end.")
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Open the window, unless a command was given."""
    if ctx.invoked_subcommand is not None:
        refuse_options(ctx)
        return
    if demo + (file is not None) + (stored is not None) > 1:
        raise SettingsError("--demo, --file and --open exclude each other. Choose one.")
    if page not in PAGES:
        raise SettingsError(f"There is no page '{page}'. Use one of {', '.join(PAGES)}.")
    settings = chosen_settings(
        camera=camera,
        microphone=microphone,
        device=device,
        profile=profile,
        checkpoint=checkpoint,
        random_weights=random_weights,
    )
    check_model(settings.model, named=bool(profile or checkpoint), device_named=device is not None)
    check_target(report)
    check_picture_target(screenshot)
    from app.window.startup import WindowOptions, open_window

    code = open_window(
        settings,
        demo=demo,
        file=file,
        stored=stored,
        devices_named=bool(camera or microphone),
        options=WindowOptions(page, quit_after, report, screenshot),
    )
    raise typer.Exit(code)
