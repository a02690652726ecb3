"""The command line: it names the commands and hands over to them. Nothing heavy is imported before a command runs.

Every command lives in a file of `app.commands` and imports what it needs inside its function, so that `--help`
answers at once.
"""

from __future__ import annotations

import os
import sys
import threading

import typer

from app.commands import analyze, bench, devices, doctor, evaluate, models, report, sessions, train, window
from app.commands.error_exit import GuardedGroup

cli = typer.Typer(
    cls=GuardedGroup,
    help="Estimates, on this device and in real time, how a learner's expressions may be read, and shows why. "
    "Without a command it opens the window.",
    context_settings={"help_option_names": ["-h", "--help"]},
    add_completion=False,
    rich_markup_mode=None,  # plain help starts twice as fast
    pretty_exceptions_enable=False,
)
cli.callback(invoke_without_command=True)(window.window)
cli.command()(analyze.analyze)
cli.command()(devices.devices)
cli.command()(doctor.doctor)
cli.command()(bench.bench)
cli.command()(train.train)
cli.command()(evaluate.evaluate)
cli.command()(report.report)
cli.add_typer(models.cli, name="models")
cli.add_typer(sessions.cli, name="sessions")

OURS = ("engine-", "job-", "camera device")
"""How the names of the program's own threads begin."""


def main() -> None:
    """Entry point of `edu-emotionnet`."""
    try:
        cli(prog_name="edu-emotionnet")
    finally:
        leave_stuck_threads()


def leave_stuck_threads() -> None:
    """End at once where one of the program's threads is still held inside a library, such as loading torch.

    It was told of and waited for. Python would take the interpreter down under it, and the library would abort.
    """
    end = sys.exc_info()[1]
    if isinstance(end, SystemExit) and any(thread.name.startswith(OURS) for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code if isinstance(end.code, int) else 1)


if __name__ == "__main__":
    main()
