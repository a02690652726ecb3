"""`edu-emotionnet desktop`: puts the program into the menu of a Linux desktop, for this user, or takes it out again."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

import typer

from core.desktop_files import ENTRIES
from core.errors import SettingsError

cli = typer.Typer(
    help="Add the program to a Linux desktop's menu, or remove it.",
    epilog="Other users of this computer keep their menus as they are.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

PROGRAM = "edu-emotionnet"
INSTEAD = {
    "win32": f"Menu entries for Linux are not used by Windows: right-click {PROGRAM}.exe and choose 'Pin to Start'.",
    "darwin": f"Menu entries for Linux are not used by macOS: start '{PROGRAM}' in Terminal, or drag the app bundle "
    "into Applications.",
}


@cli.command()
def install() -> None:
    """Write menu entries, icons and a session's file type.

    Prints what was written.
    """
    from app.commands.desktop_installation import DesktopInstallation
    from core import paths

    check_platform(sys.platform)
    program = running_program(Path(sys.argv[0]), Path(sysconfig.get_path("scripts")))
    installation = DesktopInstallation(paths.desktop_share(), paths.desktop_record())
    done = installation.install(paths.assets(), program)
    for file in done.written:
        typer.echo(f"Wrote {file}")
    for file in done.kept:
        typer.echo(f"Kept {file}, because this program did not write it or it was changed. Delete it and try again.")
    if any(file.name == ENTRIES[0] for file in done.kept):
        return
    typer.echo(
        f"Learner Monitor is in the menu and starts {program}. Run '{PROGRAM} desktop remove' before you uninstall it."
    )


@cli.command()
def remove() -> None:
    """Remove what 'desktop install' wrote, and nothing else."""
    from app.commands.desktop_installation import DesktopInstallation
    from core import paths

    check_platform(sys.platform)
    found = DesktopInstallation(paths.desktop_share(), paths.desktop_record()).remove()
    for file in found.removed:
        typer.echo(f"Removed {file}")
    for file in found.changed:
        typer.echo(f"Kept {file}, because it was changed after it was installed.")
    if not found.removed and not found.changed:
        typer.echo("There is nothing to remove.")


def check_platform(platform: str) -> None:
    """Raises `SettingsError` where there is no such menu, with what to do instead."""
    if platform in INSTEAD:
        raise SettingsError(INSTEAD[platform])


def running_program(started: Path, scripts: Path) -> Path:
    """The full path of the program that is running: as it was started, or the one among Python's `scripts`.

    A link to it stays a link: pipx and uv keep the link where it is when they renew what it points to. Raises
    `SettingsError`.
    """
    if getattr(sys, "frozen", False):
        return Path(sys.executable)
    for program in (Path(os.path.abspath(started)), scripts / PROGRAM):
        if program.name == PROGRAM and program.is_file():
            return program
    raise SettingsError(f"There is no program '{PROGRAM}' in {scripts}. Install the package with pip, then try again.")
