#!/usr/bin/env python3
"""Writes the lock files beside it: `tools.txt`, `torch.txt`, `run.txt`, `test.txt`, `bundle.txt` and `sizes.json`.

    python packaging/lock/update.py

To be run every week and after a change of pyproject.toml: it takes the newest releases that pyproject.toml allows.
Needs `uv` on the PATH and the package `packaging`. One resolution covers all `TARGETS`. Every line names one release
with the hash of each of its files, so that pip refuses any other file. The lock names no index: pip takes the files
from wherever it is configured to look.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import parse_wheel_filename

LOCK = Path(__file__).resolve().parent
CHECKOUT = LOCK.parent.parent
PYTHONS = ("3.11", "3.12", "3.13")
OLDEST_GLIBC_MINOR = {"x86_64": 35, "aarch64": 39}
"""Ubuntu 22.04 has glibc 2.35, Debian 12 has 2.36; on ARM, PySide6 needs that of Ubuntu 24.04."""
TOOLS = ("pip", "setuptools", "editables")
"""pip itself and, beside the project's build system, what builds packages that come as source only."""
SOURCE_ONLY = ("srt",)
"""Packages that are published as source only, in plain Python: setuptools builds them anywhere."""
TORCH_GROUP = ("torch", "triton", "nvidia-", "cuda-")
"""Starts of the names that belong into `torch.txt`, because torch's CPU build needs none of them."""
HEADING = "# Made by packaging/lock/update.py from pyproject.toml and constraints.txt. Do not edit.\n"


@dataclass(frozen=True)
class Platform:
    """An operating system on a kind of processor, as markers and wheels call it."""

    name: str
    sys_platform: str
    system: str
    machine: str
    wheels: tuple[str, ...]
    version: str = ""


def linux(machine: str) -> Platform:
    """Linux with glibc on a kind of processor."""
    glibc = tuple(f"manylinux_2_{minor}_{machine}" for minor in range(OLDEST_GLIBC_MINOR[machine], 4, -1))
    older = tuple(f"{name}_{machine}" for name in ("manylinux2014", "manylinux2010", "manylinux1", "linux"))
    return Platform(f"linux-{machine}", "linux", "Linux", machine, glibc + older)


def macos(version: int, kernel: int) -> Platform:
    """macOS on ARM: wheels name its own version, markers the one of its kernel."""
    wheels = tuple(mac_platforms((version, 0), "arm64"))
    return Platform("darwin-arm64", "darwin", "Darwin", "arm64", wheels, f"Darwin Kernel Version {kernel}.0.0")


PLATFORMS = (
    linux("x86_64"),
    linux("aarch64"),
    Platform("win32-AMD64", "win32", "Windows", "AMD64", ("win_amd64",)),
    macos(14, kernel=23),
    macos(15, kernel=24),
)


@dataclass(frozen=True)
class Target:
    """A Python on a platform: what a lock must serve."""

    python: str
    platform: Platform

    @property
    def name(self) -> str:
        """The name of the target in `sizes.json`."""
        return f"{self.platform.name}-{self.python}"

    def wants(self, marker: str | None) -> bool:
        """Whether a marker holds here."""
        return marker is None or Marker(marker).evaluate(
            {
                "python_version": self.python,
                "python_full_version": f"{self.python}.0",
                "implementation_name": "cpython",
                "platform_python_implementation": "CPython",
                "os_name": "nt" if self.platform.sys_platform == "win32" else "posix",
                "sys_platform": self.platform.sys_platform,
                "platform_system": self.platform.system,
                "platform_machine": self.platform.machine,
                "platform_version": self.platform.version,
            }
        )

    @cached_property
    def ranks(self) -> dict[Tag, int]:
        """Wheel tags that this Python takes, the best first."""
        version = tuple(int(part) for part in self.python.split("."))
        plain = f"cp{version[0]}{version[1]}"
        tags = [
            *cpython_tags(version, platforms=self.platform.wheels),
            *compatible_tags(version, plain, self.platform.wheels),
        ]
        return {tag: rank for rank, tag in reversed(list(enumerate(tags)))}

    def rank(self, wheel: str) -> int | None:
        """How well a wheel suits, 0 being best; `None` if it cannot be installed here."""
        fitting = [self.ranks[tag] for tag in parse_wheel_filename(wheel)[3] if tag in self.ranks]
        return min(fitting, default=None)


TARGETS = tuple(
    Target(python, platform)
    for platform in PLATFORMS
    for python in PYTHONS
    if (python, platform.machine) != ("3.12", "aarch64")  # pocketsphinx has no wheel there
)


