"""Installs a built `.deb` in a root without Python, starts it on the demo, removes it, and looks at what is left."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import picture
from debian_root import DebianRoot, Done

PROGRAM = "edu-emotionnet"
RUNNING_S = 30
USER_DATA = ("root",)
KEPT_BY_DEBIAN = ("dev", "proc", "run", "sys", "tmp", "var/cache", "var/lib/apt", "var/lib/dpkg", "var/log")
"""Folders that change with any package; apt's and dpkg's own files."""


def try_out(root: DebianRoot, package: Path) -> list[str]:
    """What is wrong with the package, a sentence each; empty if all is well."""
    shutil.copy(package, root.path("/root"))
    _apt(root, "update")
    before = files_of(root.folder)
    if _apt(root, "install", "--no-install-recommends", f"/root/{package.name}").code:
        return ["apt-get could not install it."]
    wrong = _start(root)
    name = subprocess.run(["dpkg-deb", "-f", package, "Package"], capture_output=True, text=True, check=True).stdout
    if _apt(root, "autoremove", "--purge", name.strip()).code:
        return [*wrong, "apt-get could not remove it."]
    left = sorted(files_of(root.folder) - before)
    return wrong + [f"Left after its removal: {file}" for file in left]


def _apt(root: DebianRoot, *command: str) -> Done:
    return root.run("apt-get", "-qq", "-y", *command, environment={"DEBIAN_FRONTEND": "noninteractive"})


def _start(root: DebianRoot) -> list[str]:
    """Starts the installed program on the demo with a picture saved; what is wrong with the run."""
    saved = "/root/window.png"
    arguments = ["--demo", "--quit-after", str(RUNNING_S), "--screenshot", saved]
    done = root.run(PROGRAM, *arguments, folder="/root", environment={"QT_QPA_PLATFORM": "offscreen"})
    wrong = [f"The program ended with exit code {done.code}."] if done.code else []
    return wrong + picture.check(root.path(saved))


def files_of(root: Path) -> set[str]:
    """Every file and folder of a root, without user data and what Debian itself keeps."""
    return set(_walk(root, root))


def _walk(root: Path, folder: Path) -> Iterator[str]:
    for entry in os.scandir(folder):
        name = os.path.relpath(entry.path, root)
        if name in KEPT_BY_DEBIAN or name in USER_DATA:
            continue
        yield name
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(root, Path(entry.path))
