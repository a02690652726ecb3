"""The files for a Linux desktop agree with each other, with the program, and with a real session's bytes."""

import configparser
import shutil
import sqlite3
import struct
import subprocess
import xml.etree.ElementTree as ET
from contextlib import closing
from pathlib import Path

import pytest

from core import __version__, paths
from core.desktop_files import ENTRIES, ICON_SIZES_PX, METAINFO, PROGRAM, SESSION_TYPE, share_files
from tests.support.session_libraries import store_session
from tests.support.stored_sessions import stored_session

DESKTOP = paths.assets() / "desktop"
MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"


def entry(name: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(DESKTOP / name, encoding="utf-8")
    return parser["Desktop Entry"]


def matches(match: ET.Element, content: bytes) -> bool:
    """Whether one rule of a file type holds, with one of the rules inside it."""
    wanted = match.attrib["value"].encode().decode("unicode_escape").encode("latin-1")
    at = int(match.attrib["offset"])
    inner = match.findall(f"{MIME}match")
    return content[at : at + len(wanted)] == wanted and (not inner or any(matches(rule, content) for rule in inner))


def test_every_file_is_there():
    files = share_files(paths.assets())
    assert [asset for asset in files.values() if not asset.is_file()] == []
    assert {path.name for path in DESKTOP.iterdir()} == {*ENTRIES, METAINFO, f"{PROGRAM}.xml"}


@pytest.mark.parametrize("px", ICON_SIZES_PX)
def test_an_icon_has_the_size_that_its_folder_names(px: int):
    picture = share_files(paths.assets())[f"icons/hicolor/{px}x{px}/apps/{PROGRAM}.png"].read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", picture[16:24]) == (px, px)


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_names_program_icon_and_window(name: str):
    wanted = entry(name)
    assert wanted["Exec"].split()[0] == PROGRAM
    assert wanted["Icon"] == PROGRAM
    assert wanted["StartupWMClass"] == PROGRAM


def test_a_session_opens_in_the_entry_that_takes_a_file():
    menu, session = (entry(name) for name in ENTRIES)
    assert session["Exec"] == f"{PROGRAM} --open %f"
    assert session["MimeType"] == f"{SESSION_TYPE};"
    assert (session["NoDisplay"], "NoDisplay" in menu, "MimeType" in menu) == ("true", False, False)


def test_only_a_session_has_the_file_type(tmp_path: Path):
    kind = ET.parse(DESKTOP / f"{PROGRAM}.xml").getroot().find(f"{MIME}mime-type")
    assert kind is not None
    assert kind.attrib["type"] == SESSION_TYPE
    rule = kind.find(f"{MIME}magic/{MIME}match")
    assert rule is not None
    session = tmp_path / store_session(stored_session(30.0), tmp_path) / "session.db"
    with closing(sqlite3.connect(tmp_path / "session.db")) as other:
        other.execute("CREATE TABLE facts (key TEXT)")
    assert matches(rule, session.read_bytes())
    assert not matches(rule, (tmp_path / "session.db").read_bytes())
    assert not matches(rule, b"SQLite format 3\x00")


def test_the_software_centre_is_told_the_same():
    root = ET.parse(DESKTOP / METAINFO).getroot()
    assert root.findtext("launchable") == ENTRIES[0]
    assert root.findtext("provides/mediatype") == SESSION_TYPE
    assert root.findtext("provides/binary") == PROGRAM
    newest = root.find("releases/release")
    assert newest is not None
    assert newest.attrib["version"] == __version__


@pytest.mark.skipif(shutil.which("appstreamcli") is None, reason="appstream is not installed")
def test_the_metadata_for_software_centres_is_valid():
    command = ["appstreamcli", "validate", "--no-net", DESKTOP / METAINFO]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
