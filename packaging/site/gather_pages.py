"""Gathers the pages of the site in one folder: `docs/`, and the files of the repository that its pages link to.

A page links to any file of the repository by its relative path, so that the link works wherever the repository is
read. The site has no files outside its own folder; there such a file becomes a page below `repository/`: Markdown as
it is, other text as a code block, pictures unchanged. Links are rewritten to match.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath

FOREIGN = PurePosixPath("repository")
"""Where files from outside `docs/` go in the site."""
PICTURES = {".png", ".svg", ".ico"}
LANGUAGES = {".py": "python", ".toml": "toml", ".json": "json", ".csv": "text", ".cff": "yaml", ".yml": "yaml"}

_FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>```+|~~~+).*?^(?P=indent)(?P=ticks)[ ]*$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(?<=\]\()(?P<path>[^)\s#]+)(?P<rest>[^)]*)(?=\))")


class BrokenLinkError(Exception):
    """A page links to a file that is not in the repository."""


def gather(checkout: Path, target: Path, *, always: tuple[str, ...] = ()) -> None:
    """Fills `target` with the pages of `checkout`; `always` names more files, which no page need link to."""
    shutil.rmtree(target, ignore_errors=True)
    pages = (file.relative_to(checkout).as_posix() for file in (checkout / "docs").rglob("*") if file.is_file())
    waiting = [PurePosixPath(name) for name in (*pages, *always)]
    done: set[PurePosixPath] = set()
    while waiting:
        path = waiting.pop()
        if path not in done:
            done.add(path)
            waiting += _put(checkout, path, target)


def place_of(path: PurePosixPath) -> PurePosixPath:
    """Where a file lies in the site: `docs/a.md` at `a.md`, `core/a.py` at `repository/core/a.py.md`."""
    if path.parts[0] == "docs":
        return PurePosixPath(*path.parts[1:])
    kept = path.suffix in PICTURES | {".md"}
    return FOREIGN / (path if kept else path.with_name(f"{path.name}.md"))


def _put(checkout: Path, path: PurePosixPath, target: Path) -> list[PurePosixPath]:
    """Writes one file into the site; returns the files outside `docs/` that it links to."""
    source, place = checkout / path, target / place_of(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".md":
        text, linked = _rewritten(source.read_text(encoding="utf-8"), path, checkout)
        place.write_text(text, encoding="utf-8")
        return linked
    if path.suffix in PICTURES or path.parts[0] == "docs":
        shutil.copyfile(source, place)
    else:
        place.write_text(_as_page(path, source.read_text(encoding="utf-8")), encoding="utf-8")
    return []


def _as_page(path: PurePosixPath, text: str) -> str:
    """A page that shows a text file."""
    ticks = "````" if "```" in text else "```"
    return f"# {path}\n\n{ticks}{LANGUAGES.get(path.suffix, 'text')}\n{text.rstrip()}\n{ticks}\n"


def _rewritten(text: str, page: PurePosixPath, checkout: Path) -> tuple[str, list[PurePosixPath]]:
    """A page's text with its links as the site needs them, and the files outside `docs/` that it links to."""
    linked: list[PurePosixPath] = []

    def link(match: re.Match[str]) -> str:
        path = match["path"]
        if ":" in path:
            return match[0]
        aim = PurePosixPath(os.path.normpath(page.parent / path))
        if not (checkout / aim).is_file():
            raise BrokenLinkError(f"{page} links to {path}, and there is no such file. Correct the link.")
        if aim.parts[0] != "docs":
            linked.append(aim)
        return os.path.relpath(place_of(aim), place_of(page).parent).replace(os.sep, "/") + match["rest"]

    return _outside_fences(text, lambda prose: _LINK.sub(link, prose)), linked


def _outside_fences(text: str, change: Callable[[str], str]) -> str:
    """Applies `change` to what is not in a code block."""
    pieces, end = [], 0
    for fence in _FENCE.finditer(text):
        pieces += [change(text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*pieces, change(text[end:])])
