"""Reads the lock files: which releases an installation takes, and how many bytes that is."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterable, Set
from dataclasses import dataclass
from pathlib import Path

TOOLS, TORCH, RUN, TEST, BUNDLE = "tools.txt", "torch.txt", "run.txt", "test.txt", "bundle.txt"
FILES = {"run": (RUN,), "test": (RUN, TEST)}
"""Lock files of a job's packages, without those of pip and of torch."""


@dataclass(frozen=True)
class Lock:
    """The folder of lock files."""

    folder: Path

    def path(self, file: str) -> str:
        """A lock file as pip takes it."""
        return str(self.folder / file)

    def releases(self, file: str) -> list[str]:
        """The releases in a lock file, as `name==version`; some of them for other machines only."""
        lines = (self.folder / file).read_text(encoding="utf-8").splitlines()
        return [line.split()[0] for line in lines if line[:1] not in ("", "#", " ")]

    def torch_version(self) -> str:
        """The locked release of torch."""
        return next(pin for pin in self.releases(TORCH) if pin.startswith("torch==")).split("==")[1]

    def content(self, job: str) -> bytes:
        """Everything that decides what a job installs."""
        return b"".join((self.folder / file).read_bytes() for file in (TOOLS, TORCH, *FILES[job]))

    def download_bytes(self, files: Iterable[str], installed: Set[str]) -> int | None:
        """Bytes still to download for the lock files on this machine; `None` if it is not one they were made for."""
        recorded = json.loads((self.folder / "sizes.json").read_text(encoding="utf-8"))
        if this_machine() not in recorded["targets"]:
            return None
        column = recorded["targets"].index(this_machine())
        wanted = {pin for file in files for pin in self.releases(file)} - installed
        return sum(int(recorded["bytes"][pin][column]) for pin in wanted)


def this_machine() -> str:
    """The name of this machine in `sizes.json`."""
    return f"{sys.platform}-{platform.machine()}-{sys.version_info[0]}.{sys.version_info[1]}"
