"""Makes the virtual environment in which the bundle is built: the locked packages, without extras, and the build tools.

Uses the standard library only, because `packaging/build.py` calls it before anything is installed. The installation
itself is that of `packaging/bootstrap.py`. Pip's report afterwards has the hash of each package's file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from installing.console import say
from installing.environment import Environment
from installing.lock import BUNDLE, RUN, Lock
from installing.python_packages import Installation

WHEELS = "wheels.json"


class BuildError(Exception):
    """A step of the build failed; the text says which one."""


@dataclass(frozen=True, slots=True)
class BuildEnvironment:
    """A virtual environment in `folder` with what the checkout's lock names."""

    checkout: Path
    folder: Path

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return Environment(self.folder).python

    def make(self) -> None:
        """Installs everything that is not installed yet. Ends the program if that fails."""
        lock = Lock(self.checkout / "packaging" / "lock")
        installation = Installation("run", Environment(self.folder), lock)
        installation.environment.make()
        installation.environment.tidy()
        installation.environment.check_pip_settings()
        installation.install_locked(installation.cpu_build(), (RUN, BUNDLE))
        say("Asking pip for the hashes of what it downloaded")
        torch = f"torch=={lock.torch_version()}"
        reports = (_report(installation.environment, *asked) for asked in (("--requirement", lock.path(RUN)), (torch,)))
        hashes = {name: digest for report in reports for name, digest in _hashes(report)}
        (self.folder / WHEELS).write_text(json.dumps(hashes, indent=1, sort_keys=True), encoding="utf-8")


def wheel_hashes(environment: Path) -> dict[str, str]:
    """SHA-256 of the downloaded file of each package in an environment that `BuildEnvironment.make` made."""
    hashes: dict[str, str] = json.loads((environment / WHEELS).read_text(encoding="utf-8"))
    return hashes


def _report(environment: Environment, *asked: str) -> dict[str, Any]:
    """Pip's report of what an installation would take; without entries if the index cannot be reached."""
    dry = ("install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps", "--report", "-")
    report: dict[str, Any] = json.loads(environment.ask_pip(*dry, *asked) or '{"install": []}')
    return report


def _hashes(report: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for entry in report["install"]:
        digest = entry["download_info"].get("archive_info", {}).get("hashes", {}).get("sha256")
        if digest:
            yield entry["metadata"]["name"], digest
