#!/usr/bin/env python3
"""Builds the documentation site from `docs/`.

    .venv/bin/python packaging/site/build.py          into build/site/html; open index.html there, no network needed
    .venv/bin/python packaging/site/build.py DIR      into DIR/html

Needs the extra `docs` (`pip install -e '.[docs]'`). A broken link, a page that the navigation lacks and a
reference that leads nowhere end the build.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from gather_pages import BrokenLinkError, gather

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent
ALWAYS = ("CHANGELOG.md", "assets/LICENSES.md", "assets/compact/MODEL_CARD.md", "assets/icons/edu-emotionnet.svg")
OWN_FILES = ("site.css", "iframe-worker.js")
COLOR = re.compile(r"\x1b\[[0-9;]*m")
SHIM_FROM_NETWORK = "https://unpkg.com/iframe-worker/shim"
"""What the generator's pages load so that the search runs from disk; replaced by the copy in this folder."""


def build(target: Path) -> int:
    """Gathers pages and configuration in `target` and builds `target/html`; returns 0, or 1 with the faults printed."""
    shutil.rmtree(target / "html", ignore_errors=True)
    gather(CHECKOUT, target / "pages", always=ALWAYS)
    for name in OWN_FILES:
        shutil.copyfile(HERE / name, target / "pages" / name)
    settings = yaml.safe_load((HERE / "mkdocs.yml").read_text(encoding="utf-8"))
    faults = [*navigation_faults(settings["nav"], target / "pages")]
    settings["plugins"][-1]["mkdocstrings"]["handlers"]["python"]["paths"] = [str(CHECKOUT)]
    (target / "mkdocs.yml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean", "-f", "mkdocs.yml"]
    done = subprocess.run(command, cwd=target, capture_output=True, text=True, check=False)
    if done.returncode:
        faults.append(COLOR.sub("", done.stderr.partition("Traceback")[0]))
    print("".join(faults), end="", file=sys.stderr)
    if not done.returncode:
        use_own_shim(target / "html")
    return int(bool(faults))


def navigation_faults(nav: list[Any], pages: Path) -> Iterator[str]:
    """Pages that are in the folder or in the navigation, and not in both. Files of the repository need no entry."""
    named = set(entries(nav))
    there = {path.relative_to(pages).as_posix() for path in pages.rglob("*.md")}
    yield from (f"The navigation names {name}, which does not exist.\n" for name in sorted(named - there))
    left = (name for name in there - named if not name.startswith("repository/"))
    yield from (f"{name} is not in the navigation of packaging/site/mkdocs.yml.\n" for name in sorted(left))


def entries(nav: list[Any]) -> Iterator[str]:
    """Every page that the navigation names."""
    for entry in nav:
        value = next(iter(entry.values())) if isinstance(entry, dict) else entry
        if isinstance(value, str):
            yield value
        else:
            yield from entries(value)


def use_own_shim(html: Path) -> None:
    """Makes every page load the shim from the site itself."""
    for page in html.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        own = "../" * (len(page.relative_to(html).parts) - 1) + "iframe-worker.js"
        page.write_text(text.replace(SHIM_FROM_NETWORK, own), encoding="utf-8")


def main() -> int:
    """Builds the site; returns the exit code."""
    parser = argparse.ArgumentParser(description="Builds the documentation site from docs/.")
    parser.add_argument("target", nargs="?", type=Path, default=CHECKOUT / "build" / "site", help="where to build")
    target = parser.parse_args().target.resolve()
    try:
        code = build(target)
    except BrokenLinkError as error:
        print(error, file=sys.stderr)
        return 2
    if not code:
        print(f"Built. Open {target / 'html' / 'index.html'}")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
