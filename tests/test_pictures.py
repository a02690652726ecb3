"""Every picture in the documentation is made by a command, so that none ages, or is a drawing that loads nothing."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from tests.support.site_scripts import site_script

CHECKOUT = Path(__file__).parent.parent
PAGES = (CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md")))
DRAWINGS = sorted((CHECKOUT / "docs").rglob("*.svg"))
MADE_BY_REPORT = CHECKOUT / "docs" / "comparison"
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)|<img[^>]*\bsrc=\"([^\"]+)\"")
MOST_KB = 800
"""Of all screenshots together: they are in every clone."""


MADE = site_script("pictures").PICTURES


def used(page: Path) -> list[Path]:
    """The pictures of a page."""
    found = (one or other for one, other in PICTURE.findall(page.read_text(encoding="utf-8")))
    return [(page.parent / place.partition("#")[0]).resolve() for place in found]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_every_picture_of_a_page_is_made_by_a_command(page: Path):
    pictures = used(page)
    assert [file for file in pictures if not file.is_file()] == []
    assert [file for file in pictures if not (file in MADE or file.parent == MADE_BY_REPORT or file in DRAWINGS)] == []


def test_everything_that_the_command_makes_is_there_and_nothing_else():
    assert set(MADE[0].parent.iterdir()) == set(MADE)


def test_screenshots_stay_small():
    assert sum(file.stat().st_size for file in MADE) < MOST_KB * 1024


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.name)
def test_a_drawing_follows_the_theme_and_loads_nothing(drawing: Path):
    text = drawing.read_text(encoding="utf-8")
    Xml.fromstring(text)
    assert "prefers-color-scheme: dark" in text
    assert set(re.findall(r"https?://[^\s\"']+", text)) <= {"http://www.w3.org/2000/svg"}
    assert "url(" not in text.replace("url(#", "")


def test_pictures_are_found_in_a_page(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text('![a](b/c.png#only-dark) and <img src="d.svg" alt="">', encoding="utf-8")
    assert used(page) == [tmp_path / "b" / "c.png", tmp_path / "d.svg"]
