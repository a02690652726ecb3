"""Lays out an installed program as Linux expects it: program, desktop files, icons, manual page, documents."""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path

from bundling.places import NAME, Build
from core.desktop_files import METAINFO, share_files

PROGRAM_FOLDER = Path("usr", "lib", NAME)


def lay_out(build: Build, root: Path, manual: str) -> None:
    """Makes `root` hold everything that an installation puts below `/`."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(build.bundle, root / PROGRAM_FOLDER, symlinks=True)
    (root / "usr" / "bin").mkdir()
    (root / "usr" / "bin" / NAME).symlink_to(Path("..", "lib", NAME, NAME))
    share, assets = root / "usr" / "share", build.checkout / "assets"
    for place, source in share_files(assets).items():
        copy(source, share / place)
    copy(assets / "desktop" / METAINFO, share / "metainfo" / METAINFO)
    write_gzip(share / "man" / "man1" / f"{NAME}.1.gz", manual.encode())
    documents = share / "doc" / NAME
    write_gzip(documents / "changelog.gz", (build.checkout / "CHANGELOG.md").read_bytes())
    (documents / "licenses").symlink_to(Path("..", "..", "..", "lib", NAME, "licenses"))
    set_modes_and_times(root, build.made_at_s)


def copy(source: Path, target: Path) -> None:
    """Copies a file, making its folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def write_gzip(target: Path, content: bytes) -> None:
    """Writes a compressed file that is the same whenever it is made."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(content, 9, mtime=0))


def set_modes_and_times(root: Path, made_at_s: int) -> None:
    """Gives every file the same time, and the modes 755 (folders, programs) and 644 (all others)."""
    for path in sorted(root.rglob("*"), reverse=True):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path == root / PROGRAM_FOLDER / NAME else 0o644)
        os.utime(path, (made_at_s, made_at_s), follow_symlinks=False)
