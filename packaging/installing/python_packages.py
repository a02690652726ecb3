"""Installs the locked Python packages and the project into the virtual environment.

Every step can be repeated: pip leaves alone what is installed and takes finished downloads from its cache. So the same
command goes on after an interruption. Hashes guard all packages but one: torch's CPU build, which lies on another index
than the build that the lock names.
"""

from __future__ import annotations

import hashlib
import platform
import re
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from installing.console import CHECKOUT, say
from installing.environment import Environment
from installing.lock import FILES, TOOLS, TORCH, Lock, this_machine

TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
TORCH_CPU_BYTES = 200_000_000
CUDA_BYTES = 1_000_000_000
"""Only a build of torch with NVIDIA's libraries is larger."""
PACKAGES_ON_DISK, CUDA_ON_DISK = 5.6, 3.8
"""Bytes on disk for a byte to download: unpacked (3.6 and 1.8, measured on Linux), the download, pip's copy of it."""
AGAIN = "Run the same command again: it goes on from here."
LOCKED = ("install", "--no-deps", "--no-build-isolation", "--require-hashes", "--requirement")


@dataclass(frozen=True)
class CpuBuild:
    """Torch's CPU build as pip names it, and pip's options to find it."""

    name: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Installation:
    """What one job needs in the environment."""

    job: str
    environment: Environment
    lock: Lock

    def renew(self) -> bool:
        """Installs what is missing; returns whether anything had to be done."""
        if self.is_finished():
            return False
        self.forget_marks()
        self.environment.make()
        self.environment.check_pip_settings()
        self.environment.tidy()
        cpu_build = self.cpu_build()
        self.announce(cpu_build)
        self.install_locked(cpu_build, FILES[self.job])
        self.step("the project", "install", "--no-deps", "--no-build-isolation", "--editable", str(CHECKOUT))
        if self.environment.pip("check"):
            raise SystemExit(f"These packages do not fit together. Delete {self.environment.folder} and run it again.")
        shutil.rmtree(self.environment.unfinished, ignore_errors=True)
        names = sorted(self.environment.installed())
        self.mark(self.job).write_text("\n".join([self.stamp(self.job), *names]), encoding="utf-8")
        return True

    def is_finished(self) -> bool:
        """Whether the job's packages, or those of the tests, which include them, were installed from these inputs and
        are still there."""
        if not self.environment.program("edu-emotionnet").exists():
            return False
        return any(self.is_in_place(job) for job in (self.job, "test"))

    def is_in_place(self, job: str) -> bool:
        """Whether the mark of a job has its stamp, and names only what is installed."""
        if not self.mark(job).is_file():
            return False
        stamp, *names = self.mark(job).read_text(encoding="utf-8", errors="replace").splitlines() or [""]
        return stamp == self.stamp(job) and set(names) <= self.environment.installed()

    def forget_marks(self) -> None:
        """Removes every mark, since packages of another lock may be replaced, and the step may be interrupted."""
        for mark in self.environment.folder.glob("installed-for-*"):
            mark.unlink()

    def mark(self, job: str) -> Path:
        """The file that holds the stamp of a finished installation and the names of what it installed."""
        return self.environment.folder / f"installed-for-{job}"

    def stamp(self, job: str) -> str:
        """The inputs of an installation for a job; if they differ, the installation is renewed."""
        inputs = (CHECKOUT / "pyproject.toml").read_bytes() + self.lock.content(job)
        return hashlib.sha256(inputs + f"{job} {platform.python_version()} {CHECKOUT}".encode()).hexdigest()

    def step(self, what: str, *arguments: str) -> None:
        """Runs one pip command; ends the program if it fails."""
        say(f"Installing {what}")
        if self.environment.pip(*arguments):
            raise SystemExit(f"That failed; the lines above say why. {AGAIN}")

    def has_torch(self) -> bool:
        """Whether some build of the locked torch is installed."""
        return f"torch=={self.lock.torch_version()}" in self.environment.installed()

    def cpu_build(self) -> CpuBuild | None:
        """Torch's CPU build, which saves several GB, if it is wanted and can be had."""
        if not sys.platform.startswith("linux") or has_nvidia() or self.has_torch():
            return None
        name = f"torch=={self.lock.torch_version()}+cpu"
        say("No NVIDIA GPU here: looking for torch's CPU build")
        for options in ((), ("--extra-index-url", TORCH_CPU_INDEX)):  # where pip looks anyway; torch's own index
            versions = self.environment.ask_pip(
                "index", "versions", "torch", "--retries", "1", "--timeout", "15", *options
            )
            if not versions:
                raise SystemExit(f"pip finds no packages. Is there a network? {AGAIN}")
            if name.split("==")[1] in re.split(r"[\s,()]+", versions):
                return CpuBuild(name, options)
        say("It is out of reach. The default build works too; it is larger.")
        return None

    def announce(self, cpu_build: CpuBuild | None) -> None:
        """Says how much will be downloaded and how much disk that takes; ends the program if there is too little."""
        installed = self.environment.installed()
        packages = self.lock.download_bytes((TOOLS, *FILES[self.job]), installed)
        default_build = () if cpu_build or self.has_torch() else (TORCH,)
        torch = TORCH_CPU_BYTES if cpu_build else self.lock.download_bytes(default_build, installed)
        if packages is None or torch is None:
            say(f"The lock files were not made for this machine ({this_machine()}). Trying them all the same.")
            return
        needed, free = disk_needed(packages, torch), shutil.disk_usage(self.environment.folder).free
        say(f"To download: at most {gigabytes(packages + torch)}.")
        say(f"Disk needed while it installs: {gigabytes(needed)}; free: {gigabytes(free)}.")
        if free < needed:
            lacking = gigabytes(needed - free)
            raise SystemExit(f"There is too little room for {self.environment.folder}. Please free {lacking}.")

    def install_locked(self, cpu_build: CpuBuild | None, files: Iterable[str]) -> None:
        """Installs pip and the build tools, torch, then the packages of the lock files."""
        self.step("pip and what builds packages", *LOCKED, self.lock.path(TOOLS))
        self.install_torch(cpu_build)
        for file in files:
            self.step(f"the packages in {file}", *LOCKED, self.lock.path(file))

    def install_torch(self, cpu_build: CpuBuild | None) -> None:
        """Installs torch, unless some build of the locked release is there."""
        if cpu_build:
            self.step("torch's CPU build", "install", "--no-deps", *cpu_build.options, cpu_build.name)
        elif not self.has_torch():
            self.step("torch", *LOCKED, self.lock.path(TORCH))


def disk_needed(packages: int, torch: int) -> int:
    """Bytes that an installation takes on disk until it is finished, for bytes to download."""
    cuda = torch if torch > CUDA_BYTES else 0
    return int((packages + torch - cuda) * PACKAGES_ON_DISK + cuda * CUDA_ON_DISK)


def gigabytes(size: int) -> str:
    """A size to read."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def has_nvidia() -> bool:
    """Whether an NVIDIA driver works."""
    return Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None
