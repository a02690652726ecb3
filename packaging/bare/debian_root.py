"""A minimal Debian in a folder of its own, and commands inside it with an empty environment.

Every command runs in a mount and process namespace of its own. Its mounts are never seen outside and end with it, and
so do its processes: nothing has to be unmounted, even after an interruption.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import host
import mirrors

NAMESPACE = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private")
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "CI": "true",  # packages are installed without a question
}
WITH_PYTHON = ("ca-certificates", "python3")
WITHOUT_PYTHON = ("ca-certificates",)
GIT = ("git", "-c", "safe.directory=*")
"""Also reads a checkout that belongs to another user than root."""


@dataclass(frozen=True, slots=True)
class Done:
    """A finished command: its exit code and what it printed."""

    code: int
    output: str


@dataclass(frozen=True, slots=True)
class DebianRoot:
    """A folder that holds a Debian; `shared` are files and folders of this machine, seen there read-only."""

    folder: Path
    shared: tuple[Path, ...] = ()

    def run(self, *command: str, folder: str = "/", environment: dict[str, str] | None = None) -> Done:
        """Runs a command inside, shows what it prints, and returns its end."""
        variables = [f"{name}={value}" for name, value in (ENVIRONMENT | (environment or {})).items()]
        start = ["env", "-i", *variables, "sh", "-c", 'cd "$0" && exec "$@"', folder, *command]
        enter = ["env", "-i", *variables, "chroot", str(self.folder), *start]
        script = "\n".join(["set -e", *self._mounts(), f"exec {shlex.join(enter)}"])
        return _shown([*NAMESPACE, "sh", "-c", script])

    def path(self, inside: str) -> Path:
        """Where a path of the root lies on this machine."""
        return self.folder / inside.lstrip("/")

    def _mounts(self) -> Iterator[str]:
        at = {name: shlex.quote(str(self.folder / name)) for name in ("proc", "sys", "dev")}
        yield f"mount -t proc proc {at['proc']}"
        yield f"mount --rbind /sys {at['sys']}"
        yield f"mount --rbind /dev {at['dev']}"
        yield f"mount -t tmpfs tmpfs {at['dev']}/shm"
        for path in self.shared:
            source, target = shlex.quote(str(path)), shlex.quote(str(self.path(str(path))))
            yield f"mkdir -p {target}" if path.is_dir() else f'mkdir -p "$(dirname {target})" && touch {target}'
            yield f"mount --bind {source} {target} && mount -o remount,bind,ro {target}"


def _shown(command: Sequence[str]) -> Done:
    """Runs a command; what it prints is shown at once and also returned. An interruption ends it."""
    lines = []
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        try:
            for line in process.stdout or ():
                sys.stdout.write(line)
                sys.stdout.flush()
                lines.append(line)
        except BaseException:
            process.kill()  # with it, the namespace and every process in it
            raise
    return Done(process.returncode, "".join(lines))


def obstacle() -> str | None:
    """Why no root can be made on this machine; None if one can."""
    if not sys.platform.startswith("linux"):
        return "It needs Linux."
    if os.geteuid() != 0:
        return "It needs root. Run it with sudo."
    missing = [tool for tool in ("debootstrap", "unshare", "chroot", "git") if not shutil.which(tool)]
    if missing:
        return f"{' and '.join(missing)} cannot be found. On Debian: sudo apt-get install debootstrap git"
    with tempfile.TemporaryDirectory() as folder:
        mount = subprocess.run([*NAMESPACE, "mount", "-t", "proc", "proc", folder], capture_output=True, check=False)
    return "This machine does not allow mounts, as is usual in a container." if mount.returncode else None


@contextmanager
def new_root(release: str, packages: Sequence[str], keep: bool) -> Iterator[DebianRoot]:
    """A fresh root of a release with Debian's smallest set of packages and the given ones; removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix=f"edu-emotionnet-{release}-"))
    try:
        _bootstrap(folder, release, packages)
        root = DebianRoot(folder, host.take_over(folder))
        root.run("update-ca-certificates")
        yield root
    finally:
        if keep:
            print(f"The root stays in {folder}. Remove it with: rm -r --one-file-system {folder}", flush=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _bootstrap(folder: Path, release: str, packages: Sequence[str]) -> None:
    folder.chmod(0o755)  # apt reads as a user of its own
    names = f"--include={','.join(packages)}"
    command = ["debootstrap", "--variant=minbase", names, release, str(folder), mirrors.debian_mirror(release)]
    done = subprocess.run([*NAMESPACE, *command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"debootstrap could not make {release}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def obstacle_to_copy(checkout: Path) -> str | None:
    """Why the last commit cannot be copied; None if it can."""
    found = subprocess.run([*GIT, "rev-parse", "HEAD:packaging"], cwd=checkout, capture_output=True, check=False)
    return f"{checkout} is not a git checkout with a commit." if found.returncode else None


def copy_checkout(checkout: Path, target: Path) -> None:
    """Copies the files of the last commit, without what was built or changed since."""
    target.mkdir(parents=True)
    archive = subprocess.run([*GIT, "archive", "HEAD"], cwd=checkout, capture_output=True, check=True)
    subprocess.run(["tar", "--extract", "--directory", str(target)], input=archive.stdout, check=True)
