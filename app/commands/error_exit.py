"""Turns errors and interruptions of a command into its exit code, errors also into one sentence."""

from __future__ import annotations

import os
import select
import signal
import sys
from types import FrameType
from typing import Any, NoReturn, TextIO

import typer
from typer.core import TyperGroup

from core.errors import MonitorError, sentence
from core.load_errors import load_failure

BAD_INPUT = 2
INTERRUPTED = 130
UNREAD = 141
"""The reader of the output has gone, such as `head`: what a shell reports of a program that SIGPIPE ended."""
TERMINATED = 143


class GuardedGroup(TyperGroup):
    """Prints errors raised on purpose, those of the file system, and a library or package that cannot be loaded, as
    one sentence on stderr. Unexpected errors are not caught: they are logged and printed with their traceback.
    """

    def invoke(self, ctx: Any) -> Any:
        """Runs the command."""
        before = signal.signal(signal.SIGTERM, _terminate)
        try:
            return super().invoke(ctx)
        except (MonitorError, OSError, ImportError) as error:
            if isinstance(error, BrokenPipeError) and _reader_has_gone():
                raise
            if isinstance(error, ImportError) and not load_failure(error):
                raise
            typer.secho(sentence(error), fg=typer.colors.RED, err=True)
            raise typer.Exit(BAD_INPUT) from error
        except KeyboardInterrupt as error:
            raise typer.Exit(INTERRUPTED) from error
        finally:
            signal.signal(signal.SIGTERM, before)


def drop_unread_output() -> bool:
    """Whether output is left that nobody reads any more; it goes nowhere, so that Python's exit does not complain."""
    unread = False
    for stream in _streams():
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            unread = True
    return unread


def _streams() -> list[TextIO]:
    """Those that the process has; a program without a terminal on Windows has none."""
    return [stream for stream in (sys.__stdout__, sys.__stderr__) if stream is not None]


def _reader_has_gone() -> bool:
    """Whether a broken pipe is that of the output, and not one to something else."""
    if sys.platform == "win32":
        return False
    poll = select.poll()
    for stream in _streams():
        poll.register(stream.fileno(), 0)  # of a pipe without a reader an error is reported in any case
    return bool(poll.poll(0))


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    # As an exception, so that `finally` blocks and context managers close devices and files.
    raise SystemExit(TERMINATED)
