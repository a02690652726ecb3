"""The lock files against pyproject.toml: every range is met, every file has a hash, and no dependency is missing.

After a change of pyproject.toml these tests fail until `python packaging/lock/update.py` has renewed the locks.
"""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).parent.parent
LOCK = CHECKOUT / "packaging" / "lock"
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
RUN = PROJECT["project"]["dependencies"]
EXTRAS = [line for extra in PROJECT["project"]["optional-dependencies"].values() for line in extra]
FILES = ("tools.txt", "torch.txt", "run.txt", "test.txt", "bundle.txt")
MACHINES = [
    (python, *system)
    for python in ("3.11", "3.12", "3.13")
    for system in (
        ("linux", "Linux", "x86_64", ""),
        ("win32", "Windows", "AMD64", "10.0.20348"),
        ("darwin", "Darwin", "arm64", "Darwin Kernel Version 24.1.0"),
        ("darwin", "Darwin", "arm64", "Darwin Kernel Version 23.6.0"),
    )
]


def marker_values(python: str, platform: str, system: str, machine: str, kernel: str) -> dict[str, str]:
    return {
        "python_version": python,
        "python_full_version": f"{python}.2",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "os_name": "nt" if platform == "win32" else "posix",
        "sys_platform": platform,
        "platform_system": system,
        "platform_machine": machine,
        "platform_version": kernel,
        "extra": "",
    }


def entries(file: str) -> list[str]:
    """The entries of a lock file, each on one line."""
    text = (LOCK / file).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def releases(values: dict[str, str], *files: str) -> dict[str, str]:
    """Name and version of what the files install on a machine."""
    taken: dict[str, str] = {}
    for entry in (entry for file in files for entry in entries(file)):
        requirement = Requirement(entry.split(" --hash")[0])
        if requirement.marker is None or requirement.marker.evaluate(values):
            name = canonicalize_name(requirement.name)
            version = str(requirement.specifier).removeprefix("==")
            assert taken.setdefault(name, version) == version, f"{name} is locked twice for {values}"
    return taken


def unmet(lines: list[str], values: dict[str, str], locked: dict[str, str]) -> list[str]:
    wanted = [Requirement(line) for line in lines]
    here = [one for one in wanted if one.marker is None or one.marker.evaluate(values)]
    return [str(one) for one in here if not one.specifier.contains(locked.get(canonicalize_name(one.name), "0"))]


@pytest.mark.parametrize("machine", MACHINES, ids="-".join)
def test_the_lock_meets_every_range_of_the_project(machine):
    values = marker_values(*machine)
    assert unmet(RUN, values, releases(values, "torch.txt", "run.txt")) == []
    assert unmet(RUN + EXTRAS, values, releases(values, "torch.txt", "run.txt", "test.txt")) == []
    assert unmet(PROJECT["build-system"]["requires"], values, releases(values, "tools.txt")) == []
    bundle = PROJECT["project"]["optional-dependencies"]["bundle"]
    assert unmet(bundle, values, releases(values, "run.txt", "bundle.txt")) == []


@pytest.mark.parametrize("machine", MACHINES, ids="-".join)
def test_the_lock_has_every_dependency_of_the_packages_in_it(machine):
    values = marker_values(*machine)
    locked = releases(values, "torch.txt", "run.txt", "test.txt")
    packages = [importlib.metadata.distribution(name) for name in sorted(locked) if is_installed(name, locked[name])]
    assert len(packages) > 50
    missing = {package.name: unmet(package.requires or [], values, locked) for package in packages}
    assert {name: lines for name, lines in missing.items() if lines} == {}


def is_installed(name: str, version: str) -> bool:
    try:
        return importlib.metadata.version(name).split("+")[0] == version
    except importlib.metadata.PackageNotFoundError:
        return False


@pytest.mark.parametrize("file", FILES)
def test_every_locked_file_has_a_hash_and_no_index_is_named(file):
    assert entries(file)
    for entry in entries(file):
        assert re.fullmatch(r"[a-z0-9-]+==[^ ]+( ;[^;]*?)?( +--hash=sha256:[0-9a-f]{64})+", entry.strip()), entry
    assert not re.search(r"://|--index|--find-links", (LOCK / file).read_text(encoding="utf-8"))


def test_the_window_is_installed_without_the_packages_of_the_tests():
    values = marker_values(*MACHINES[0])
    assert "pytest" not in releases(values, "torch.txt", "run.txt")
    assert not releases(values, "test.txt").keys() & releases(values, "torch.txt", "run.txt").keys()


def test_only_torch_and_its_gpu_libraries_lie_in_the_file_that_the_cpu_build_replaces():
    names = releases(marker_values(*MACHINES[0]), "torch.txt")
    assert "torch" in names
    assert all(re.match(r"torch$|triton$|nvidia-|cuda-", name) for name in names)


def test_a_range_that_the_lock_does_not_meet_is_seen():
    values = marker_values(*MACHINES[0])
    locked = releases(values, "run.txt")
    assert unmet(["numpy>=99", "rich>=13", "absent>=1", "absent; sys_platform == 'win32'"], values, locked) == [
        "numpy>=99",
        "absent>=1",
    ]


@pytest.mark.parametrize(
    ("system", "has_wheel"),
    [
        (("linux", "Linux", "x86_64", ""), True),
        (("linux", "Linux", "aarch64", ""), True),
        (("win32", "Windows", "AMD64", "10.0.20348"), True),
        (("darwin", "Darwin", "arm64", "Darwin Kernel Version 25.0.0: Mon Aug 25 21:17:51 PDT 2025"), True),
        (("darwin", "Darwin", "arm64", "Darwin Kernel Version 24.0.0: Mon Aug 12 20:49:48 PDT 2024"), True),
        (("darwin", "Darwin", "arm64", "Darwin Kernel Version 23.6.0: Mon Jul 29 21:13:04 PDT 2024"), False),
        (("darwin", "Darwin", "x86_64", "Darwin Kernel Version 24.0.0: Mon Aug 12 20:49:48 PDT 2024"), False),
    ],
)
def test_moonshine_is_asked_for_where_it_has_a_wheel_and_pocketsphinx_everywhere(system, has_wheel):
    values = marker_values("3.11", *system)
    asked = {one.name for one in map(Requirement, RUN) if one.marker is None or one.marker.evaluate(values)}
    assert ("moonshine-voice" in asked) == has_wheel
    assert "pocketsphinx" in asked
    assert ("moonshine-voice" in releases(values, "run.txt")) == has_wheel
