"""The documentation site builds without a warning, and its pages load nothing from the network."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path, PurePosixPath

import pytest

from app.widgets.theme import DARK, LIGHT
from tests.support.site_scripts import SITE, site_script

CHECKOUT = Path(__file__).parent.parent
LOADED = re.compile(
    r"""<(?:script|img|iframe|source|link|video|audio)\b[^>]*?\b(?:src|href)=["']?((?:https?:)?//[^"'\s>]+)"""
)
IMPORTED = re.compile(r"""(?:@import\s+|url\()\s*["']?((?:https?:)?//[^"')]+)""")


gather_pages = site_script("gather_pages")


@pytest.fixture(scope="module")
def html(tmp_path_factory) -> Path:
    """The built site."""
    target = tmp_path_factory.mktemp("site")
    done = subprocess.run([sys.executable, SITE / "build.py", target], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return target / "html"


def test_every_page_is_built(html: Path):
    pages = {
        PurePosixPath(page.relative_to(CHECKOUT / "docs").as_posix()) for page in (CHECKOUT / "docs").rglob("*.md")
    }
    assert len(pages) > 8
    assert [page for page in pages if not (html / page).with_suffix(".html").is_file()] == []


def test_nothing_is_loaded_from_elsewhere(html: Path):
    pages, styles = list(html.rglob("*.html")), list(html.rglob("*.css"))
    assert len(styles) > 1
    assert {link for page in pages for link in LOADED.findall(page.read_text("utf-8"))} == set()
    assert {link for style in styles for link in IMPORTED.findall(style.read_text("utf-8"))} == set()
    drawn_by_script = [
        page for page in pages if re.search(r'class="?[^">]*\b(mermaid|glightbox)\b', page.read_text("utf-8"))
    ]
    assert drawn_by_script == []  # the theme would load what draws them from the network
    assert LOADED.findall('<script defer src="https://a.example/b.js">') == ["https://a.example/b.js"]
    assert IMPORTED.findall("@import url(//a.example/font.css)") == ["//a.example/font.css"]


def test_the_search_runs_from_disk(html: Path):
    page = (html / "reference" / "cli.html").read_text("utf-8")
    assert 'src="../iframe-worker.js"' in page
    assert (html / "search.js").is_file()


def test_a_page_outside_the_navigation_is_a_fault(tmp_path: Path):
    build = site_script("build")
    for name in ("index.md", "how-to/new.md", "repository/LICENSE.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    faults = list(build.navigation_faults(["index.md", {"How-to": [{"Old": "how-to/old.md"}]}], tmp_path))
    assert len(faults) == 2
    assert "how-to/old.md, which does not exist" in faults[0]
    assert "how-to/new.md is not in the navigation" in faults[1]


def test_files_outside_the_pages_come_along(tmp_path: Path):
    checkout, target = tmp_path / "checkout", tmp_path / "pages"
    for name, text in {
        "docs/a.md": "[code](../core/a.py) [more](b/b.md#x)\n\n```\n[not a link](gone.md)\n```\n",
        "docs/b/b.md": "![p](../../assets/p.png) [notes](../../NOTES.md) [web](https://a.example)",
        "core/a.py": "print('a')\n",
        "NOTES.md": "[a](docs/a.md)",
        "assets/p.png": "",
    }.items():
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text(text)
    gather_pages.gather(checkout, target)
    assert (target / "a.md").read_text().startswith("[code](repository/core/a.py.md) [more](b/b.md#x)")
    assert "[not a link](gone.md)" in (target / "a.md").read_text()
    assert (
        (target / "b/b.md").read_text().startswith("![p](../repository/assets/p.png) [notes](../repository/NOTES.md)")
    )
    assert (target / "repository/NOTES.md").read_text() == "[a](../a.md)"
    assert "```python\nprint('a')" in (target / "repository/core/a.py.md").read_text()
    assert (target / "repository/assets/p.png").is_file()


def test_a_link_to_nothing_ends_in_a_sentence(tmp_path: Path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("[b](b.md)")
    with pytest.raises(gather_pages.BrokenLinkError, match=r"docs/a.md links to b.md, and there is no such file"):
        gather_pages.gather(tmp_path, tmp_path / "pages")


def test_the_colours_are_those_of_the_window():
    style = (SITE / "site.css").read_text(encoding="utf-8")
    parts = re.split(r"\[data-md-color-scheme=", style)
    for scheme, colors in (('"default"', LIGHT), ('"slate"', DARK)):
        block = next(part for part in parts if part.startswith(scheme)).partition("}")[0]
        used = set(re.findall(r"#[0-9A-Fa-f]{6}", block))
        assert len(used) > 3
        assert used <= set(asdict(colors).values())
