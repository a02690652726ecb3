"""`edu-emotionnet doctor`: what works on this machine, and how to fix what does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from core.load_errors import load_failure

if TYPE_CHECKING:
    from app.commands.doctor_checks import Finding

SYMBOLS = {"ok": ("✓", typer.colors.GREEN), "hint": ("•", typer.colors.YELLOW), "fault": ("✗", typer.colors.RED)}
FAULTY = 1


def doctor(
    model: Annotated[bool, typer.Option("--model", help="Check the shipped model only.")] = False,
) -> None:
    """Check everything that the program needs here.

    The exit code is 1 when it cannot do its job.
    """
    from app.commands import doctor_checks, doctor_selfcheck

    of_the_model = (doctor_selfcheck.checkpoint, doctor_selfcheck.golden_clip)
    everything = (
        doctor_checks.python,
        doctor_checks.settings,
        doctor_checks.compute,
        *of_the_model,
        doctor_selfcheck.pulled_models,
        doctor_checks.face_detector,
        doctor_checks.recognizer,
        doctor_checks.cameras,
        doctor_checks.microphones,
        doctor_checks.loudspeakers,
        doctor_checks.window_libraries,
        doctor_checks.display,
        doctor_checks.disk,
        doctor_checks.log,
        doctor_checks.sessions,
        doctor_checks.lab,
        doctor_selfcheck.pipeline,
    )
    faults = 0
    for check in of_the_model if model else everything:
        finding = examine(check)
        symbol, colour = SYMBOLS[finding.mark.value]
        typer.echo(f"{typer.style(symbol, fg=colour)} {finding.what:<12} {finding.words}")
        if finding.fix:
            typer.echo(f"  {'':<12} → {finding.fix}")
        faults += finding.mark is doctor_checks.Mark.FAULT
    if faults:
        raise typer.Exit(FAULTY)


def examine(check: Callable[[], Finding]) -> Finding:
    """Runs a check; a package or library that cannot be loaded is a finding too, and the other checks continue."""
    from app.commands.doctor_checks import Finding, Mark

    try:
        return check()
    except (ImportError, OSError) as error:
        if said := load_failure(error):
            return Finding(check.__name__, Mark.FAULT, f"cannot be checked: {said}")
        words = f"cannot be checked: {type(error).__name__}: {error}"
        return Finding(check.__name__, Mark.FAULT, words, "Install again: python3 packaging/bootstrap.py run")
