"""The wheel holds the program with its assets and nothing else, and runs without the checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

from core import __version__

CHECKOUT = Path(__file__).parent.parent
NOT_IN_WHEEL = "assets/screenshots"
PACKED = ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE", "licenses/assets/LICENSES.md")
LOOKS = """
import app.__main__, core
from core import paths
from core.desktop_files import share_files
print(app.__file__, core.__file__, *share_files(paths.assets()).values(), sep="\\n")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by the project's own build system, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    built = subprocess.run(build, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (file,) = folder.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def info(unpacked: Path) -> Path:
    return unpacked / f"edu_emotionnet_monitor-{__version__}.dist-info"


def metadata(unpacked: Path) -> Message:
    return Parser().parsestr((info(unpacked) / "METADATA").read_text(encoding="utf-8"))


def source_files() -> set[str]:
    """What the wheel should hold of the checkout, by its path there."""
    code = (file for package in ("app", "core") for file in (CHECKOUT / package).rglob("*.py"))
    assets = (file for file in (CHECKOUT / "assets").rglob("*") if file.is_file())
    found = {file.relative_to(CHECKOUT).as_posix() for file in (*code, *assets)}
    return {file for file in found if not file.startswith(NOT_IN_WHEEL)}


def test_it_holds_code_assets_and_metadata_and_nothing_else(unpacked: Path):
    files = {file.relative_to(unpacked).as_posix() for file in unpacked.rglob("*") if file.is_file()}
    expected = {re.sub("^assets/", "core/_assets/", file) for file in source_files()}
    expected |= {f"{info(unpacked).name}/{file}" for file in PACKED}
    assert files == expected
    assert len([file for file in files if file.startswith("core/_assets/demo/")]) > 20


def test_its_metadata_names_program_and_version(unpacked: Path):
    found = metadata(unpacked)
    assert (found["Name"], found["Version"]) == ("edu-emotionnet-monitor", __version__)
    assert "edu-emotionnet = app.__main__:main" in (info(unpacked) / "entry_points.txt").read_text()


def test_its_description_needs_no_file_beside_it(unpacked: Path):
    text = str(metadata(unpacked).get_payload())
    assert "## Install and run" in text
    assert re.findall(r"\]\((?!https?:)[^)]*\)", text) == []
    assert "![" not in text
    assert text.count("(https://arxiv.org/abs/2510.08802)") == 1


def test_it_runs_without_the_checkout(unpacked: Path, tmp_path: Path):
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "EDU_EMOTIONNET_HOME": str(tmp_path / "home")}
    seen = subprocess.run(
        [sys.executable, "-c", LOOKS], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert seen.returncode == 0, seen.stderr
    app, core, *files = (Path(line) for line in seen.stdout.splitlines())
    assert (app, core) == (unpacked / "app" / "__init__.py", unpacked / "core" / "__init__.py")
    assert [file for file in files if not (file.is_file() and file.is_relative_to(unpacked / "core"))] == []
    assert len(files) > 10
