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

WORKS = f"import pip, sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
"""What an environment's Python must be able to run: the one of this program, with pip."""
MADE_FIRST = {"bin", "include", "lib", "lib64", "Include", "Lib", "Scripts", "unfinished"}
"""What an environment consists of that was interrupted before it got its `pyvenv.cfg`."""

OWN_WAY = {"PIP_USER": "0", "PIP_REQUIRE_HASHES": "0", "PIP_DRY_RUN": "0"}
"""Of a user's settings of pip those that its commands here contradict; they give hashes themselves."""
ELSEWHERE = ("target", "prefix", "root")
"""Settings of pip that put packages elsewhere, and that no variable can take back."""


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
        """Makes the environment, or makes it again if its pip does not start or its Python is another release."""
        if self.python.exists() and call(self.python, "-c", WORKS, quiet=True) == 0:
            return
        if self.is_foreign():
            raise SystemExit(f"{self.folder} is not a virtual environment. Move it away, then run the same command.")
        say(f"Making a virtual environment in {self.folder}")
        if call(sys.executable, "-m", "venv", "--clear", self.folder):
            raise SystemExit(
                "Python could not make a virtual environment; see the lines above. On Debian: sudo apt-get install "
                "python3-venv"
            )

    def is_foreign(self) -> bool:
        """Whether something else is in its place, whose files would be deleted: a link, a file, or another folder."""
        if self.folder.is_symlink() or self.folder.is_file():
            return True
        names = {path.name for path in self.folder.iterdir()} if self.folder.is_dir() else set()
        return "pyvenv.cfg" not in names and not names <= MADE_FIRST

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
        variables = {"TMPDIR": str(self.unfinished), "TEMP": str(self.unfinished), **OWN_WAY}
        return call(self.python, *command, variables=variables)

    def check_pip_settings(self) -> None:
        """Ends the program if the user's settings of pip would install elsewhere."""
        for line in self.ask_pip("config", "list").splitlines():
            name = line.partition("=")[0]
            if name.rpartition(".")[2] in ELSEWHERE:
                where = f"PIP_{name.rpartition('.')[2].upper()}" if name.startswith(":env:") else f"'{name}' of pip"
                raise SystemExit(f"The setting {where} would install elsewhere. Unset it, then run the same command.")

    def ask_pip(self, *arguments: str) -> str:
        """What pip prints; empty if it fails."""
        command = [str(self.python), "-m", "pip", "--disable-pip-version-check", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
