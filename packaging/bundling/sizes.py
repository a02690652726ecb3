"""Tells how large each part of the bundle is, and how much of it was left out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from bundling.contents import read

SHOWN = 16


def table(bundle: Path, listing: Path) -> str:
    """A table of the largest packages: MB as PyInstaller found them, left out, and in the bundle."""
    found, left_out, inside = sizes(bundle, listing)
    rows = [
        f"| {name} | {_mb(found[name])} | {_mb(left_out[name])} | {_mb(inside[name])} |"
        for name, _ in found.most_common(SHOWN)
    ]
    total = f"| all | {_mb(found.total())} | {_mb(left_out.total())} | {_mb(inside.total())} |"
    return "\n".join(["| part | found, MB | left out, MB | in the bundle, MB |", "|---|---|---|---|", *rows, total])


def sizes(bundle: Path, listing: Path) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Bytes found, left out and in the bundle, by the first folder in the bundle."""
    found: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    for entry in read(listing):
        if entry.kind in ("BINARY", "EXTENSION", "DATA") and Path(entry.source).is_file():
            (found if entry.inside else left_out)[_top(entry.name)] += Path(entry.source).stat().st_size
    inside: Counter[str] = Counter()
    for path in bundle.rglob("*"):
        if path.is_file() and not path.is_symlink():
            inside[_top(path.relative_to(bundle).as_posix().removeprefix("_internal/"))] += path.stat().st_size
    return found + left_out, left_out, inside


def _top(name: str) -> str:
    folder, _, rest = name.partition("/")
    return folder.removesuffix(".libs") if rest else "files beside the packages"


def _mb(size: int) -> str:
    return f"{size / 1e6:.0f}"
