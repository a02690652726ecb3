"""Turns errors and interruptions of a command into its exit code, errors also into one sentence."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from core.errors import MonitorError, sentence
from core.load_errors import load_failure

BAD_INPUT = 2
INTERRUPTED = 130
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
            if isinstance(error, ImportError) and not load_failure(error):
                raise
            typer.secho(sentence(error), fg=typer.colors.RED, err=True)
            raise typer.Exit(BAD_INPUT) from error
        except KeyboardInterrupt as error:
            raise typer.Exit(INTERRUPTED) from error
        finally:
            signal.signal(signal.SIGTERM, before)


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    # As an exception, so that `finally` blocks and context managers close devices and files.
    raise SystemExit(TERMINATED)
