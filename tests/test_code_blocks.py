"""Code blocks of the documentation work: Python runs, settings load, JSON parses, commands exist and cheap ones run.

Blocks of one page share their names and run in order, in an empty folder, with a home folder that holds one session.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
import typer
from sybil import Document, Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser
from typer.testing import CliRunner

from app.__main__ import cli
from core import settings
from tests.support.program import PROGRAM, command_of
from tests.support.session_libraries import store_session
from tests.support.stored_sessions import stored_features, stored_session

CHECKOUT = Path(__file__).parent.parent
PAGES = (CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md")))
SHELLS = ("console", "bash", "sh")
CHEAP = ("models list", "sessions list", "sessions show", "sessions export", "sessions forget-words", "sessions erase")
"""Commands that are run, not only parsed."""
JOBS = ("run", "test")
USAGE_ERROR = typer.BadParameter.__base__
"""Of Click, which some versions of Typer hold a copy of."""
FENCE = re.compile(r"^ *```(\w*)[^\n]*\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^(?:\.venv/bin/)?edu-emotionnet(?: |$)|^(?:\w+=\S+ )*accelerate launch .*?-m app ")


def json_parses(example: Example) -> None:
    json.loads(example.parsed)


def settings_load(example: Example) -> None:
    file = Path("settings.toml")
    file.write_text(example.parsed, encoding="utf-8")
    settings.load(file)


def commands_work(example: Example) -> None:
    for line in command_lines(example.parsed):
        check_command(line)


PARSER = Sybil(
    [
        PythonCodeBlockParser(),
        CodeBlockParser("json", json_parses),
        CodeBlockParser("toml", settings_load),
        *(CodeBlockParser(shell, commands_work) for shell in SHELLS),
    ],
    path=str(CHECKOUT),
)


def command_lines(block: str) -> list[str]:
    """Commands of a block without prompts and comments, continued lines joined; in a block with prompts only those."""
    lines = block.replace("\\\n", " ").splitlines()
    if any(line.startswith("$ ") for line in lines):
        lines = [line[2:] for line in lines if line.startswith("$ ")]
    return [text for line in lines if (text := re.sub(r"(^|\s)#\s.*", "", line).strip())]


def check_command(line: str) -> None:
    """Parses a command of this program, and runs it where that is cheap; other commands are left alone."""
    if line.startswith("python3 packaging/bootstrap.py"):
        assert line.split()[2] in JOBS, line
    if not (own := COMMAND.match(line)):
        return
    words = shlex.split(line[own.end() :])
    path = command_of(" ".join(words))
    arguments = words[len(path.split()) :]
    try:
        PROGRAM[path].make_context(path or "edu-emotionnet", list(arguments))
    except typer.Exit:
        pass  # --help and --version end here
    except (USAGE_ERROR, KeyError) as error:
        raise AssertionError(f"{line}: {error}") from error
    if path in CHEAP:
        done = CliRunner().invoke(cli, words, input="y\n")
        assert done.exit_code == 0, f"{line}: {done.output}"


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, and a home folder with one stored session."""
    home, work = tmp_path / "home", tmp_path / "work"
    work.mkdir()
    monkeypatch.setenv("EDU_EMOTIONNET_HOME", str(home))
    monkeypatch.chdir(work)
    session = stored_session(60.0, id="20261122T183705Z-3f9a1c", participant="P07")
    store_session(session, home / "sessions", stored_features(session))
    return work


def with_examples() -> list[Document]:
    return [document for page in PAGES if list((document := PARSER.parse(page)).examples())]


@pytest.mark.parametrize(
    "document", with_examples(), ids=lambda document: Path(document.path).relative_to(CHECKOUT).as_posix()
)
def test_code_blocks_work(document: Document, reader: Path):
    for example in document.examples():
        example.evaluate()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_commands_stand_in_blocks_that_are_checked(page: Path):
    blocks = FENCE.findall(page.read_text(encoding="utf-8"))
    unchecked = [line for language, text in blocks if language not in SHELLS for line in command_lines(text)]
    assert [line for line in unchecked if COMMAND.match(line)] == []


@pytest.mark.parametrize(
    "line",
    [
        "edu-emotionnet conjure",
        "edu-emotionnet analyze clip.mp4",
        "edu-emotionnet sessions show last --loud",
        "edu-emotionnet sessions show nothing-like-this",
        "python3 packaging/bootstrap.py dance",
    ],
)
def test_wrong_commands_are_found(line: str, reader: Path):
    with pytest.raises(AssertionError):
        check_command(line)


def test_a_wrong_setting_is_found(reader: Path):
    page = reader / "page.md"
    page.write_text("```toml\n[window]\nhop_ms = 500\n```\n", encoding="utf-8")
    with pytest.raises(Exception, match="unknown setting 'hop_ms'"):
        next(iter(PARSER.parse(page).examples())).evaluate()
