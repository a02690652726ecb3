"""`desktop install` and `desktop remove`: what is written, that it can be repeated, and that only this is removed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.__main__ import cli
from app.commands.desktop import check_platform, running_program
from app.commands.desktop_installation import DesktopInstallation, exec_path
from core import paths
from core.desktop_files import share_files
from core.errors import SettingsError
from tests.app.commands.test_cli import one_sentence


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's empty `share` folder, and no program of the system that renews caches."""
    monkeypatch.setenv("EDU_EMOTIONNET_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path / "no programs"))
    return tmp_path / "user" / "share"


@pytest.fixture
def installation(share: Path) -> DesktopInstallation:
    return DesktopInstallation(share, paths.desktop_record())


def tree(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


PROGRAM = Path("/opt/programs/edu-emotionnet")


def test_every_file_is_written_and_all_of_it_is_removed(share: Path, installation: DesktopInstallation, tmp_path: Path):
    (share.parent).mkdir()
    before = tree(share.parent)
    assert set(installation.install(paths.assets(), PROGRAM).written) == {
        share / at for at in share_files(paths.assets())
    }
    assert len(installation.remove().removed) == len(share_files(paths.assets()))
    assert tree(share.parent) == before
    assert installation.remove().removed == ()


def test_entries_start_the_program_by_its_path(share: Path, installation: DesktopInstallation):
    installation.install(paths.assets(), PROGRAM)
    lines = (share / "applications" / "edu-emotionnet.desktop").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "Exec" in line] == [
        f"TryExec={PROGRAM}",
        f"Exec={PROGRAM}",
        f"Exec={PROGRAM} --demo",
    ]
    session = (share / "applications" / "edu-emotionnet-session.desktop").read_text(encoding="utf-8")
    assert f"Exec={PROGRAM} --open %f\n" in session


def test_installing_again_changes_only_the_program(share: Path, installation: DesktopInstallation):
    installation.install(paths.assets(), PROGRAM)
    first = {at: (share / at).read_bytes() for at in share_files(paths.assets())}
    installation.install(paths.assets(), PROGRAM)
    assert {at: (share / at).read_bytes() for at in first} == first
    installation.install(paths.assets(), Path("/home/me/edu-emotionnet"))
    assert {at for at in first if (share / at).read_bytes() != first[at]} == {
        at for at in first if "applications" in at
    }
    assert installation.remove().changed == ()
    assert not share.exists()


def test_files_of_others_and_changed_files_stay(share: Path, installation: DesktopInstallation):
    other = share / "applications" / "other.desktop"
    other.parent.mkdir(parents=True)
    other.write_text("[Desktop Entry]\n")
    installation.install(paths.assets(), PROGRAM)
    mine = share / "applications" / "edu-emotionnet.desktop"
    mine.write_text(mine.read_text() + "Hidden=true\n")
    assert installation.remove().changed == (mine,)
    assert tree(share) == {"applications", "applications/other.desktop", "applications/edu-emotionnet.desktop"}


@pytest.mark.parametrize("place", ["a file", "a link", "a link to nothing"])
def test_installing_keeps_files_that_it_did_not_write(
    share: Path, installation: DesktopInstallation, tmp_path: Path, place: str
):
    entry, mine = share / "applications" / "edu-emotionnet.desktop", tmp_path / "mine.desktop"
    entry.parent.mkdir(parents=True)
    if place == "a file":
        entry.write_text("[Desktop Entry]\n")
    else:
        entry.symlink_to(mine)
    if place == "a link":
        mine.write_text("[Desktop Entry]\n")
    assert installation.install(paths.assets(), PROGRAM).kept == (entry,)
    installation.remove()
    assert tree(share) == {"applications", "applications/edu-emotionnet.desktop"}
    assert entry.is_symlink() is (place != "a file")
    assert entry.exists() is (place != "a link to nothing")


def test_installing_again_keeps_a_changed_file_and_forgets_it(share: Path, installation: DesktopInstallation):
    installation.install(paths.assets(), PROGRAM)
    entry = share / "applications" / "edu-emotionnet.desktop"
    entry.write_text("[Desktop Entry]\nHidden=true\n")
    assert installation.install(paths.assets(), PROGRAM).kept == (entry,)
    assert entry.read_text() == "[Desktop Entry]\nHidden=true\n"
    entry.unlink()
    assert installation.install(paths.assets(), PROGRAM).kept == ()


def test_a_line_break_in_the_programs_path_begins_no_line(share: Path, installation: DesktopInstallation):
    installation.install(paths.assets(), Path("/opt/a\nExec=evil/edu-emotionnet"))
    text = (share / "applications" / "edu-emotionnet.desktop").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("Exec=evil")] == []
    assert "TryExec=/opt/a\\nExec=evil/edu-emotionnet\n" in text


