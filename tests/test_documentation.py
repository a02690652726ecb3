"""The documentation names what exists: links, files, names in files, and every command and option of the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.program import PROGRAM, command_of

CHECKOUT = Path(__file__).parent.parent
README = CHECKOUT / "README.md"
CLI_PAGE = CHECKOUT / "docs" / "reference" / "cli.md"
ROOMS = (CHECKOUT / "docs", CHECKOUT / "packaging")
PAGES = (README, CHECKOUT / "assets" / "LICENSES.md", *(page for room in ROOMS for page in sorted(room.rglob("*.md"))))
LONGEST_README = 1100
"""Words outside code blocks, tables included."""

CODE_BLOCK = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
OUR_PATH = r"(?:core|app|tests|assets|docs|packaging|\.ci)/[\w./-]*"
PATH_IN_TICKS = re.compile(rf"`({OUR_PATH})`")
NAME_IN_FILE = re.compile(rf"`([A-Za-z_][\w.]*)` (?:in |from |\()`({OUR_PATH})`")
COMMAND_IN_TICKS = re.compile(r"`edu-emotionnet((?: [^`]*)?)`")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def prose(page: Path) -> str:
    return CODE_BLOCK.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """What GitHub makes of a page's headings."""
    titles = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken_links(page: Path) -> Iterator[str]:
    for link in LINK.findall(prose(page)):
        if "://" in link:
            continue
        place, _, anchor = link.partition("#")
        target = page.parent / place if place else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


def wrong_names(page: Path) -> Iterator[str]:
    for name, path in NAME_IN_FILE.findall(prose(page)):
        file = CHECKOUT / path
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        if not all(re.search(rf"\b{part}\b", text) for part in name.split(".")):
            yield f"{name} in {path}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_what_a_page_points_to_exists(page: Path):
    assert list(broken_links(page)) == []
    assert [path for path in PATH_IN_TICKS.findall(prose(page)) if not (CHECKOUT / path).exists()] == []
    assert list(wrong_names(page)) == []


@pytest.mark.parametrize(
    "page", [README, CHECKOUT / "docs" / "explanation" / "architecture.md"], ids=lambda page: page.name
)
def test_every_folder_of_the_code_is_on_the_map(page: Path):
    files = (file for package in ("core", "app") for file in (CHECKOUT / package).glob("*/__init__.py"))
    folders = {f"{file.parent.relative_to(CHECKOUT).as_posix()}/" for file in files}
    assert len(folders) > 25
    assert folders - set(PATH_IN_TICKS.findall(prose(page))) == set()


def test_these_checks_find_faults(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("[a](gone.md) [b](#no-such-heading) `NO_SUCH_NAME` in `core/appearance.py`", encoding="utf-8")
    assert list(broken_links(page)) == ["gone.md", "#no-such-heading"]
    assert list(wrong_names(page)) == ["NO_SUCH_NAME in core/appearance.py"]
    assert len(PATH_IN_TICKS.findall(prose(README))) > 40
    assert len(NAME_IN_FILE.findall(prose(README))) > 5


def test_the_readme_stays_one_page():
    words = LINK.sub("]", prose(README)).replace("|", " ").split()
    assert len(words) <= LONGEST_README


def sections() -> dict[str, str]:
    """The text below each heading of the command-line page that names a command."""
    pieces = re.split(r"^(#{2,3} .*)$", prose(CLI_PAGE), flags=re.MULTILINE)[1:]
    headings = [COMMAND_IN_TICKS.search(piece) for piece in pieces[::2]]
    return {
        command_of(heading[1]): f"{heading[1]}\n{text}"
        for heading, text in zip(headings, pieces[1::2], strict=True)
        if heading
    }


def test_every_command_has_its_section():
    assert set(sections()) == set(PROGRAM)


@pytest.mark.parametrize("path", PROGRAM, ids=lambda path: path or "window")
def test_every_option_is_described_where_its_command_is(path: str):
    offered = {name for option in PROGRAM[path].params for name in option.opts if name.startswith("--")} - {"--help"}
    assert set(OPTION.findall(sections()[path])) == offered


def option_cells(section: str) -> dict[str, str]:
    """The options in the first cells of a section's tables, and what stands after each, "" for nothing."""
    rows = (line.replace(r"\|", "\0").split("|")[1] for line in section.splitlines() if line.startswith("| `--"))
    return dict(re.findall(r"`(--[a-z-]+) ?([^`]*)`", " ".join(rows).replace("\0", "|")))


@pytest.mark.parametrize("path", PROGRAM, ids=lambda path: path or "window")
def test_options_take_what_the_program_names(path: str):
    """An option that the window has too may stand without it."""
    options = {option.opts[0]: option for option in PROGRAM[path].params}
    for name, value in option_cells(sections()[path]).items():
        if options[name].is_flag:
            assert value == "", name
        elif value or not (path and name in option_cells(sections()[""])):
            assert value, name
            assert value == (options[name].metavar or value), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_commands_in_the_text_exist(page: Path):
    named = {command_of(words) for words in COMMAND_IN_TICKS.findall(prose(page))}
    assert named <= set(PROGRAM)
