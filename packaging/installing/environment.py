"""The virtual environment in the checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from installing.console import call, say


@dataclass(frozen=True)
class Environment:
    """A virtual environment that belongs to the bootstrap, which makes it again when it is broken."""

    folder: Path

    def program(self, name: str) -> Path:
        """A program of the environment."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin") / (f"{name}.exe" if os.name == "nt" else name)

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.program("python")

    @property
    def packages(self) -> Path:
        """Where pip puts the packages."""
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        return self.folder / ("Lib" if os.name == "nt" else f"lib/{version}") / "site-packages"

    @property
    def unfinished(self) -> Path:
        """Where pip keeps downloads until they are unpacked: beside the packages, since `/tmp` may be small."""
        return self.folder / "unfinished"

    def make(self) -> None:
        """Makes the environment, or makes it again if its Python or its pip does not start."""
        if self.python.exists() and call(self.python, "-m", "pip", "--version", quiet=True) == 0:
            return
        say(f"Making a virtual environment in {self.folder}")
        if call(sys.executable, "-m", "venv", "--clear", self.folder):
            raise SystemExit(
                "Python could not make a virtual environment; see the lines above. On Debian: sudo apt-get install "
                "python3-venv"
            )

    def tidy(self) -> None:
        """Removes what an interrupted pip left, so that it installs these packages again."""
        shutil.rmtree(self.unfinished, ignore_errors=True)
        self.unfinished.mkdir()
        for record in self.packages.glob("*.dist-info"):
            if not (record / "INSTALLER").exists():  # pip writes this file when all others are in place
                shutil.rmtree(record)

    def installed(self) -> set[str]:
        """Installed releases as `name==version`, without the local part of a version such as `+cpu`."""
        names = (record.name[: -len(".dist-info")].split("-") for record in self.packages.glob("*.dist-info"))
        return {f"{re.sub('[-_.]+', '-', name).lower()}=={version.split('+')[0]}" for name, version in names}

    def pip(self, *arguments: str) -> int:
        """Runs pip; returns its exit code."""
        command = ("-m", "pip", "--disable-pip-version-check", *arguments)
        return call(self.python, *command, variables={"TMPDIR": str(self.unfinished), "TEMP": str(self.unfinished)})

    def ask_pip(self, *arguments: str) -> str:
        """What pip prints; empty if it fails."""
        command = [str(self.python), "-m", "pip", "--disable-pip-version-check", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
