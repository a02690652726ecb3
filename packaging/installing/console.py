"""What the installation says, and the commands it starts."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def say(text: str) -> None:
    """Prints the current step; flushed, so that it precedes the step's own output."""
    print(f"==> {text}", flush=True)


def call(*command: str | Path, quiet: bool = False, variables: Mapping[str, str] | None = None) -> int:
    """Runs a command in the checkout, with further environment variables; returns its exit code."""
    sink = subprocess.DEVNULL if quiet else None
    environment = {**os.environ, **(variables or {})}
    parts = [str(part) for part in command]
    return subprocess.run(parts, cwd=CHECKOUT, stdout=sink, stderr=sink, env=environment, check=False).returncode
