"""Where a build reads and writes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

NAME = "edu-emotionnet"


@dataclass(frozen=True, slots=True)
class Build:
    """Where a build reads and writes, the program's version, and the time that its files carry."""

    checkout: Path
    work: Path
    output: Path
    version: str
    made_at_s: int

    @property
    def bundle(self) -> Path:
        """The folder that PyInstaller makes."""
        return self.work / "bundle" / NAME

    @property
    def listing(self) -> Path:
        """The list of what is in the bundle, written by the spec file."""
        return self.work / NAME / "contents.json"
