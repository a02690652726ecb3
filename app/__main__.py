"""The command line: names the commands and runs one. Nothing heavy is imported before a command runs.

Every command has a file in `app.commands` and imports what it needs inside its function, so that `--help` answers at
once.
"""

from __future__ import annotations

import os
import sys
import threading
from io import TextIOWrapper

import typer

from app.commands import analyze, bench, desktop, devices, doctor, evaluate, models, report, sessions, train, window
from app.commands.error_exit import UNREAD, GuardedGroup, drop_unread_output
from app.diagnostics.failure_log import FailureLog
from app.diagnostics.private_text import OWN_THREADS
from core.native_memory import use_few_heaps

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
cli.command()(train.train)
cli.command()(evaluate.evaluate)
cli.command()(report.report)
cli.add_typer(bench.cli, name="bench")
cli.add_typer(models.cli, name="models")
cli.add_typer(desktop.cli, name="desktop")
cli.add_typer(sessions.cli, name="sessions")


def main() -> None:
    """Entry point of `edu-emotionnet`."""
    try:
        run()
    finally:
        leave_stuck_threads()


def run() -> None:
    """Runs the command line with the failure log. Ends with `SystemExit`."""
    print_anything()
    use_few_heaps()
    FailureLog().install()
    command = typer.main.get_command(cli)  # called as `cli()`, Typer would replace the exception hook
    try:
        command(prog_name="edu-emotionnet")
    except SystemExit as end:
        # Typer and rich end the program with 1 when they meet a pipe without a reader.
        if drop_unread_output() or isinstance(end.__context__, BrokenPipeError):
            raise SystemExit(UNREAD) from end
        raise


def print_anything() -> None:
    """Lets a stream whose encoding lacks a letter print "?" instead, as into a file on Windows."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.errors != "backslashreplace":
            stream.reconfigure(errors="replace")


def leave_stuck_threads() -> None:
    """Exits at once if one of the program's threads is still inside a library, such as one that loads torch.

    It was asked to stop and waited for. Otherwise Python would finalize the interpreter under it and the library abort.
    """
    end = sys.exc_info()[1]
    if isinstance(end, SystemExit) and any(thread.name.startswith(OWN_THREADS) for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code if isinstance(end.code, int) else 1)


if __name__ == "__main__":
    main()
