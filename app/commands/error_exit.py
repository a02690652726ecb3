"""How every command ends: well, with one sentence and exit code 2, or in order when it is interrupted."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from core.errors import MonitorError, sentence

BAD_INPUT = 2
INTERRUPTED = 130
TERMINATED = 143


class GuardedGroup(TyperGroup):
    """Turns errors raised on purpose, and what the system says of a file, into one sentence on stderr; interruptions
    into their exit codes. Faults of our own are not caught: they keep their traceback, so that they can be reported.
    """

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        before = signal.signal(signal.SIGTERM, _terminate)
        try:
            return super().invoke(ctx)
        except (MonitorError, OSError) as error:
            typer.secho(sentence(error), fg=typer.colors.RED, err=True)
            raise typer.Exit(BAD_INPUT) from error
        except KeyboardInterrupt as error:
            raise typer.Exit(INTERRUPTED) from error
        finally:
            signal.signal(signal.SIGTERM, before)


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    # An exit like any other: `finally` blocks and context managers close devices and files on the way out.
    raise SystemExit(TERMINATED)
