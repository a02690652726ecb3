"""Packs the bundle as a `.tar.gz` that runs from any folder."""

from __future__ import annotations

import gzip
import platform
import tarfile
from collections.abc import Sequence
from pathlib import Path

from bundling.places import NAME, Build


def file_name(version: str, machine: str) -> str:
    """Name of the archive; without its endings also the name of the folder inside."""
    return f"{NAME}-{version}-linux-{machine}.tar.gz"


def install_text(packages: Sequence[str], glibc: str) -> str:
    """The text of `INSTALL.md` in the archive."""
    return f"""# Edu-EmotionNet Learner Monitor for Linux

Needs no Python. Start it with `./edu-emotionnet` in this folder, or `./edu-emotionnet --demo` without a camera.
`./edu-emotionnet --help` lists its commands; `./edu-emotionnet doctor` names what is missing.

It takes a few libraries from the system (C library {glibc} or newer). On Debian and Ubuntu:

    sudo apt-get install --no-install-recommends {" ".join(packages)}

Other distributions have them under names of their own.

To remove the program, delete this folder. Settings and sessions are in `~/.local/share/edu-emotionnet`.
Licences of everything inside: `licenses/README.md`. List of all parts: `sbom.cdx.json`.
"""


def pack(build: Build, install: str) -> Path:
    """Writes the archive, the same for the same bundle; returns its path."""
    target = build.output / file_name(build.version, platform.machine())
    top = target.name.removesuffix(".tar.gz")
    (build.bundle / "INSTALL.md").write_text(install, encoding="utf-8")
    with (
        target.open("wb") as file,
        gzip.GzipFile("", "wb", 6, file, mtime=build.made_at_s) as compressed,
        tarfile.open(fileobj=compressed, mode="w") as tar,
    ):
        for path in [build.bundle, *sorted(build.bundle.rglob("*"))]:
            add(tar, path, Path(top, path.relative_to(build.bundle)).as_posix(), build.made_at_s)
    (build.bundle / "INSTALL.md").unlink()
    return target


def add(tar: tarfile.TarFile, path: Path, name: str, time_s: int) -> None:
    """Adds a file, link or folder to the archive, without the names of users and times of this machine."""
    member = tar.gettarinfo(path, name)
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    member.mtime = time_s
    if member.isreg():
        member.mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
        with path.open("rb") as content:
            tar.addfile(member, content)
    else:
        tar.addfile(member)