def test_files_that_a_newer_version_no_longer_has_are_removed(
    share: Path, installation: DesktopInstallation, tmp_path: Path
):
    installation.install(paths.assets(), PROGRAM)
    moved = DesktopInstallation(tmp_path / "elsewhere", paths.desktop_record())
    moved.install(paths.assets(), PROGRAM)
    assert [path for path in share.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "name", ["plain", "with space", 'a"quote', "dollar$", "back\\slash", "50%", "`tick`", "semi;colon"]
)
def test_any_path_is_one_word_to_a_desktop(name: str):
    path = Path("/opt") / name / "edu-emotionnet"
    value = exec_path(path).replace("\\\\", "\\")  # as read from the file
    if value.startswith('"'):
        value = re.sub(r'\\(["`$\\])', r"\1", value[1:-1])
    else:
        assert re.fullmatch(r"[\w/%-]+", value)
    assert value.replace("%%", "%") == str(path)


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="desktop-file-utils is not installed")
@pytest.mark.parametrize("folder", ["plain", 'sp ace & "quote" 50%'])
def test_the_entries_are_valid(tmp_path: Path, folder: str):
    installation = DesktopInstallation(tmp_path / "share", tmp_path / "record.json")
    entries = [
        file
        for file in installation.install(paths.assets(), tmp_path / folder / "edu-emotionnet").written
        if file.suffix == ".desktop"
    ]
    checked = subprocess.run(["desktop-file-validate", *entries], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "")


@pytest.mark.parametrize("text", ["{}", "[" * 100_000, '{"files": {"a\\u0000b": "x"}, "folders": []}', "\udc80"])
def test_a_damaged_record_gets_one_sentence(installation: DesktopInstallation, text: str):
    paths.desktop_record().parent.mkdir()
    paths.desktop_record().write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(SettingsError, match="is damaged"):
        installation.remove()


def test_a_file_that_cannot_be_written_is_named_and_the_rest_can_be_removed(
    share: Path, installation: DesktopInstallation
):
    (share / "mime").mkdir(parents=True)
    (share / "mime" / "packages").write_text("not a folder")
    with pytest.raises(SettingsError, match="cannot be written"):
        installation.install(paths.assets(), PROGRAM)
    installation.remove()
    assert tree(share) == {"mime", "mime/packages"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="menu entries are for Linux")
def test_the_command_says_what_it_wrote_and_removed(share: Path, monkeypatch: pytest.MonkeyPatch):
    program = share / "bin" / "edu-emotionnet"
    program.parent.mkdir(parents=True)
    program.touch()
    monkeypatch.setattr(sys, "argv", [str(program)])
    monkeypatch.setenv("XDG_DATA_HOME", str(share))
    installed = CliRunner().invoke(cli, ["desktop", "install"])
    assert installed.exit_code == 0, installed.stderr
    assert f"Wrote {share}/applications/edu-emotionnet.desktop" in installed.stdout
    assert f"starts {program}" in installed.stdout.splitlines()[-1]
    removed = CliRunner().invoke(cli, ["desktop", "remove"])
    assert removed.stdout.count("Removed ") == installed.stdout.count("Wrote ")
    assert "There is nothing to remove." in CliRunner().invoke(cli, ["desktop", "remove"]).stdout


@pytest.mark.parametrize(("platform", "said"), [("win32", "Pin to Start"), ("darwin", "Applications")])
def test_other_systems_get_one_sentence(platform: str, said: str):
    with pytest.raises(SettingsError, match=said) as raised:
        check_platform(platform)
    one_sentence(str(raised.value))


def test_the_running_program_is_found_as_it_was_started(tmp_path: Path):
    real, link = tmp_path / "venv" / "edu-emotionnet", tmp_path / "bin" / "edu-emotionnet"
    for program in (real, link):
        program.parent.mkdir()
    real.touch()
    link.symlink_to(real)
    assert running_program(link, real.parent) == link
    assert running_program(Path("app/__main__.py"), real.parent) == real
    assert running_program(Path(os.path.relpath(real)), tmp_path) == real.parent.parent / "venv" / "edu-emotionnet"
    with pytest.raises(SettingsError, match="Install the package"):
        running_program(Path("app/__main__.py"), tmp_path)
