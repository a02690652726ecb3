"""Reads PyInstaller's list of what is in the bundle, and finds out to which package each file belongs."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Literal

Kind = Literal["program", "python", "pypi", "debian", "unknown"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or a module: its name in the bundle, the file that it was made from, and PyInstaller's kind."""

    name: str
    source: str
    kind: str
    inside: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """A package of which something is in the bundle."""

    kind: Kind
    name: str
    version: str
    entries: tuple[Entry, ...] = field(repr=False)
    distribution: Distribution | None = field(default=None, repr=False)


def read(listing: Path) -> list[Entry]:
    """The entries that the spec file wrote."""
    return [Entry(**row) for row in json.loads(listing.read_text(encoding="utf-8"))]


def parts(entries: Iterable[Entry], checkout: Path, version: str, build_folder: Path) -> list[Part]:
    """The packages of which something is inside, sorted by kind and name; the program itself comes first."""
    owners = _Owners(checkout, build_folder)
    found: dict[tuple[Kind, str], list[Entry]] = {}
    for entry in entries:
        if entry.inside and entry.kind != "SYMLINK" and entry.source not in ("", "-"):
            found.setdefault(owners.of(Path(entry.source)), []).append(entry)
    versions = {("program", "edu-emotionnet-monitor"): version, ("python", "CPython"): sys.version.split()[0]}
    return [
        Part(
            kind=kind,
            name=name,
            version=versions.get((kind, name)) or owners.version(kind, name),
            entries=tuple(sorted(files, key=lambda entry: entry.name)),
            distribution=owners.installed.get(name) if kind == "pypi" else None,
        )
        for (kind, name), files in sorted(found.items(), key=lambda item: (item[0][0] != "program", item[0]))
    ]


class _Owners:
    """Says which package a file belongs to."""

    def __init__(self, checkout: Path, build_folder: Path) -> None:
        self.installed = {distribution.metadata["Name"]: distribution for distribution in distributions()}
        self._by_file = {
            str(distribution.locate_file(file)): name
            for name, distribution in self.installed.items()
            for file in distribution.files or ()
        }
        self._checkout = checkout
        self._python = [build_folder, Path(sysconfig.get_path("stdlib")), *_own_prefix()]
        self._debian: dict[Path, str] = {}

    def of(self, file: Path) -> tuple[Kind, str]:
        if name := self._by_file.get(str(file)) or self._by_file.get(str(file.resolve())):
            return "pypi", name
        if any(file.is_relative_to(folder) for folder in self._python):
            return "python", "CPython"
        if file.is_relative_to(self._checkout):
            return "program", "edu-emotionnet-monitor"
        if package := self._debian_package(file):
            return "debian", package
        return "unknown", file.name

    def version(self, kind: Kind, name: str) -> str:
        if kind == "pypi":
            return self.installed[name].version
        return _output("dpkg-query", "-W", "-f=${Version}", name) if kind == "debian" else ""

    def _debian_package(self, file: Path) -> str:
        if file not in self._debian:
            real = file.resolve()
            spellings = [str(real), str(file), str(real).removeprefix("/usr"), f"/usr{real}"]
            answers = (_output("dpkg-query", "-S", spelling) for spelling in spellings)
            self._debian[file] = next((answer.split(":")[0] for answer in answers if answer), "")
        return self._debian[file]


def _own_prefix() -> list[Path]:
    """Python's folder of libraries, if it has one of its own: everything there belongs to it."""
    return [Path(sys.base_prefix, "lib")] if Path(sys.base_prefix) not in (Path("/usr"), Path("/")) else []


def _output(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:  # not a Debian system
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