@dataclass(frozen=True)
class File:
    """A file of a release."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Locked:
    """One release of a package with its files, and the marker of the machines that take it."""

    name: str
    version: str
    marker: str | None
    wheels: tuple[File, ...]
    source: File | None

    @property
    def pin(self) -> str:
        """The release as pip names it."""
        return f"{self.name}=={self.version}"

    @property
    def line(self) -> str:
        """The release with its marker."""
        return f"{self.pin} ; {self.marker}" if self.marker else self.pin

    def text(self) -> str:
        """The lines of a requirements file."""
        files = (*self.wheels, *((self.source,) if self.source else ()))
        hashes = sorted(f"--hash=sha256:{file.sha256}" for file in files)
        return " \\\n    ".join([self.line, *hashes]) + "\n"

    def size(self, target: Target) -> int | None:
        """Bytes that a target downloads: 0 if it does not take this release, `None` if no file suits it."""
        if not target.wants(self.marker):
            return 0
        fitting = [(rank, file.size) for file in self.wheels if (rank := target.rank(file.name)) is not None]
        if fitting:
            return min(fitting)[1]
        return self.source.size if self.source and self.name in SOURCE_ONLY else None


def locked(package: dict[str, Any]) -> Locked:
    """A release from its table in a `pylock.toml`."""
    wheels = tuple(file for entry in package.get("wheels", ()) if is_current(file := file_of(entry)))
    source = file_of(package["sdist"]) if "sdist" in package else None
    return Locked(package["name"], package["version"], condition(package.get("marker", "")), wheels, source)


def condition(marker: str) -> str | None:
    """A marker without what holds for every supported Python."""
    always = f"python_full_version >= '{PYTHONS[0]}'"
    return marker.replace(f"{always} and ", "").removeprefix(always) or None


def file_of(entry: dict[str, Any]) -> File:
    """A file from its table in a `pylock.toml`."""
    return File(entry["url"].rsplit("/", 1)[-1], entry["size"], entry["hashes"]["sha256"])


def is_current(wheel: File) -> bool:
    """Whether a wheel is for a CPython that the project supports or for any Python 3."""
    return any(
        tag.interpreter in ("py3", "py2.py3")
        or tag.abi == "abi3"
        or (tag.interpreter.startswith("cp3") and int(tag.interpreter[2:]) >= 311)
        for tag in parse_wheel_filename(wheel.name)[3]
    )


def resolve(requirements: str, *options: str, agreeing: Iterable[Locked] = ()) -> list[Locked]:
    """Resolves requirements with uv, in agreement with releases that are locked already."""
    with tempfile.TemporaryDirectory() as folder:
        wanted, pins, lock = Path(folder, "wanted.in"), Path(folder, "pins.txt"), Path(folder, "pylock.toml")
        wanted.write_text(requirements, encoding="utf-8")
        pins.write_text("".join(f"{one.line}\n" for one in agreeing), encoding="utf-8")
        command = ["uv", "pip", "compile", "--quiet", "--format", "pylock.toml", "--output-file", lock]
        command += ["--universal", "--python-version", PYTHONS[0], "--constraint", pins]
        subprocess.run([*command, "--constraint", LOCK / "constraints.txt", *options, wanted], cwd=CHECKOUT, check=True)
        packages = tomllib.loads(lock.read_text(encoding="utf-8"))["packages"]
    return [one for one in map(locked, packages) if any(target.wants(one.marker) for target in TARGETS)]


def write(file: str, releases: Iterable[Locked]) -> None:
    """Writes a lock file."""
    (LOCK / file).write_text(HEADING + "".join(one.text() for one in releases), encoding="utf-8")


def without_a_file(releases: Iterable[Locked]) -> Iterator[str]:
    """Names the releases that some target takes and has no file for."""
    for one in releases:
        lacking = dict.fromkeys(target.name for target in TARGETS if one.size(target) is None)
        if lacking:
            yield f"{one.pin} has no file for {', '.join(lacking)}"


def write_sizes(releases: Iterable[Locked]) -> None:
    """Writes what each target downloads for each release, one release a line, so that a change is easy to read.

    Of two targets with one name, the newer system counts.
    """
    columns = {target.name: target for target in TARGETS}
    rows = [f"    {json.dumps(one.pin)}: {[one.size(target) for target in columns.values()]}" for one in releases]
    targets = json.dumps(list(columns))
    text = f'{{\n  "targets": {targets},\n  "bytes": {{\n' + ",\n".join(rows) + "\n  }\n}\n"
    (LOCK / "sizes.json").write_text(text, encoding="utf-8")


def main() -> None:
    """Resolves for all extras together, then writes the releases of each purpose into its file."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    ranges = project["project"]["dependencies"]
    extras = project["project"]["optional-dependencies"]
    everything = resolve("\n".join([*ranges, *chain.from_iterable(extras.values())]))
    bundle = resolve("\n".join(extras["bundle"]), agreeing=everything)
    window = {one.name for one in resolve("\n".join(ranges), agreeing=everything)}
    files = {
        "tools.txt": resolve("\n".join([*TOOLS, *project["build-system"]["requires"]]), agreeing=everything),
        "torch.txt": [one for one in everything if one.name.startswith(TORCH_GROUP)],
        "run.txt": [one for one in everything if one.name in window and not one.name.startswith(TORCH_GROUP)],
        "test.txt": [one for one in everything if one.name not in window and not one.name.startswith(TORCH_GROUP)],
        "bundle.txt": [one for one in bundle if one.name not in window],
    }
    releases = {one.line: one for content in files.values() for one in content}
    lacking = list(without_a_file(releases.values()))
    if lacking:
        sys.exit("\n".join([*lacking, "Add a line to constraints.txt that takes another release there."]))
    for file, content in files.items():
        write(file, content)
    write_sizes(releases.values())


if __name__ == "__main__":
    main()
