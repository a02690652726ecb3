"""A release says one version everywhere; its recipes and workflows name what exists. None of them can be run here."""

from __future__ import annotations

import plistlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from PIL import Image

import core
from core.paths import APP_NAME

CHECKOUT = Path(__file__).parent.parent
PACKAGING = CHECKOUT / "packaging"
WORKFLOWS = sorted((CHECKOUT / ".github" / "workflows").glob("*.yml"))
METAINFO = CHECKOUT / "assets" / "desktop" / "org.edu_emotionnet.LearnerMonitor.metainfo.xml"
CITATION = CHECKOUT / "CITATION.cff"
HOLDERS = ("CHANGELOG.md", "CITATION.cff", "core/__init__.py", METAINFO.relative_to(CHECKOUT).as_posix())
"""Files that may name the version: one is its source, the others tell of releases."""
CODE = [f"{room}/**/*.{end}" for room in ("core", "app", "packaging") for end in ("py", "md", "plist", "iss")]


@pytest.fixture(autouse=True)
def _recipes_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PACKAGING))


# -- one version -------------------------------------------------------------------------------------------------------


def releases() -> list[tuple[str, str]]:
    """Versions and dates of the changelog, newest first."""
    text = (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
    return re.findall(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$", text, re.MULTILINE)


def test_the_newest_release_of_the_changelog_is_the_program_s_version():
    assert releases()[0][0] == core.__version__


def test_citation_names_the_newest_release():
    citation = yaml.safe_load(CITATION.read_text(encoding="utf-8"))
    assert (citation["version"], str(citation["date-released"])) == releases()[0]


def test_software_centres_are_told_of_the_same_releases():
    told = [(entry.get("version"), entry.get("date")) for entry in ElementTree.parse(METAINFO).iter("release")]
    assert told == releases()


def texts() -> Iterator[Path]:
    """Files in which somebody might copy the version."""
    for pattern in ("*.md", "pyproject.toml", ".github/**/*", "docs/**/*.md", "assets/desktop/*", *CODE):
        yield from (file for file in CHECKOUT.glob(pattern) if file.relative_to(CHECKOUT).as_posix() not in HOLDERS)


def test_no_other_file_holds_a_copy_of_the_version():
    copy = re.compile(rf"(?<![\d.=]){re.escape(core.__version__)}(?![\d.])")
    files = [file for file in texts() if file.is_file()]
    assert len(files) > 300
    assert [file for file in files if copy.search(file.read_text("utf-8"))] == []


# -- workflows ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("custom.github-workflows-require-timeout", WORKFLOWS),
        ("vendor.dependabot", [CHECKOUT / ".github" / "dependabot.yml"]),
        ("vendor.citation-file-format", [CITATION]),
    ],
)
def test_files_that_others_read_fit_their_schemas(schema: str, files: list[Path]):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, files)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.stem)
def test_a_workflow_pins_actions_names_what_exists_and_may_only_read(workflow: Path):
    text = workflow.read_text(encoding="utf-8")
    actions = re.findall(r"uses: ([^\s.]\S*)", text)
    assert actions
    assert [action for action in actions if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)] == []
    paths = re.findall(r"(?<![\w/.])(?:packaging|\./\.github)/[\w./-]+", text)
    assert paths
    assert [path for path in paths if not (CHECKOUT / path).exists()] == []
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}


# -- Windows -----------------------------------------------------------------------------------------------------------


def test_the_installer_s_script_gets_every_value_that_it_names(tmp_path: Path):
    from windows import installer

    script = installer.SCRIPT.read_text(encoding="utf-8")
    own = set(re.findall(r"#define (\w+)", script))
    arguments = installer.compiler_arguments(tmp_path, tmp_path / "a.ico", tmp_path, core.__version__, "sign $f")
    handed = {argument[2:].partition("=")[0] for argument in arguments if argument.startswith("/D")}
    assert handed == set(re.findall(r"\{#(\w+)\}", script)) - own | {"Signed"}
    assert handed - {"Signed"} == set(re.findall(r"^;   (\w+)", script, re.MULTILINE)) - {"Signed"}
    assert "/Ssign=sign $f" in arguments
    assert (PACKAGING / "windows" / "../../LICENSE").is_file()
    assert "LicenseFile=..\\..\\LICENSE" in script


def test_removing_on_windows_asks_about_the_folder_that_the_program_uses():
    script = (PACKAGING / "windows" / "edu-emotionnet.iss").read_text(encoding="utf-8")
    assert f"ExpandConstant('{{localappdata}}\\{APP_NAME}')" in script


def test_the_properties_of_the_windows_program_show_its_version(tmp_path: Path):
    from windows.version_info import write_version_info

    text = write_version_info(tmp_path / "version.txt", "1.2.3").read_text(encoding="utf-8")
    compile(text, "version.txt", "eval")
    assert "filevers=(1, 2, 3, 0)" in text
    assert "StringStruct('FileVersion', '1.2.3')" in text


# -- macOS -------------------------------------------------------------------------------------------------------------


def test_macos_is_told_why_the_devices_are_used_and_which_version_it_is():
    from macos.bundle_info import bundle_info

    info = bundle_info("1.2.3")
    assert info["CFBundleShortVersionString"] == info["CFBundleVersion"] == "1.2.3"
    assert info["LSBackgroundOnly"] is False
    assert all(info[f"NS{device}UsageDescription"].endswith(".") for device in ("Camera", "Microphone"))


def test_a_signed_program_may_use_both_devices(tmp_path: Path):
    from macos.bundle_info import write_entitlements

    rights = plistlib.loads(write_entitlements(tmp_path / "entitlements.plist").read_bytes())
    assert {"com.apple.security.device.camera", "com.apple.security.device.audio-input"} <= rights.keys()


# -- icons -------------------------------------------------------------------------------------------------------------


def test_the_windows_icon_is_drawn_at_every_size(tmp_path: Path):
    from icon_files import ICO_SIZES_PX, write_icon

    with Image.open(write_icon(tmp_path / "program.ico")) as icon:
        assert icon.info["sizes"] == {(px, px) for px in ICO_SIZES_PX}


def test_the_macos_icon_holds_the_largest_size(tmp_path: Path):
    from icon_files import write_icon

    with Image.open(write_icon(tmp_path / "program.icns")) as icon:
        assert (512, 512, 2) in icon.info["sizes"]
        corner, middle = icon.convert("RGBA").getpixel((0, 0)), icon.convert("RGBA").getpixel((512, 512))
    assert corner[3] == 0
    assert middle[3] == 255
