"""Trials in a bare Debian: what they read from this machine, and how they judge what came out of the root."""

from __future__ import annotations

import configparser
import importlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from core.appearance import STATE_LOOKS
from core.system_libraries import LIBRARIES

CHECKOUT = Path(__file__).parents[2]
BARE = CHECKOUT / "packaging" / "bare"
LIVE_PAGES = [CHECKOUT / "assets" / "screenshots" / f"live-{theme}.png" for theme in ("light", "dark")]
MODULES = ("debian_package", "debian_root", "host", "libraries", "mirrors", "picture", "__main__")

DEB822 = """\
# the security archive comes first
Types: deb deb-src
URIs: http://one.example/debian-security
Suites: bookworm-security
Components: main

Types: deb
URIs: http://two.example/debian http://three.example/debian/
Suites: bookworm
 bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: bookworm
Components: main
"""


@pytest.fixture(scope="module")
def bare():
    sys.path.insert(0, str(BARE))
    try:
        main = importlib.util.spec_from_file_location("bare_main", BARE / "__main__.py")
        loaded = {name: importlib.import_module(name) for name in MODULES if name != "__main__"}
        loaded["main"] = sys.modules["bare_main"] = importlib.util.module_from_spec(main)
        main.loader.exec_module(loaded["main"])
        yield SimpleNamespace(**loaded)
    finally:
        sys.path.remove(str(BARE))
        for name in (*MODULES[:-1], "bare_main"):
            sys.modules.pop(name, None)


# -- the mirror ----------------------------------------------------------------------------------------------------


def apt_folder(tmp_path: Path, sources_list: str = "", **parts: str) -> Path:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text(sources_list)
    for name, text in parts.items():
        (tmp_path / "sources.list.d" / name.replace("_", ".")).write_text(text)
    return tmp_path


def test_the_mirror_is_that_of_the_main_archive(bare, tmp_path):
    folder = apt_folder(tmp_path, debian_sources=DEB822)
    assert bare.mirrors.debian_mirror("bookworm", folder) == "http://two.example/debian"


def test_of_two_mirrors_the_one_for_the_release_is_taken(bare, tmp_path):
    old = "deb [arch=amd64 trusted=yes] http://old.example/debian bookworm main # near\n"
    new = "deb-src http://source.example/debian trixie main\ndeb http://new.example/debian trixie main\n"
    folder = apt_folder(tmp_path, old, more_list=new)
    assert bare.mirrors.debian_mirror("trixie", folder) == "http://new.example/debian"
    assert bare.mirrors.debian_mirror("bookworm", folder) == "http://old.example/debian"


@pytest.mark.parametrize(
    "line",
    ["", "deb http://archive.ubuntu.example/ubuntu noble main", "deb https://vendor.example/debian nodistro stable"],
)
def test_without_a_mirror_of_debian_its_own_is_taken(bare, tmp_path, line):
    assert bare.mirrors.debian_mirror("bookworm", apt_folder(tmp_path, line)) == bare.mirrors.PUBLIC


# -- pip and proxies -----------------------------------------------------------------------------------------------


LISTING = """\
:env:.find-links='/wheels'
global.cert='/etc/ssl/certs/ca-certificates.crt'
global.extra-index-url='file:///some/index/simple https://more.example/simple'
global.find-links='/other'
"""


def test_variables_take_precedence_over_pips_files(bare):
    options = bare.host.pip_options(LISTING, {"PIP_FIND_LINKS": "/wheels", "HOME": "/root"})
    assert options["find-links"] == "/wheels"
    assert options["cert"] == "/etc/ssl/certs/ca-certificates.crt"


def test_local_folders_that_pip_reads_are_mounted_an_index_with_its_files(bare):
    options = bare.host.pip_options(LISTING, {"PIP_FIND_LINKS": "/wheels file:///more%20wheels https://w.example/x"})
    assert set(bare.host.local_paths(options)) == {
        *(Path("/wheels"), Path("/more wheels"), Path("/some/index"), Path("/etc/ssl/certs/ca-certificates.crt"))
    }


def test_pip_reads_the_configuration_that_is_written(bare, tmp_path):
    options = bare.host.pip_options(LISTING, {"https_proxy": "http://proxy.example:3128"})
    file = tmp_path / "pip.conf"
    file.write_text(bare.host.pip_configuration(options))
    parser = configparser.RawConfigParser()  # what pip itself uses
    parser.read(file)
    assert parser["global"]["extra-index-url"].split() == ["file:///some/index/simple", "https://more.example/simple"]
    assert parser["global"]["proxy"] == "http://proxy.example:3128"


def test_only_proxies_that_are_set_reach_apt(bare):
    dump = 'Acquire::http::Proxy "http://cache.example:3142";\nAcquire::https::Proxy "";\nAPT::Architecture "amd64";\n'
    assert bare.host.apt_proxies(dump, {"https_proxy": "http://p.example"}) == (
        'Acquire::http::Proxy "http://cache.example:3142";\nAcquire::https::Proxy "http://p.example";\n'
    )


# -- the picture ---------------------------------------------------------------------------------------------------


def as_picture(bare, bgr: np.ndarray):
    return bare.picture.Picture(bgr.shape[1], bgr.shape[0], 3, tuple(row[:, ::-1].tobytes() for row in bgr))


def painted_over(file: Path, region, color_at: tuple[int, int]) -> np.ndarray:
    """The picture with a region in one of its own colours."""
    picture = cv2.imread(str(file))
    height, width = picture.shape[:2]
    rows = slice(round(region.top * height), round(region.bottom * height))
    picture[rows, round(region.left * width) : round(region.right * width)] = picture[color_at]
    return picture


@pytest.fixture(scope="module")
def colors(bare):
    return bare.picture.state_colors(bare.picture.LOOKS.read_text())


@pytest.mark.parametrize("channels", [3, 4])
def test_a_png_is_read_as_opencv_reads_it(bare, channels, tmp_path):
    part = cv2.imread(str(LIVE_PAGES[1]))[60:300, :420]
    part = np.dstack([part, part[..., :1]])[..., :channels]
    for strategy in range(5):  # each predicts bytes in another way
        assert cv2.imwrite(str(tmp_path / "part.png"), part, [cv2.IMWRITE_PNG_FILTER, 8 << strategy])
        read = bare.picture.read_png(tmp_path / "part.png")
        pixels = np.frombuffer(b"".join(read.rows), np.uint8).reshape(read.height, read.width, read.channels)
        assert np.array_equal(pixels[..., 2::-1], part[..., :3])


def test_the_colours_are_those_of_the_curves(colors):
    assert {name: "#" + bytes(color).hex().upper() for name, color in colors.items()} == {
        name: look.color for name, look in STATE_LOOKS.items()
    }


def test_a_saved_live_page_of_the_demo_passes(bare, tmp_path):
    file = tmp_path / "window.png"
    assert cv2.imwrite(str(file), cv2.imread(str(LIVE_PAGES[0])))  # as Qt saves it, without a palette
    assert bare.picture.check(file) == []


@pytest.mark.parametrize("page", LIVE_PAGES, ids=lambda page: page.stem)
def test_a_live_page_lacks_nothing(bare, colors, page):
    assert bare.picture.faults(as_picture(bare, cv2.imread(str(page))), colors) == []


@pytest.mark.parametrize("page", LIVE_PAGES, ids=lambda page: page.stem)
def test_a_picture_without_curves_names_each(bare, colors, page):
    picture = as_picture(bare, painted_over(page, bare.picture.PLOT, (150, 700)))
    assert [line.split()[3] for line in bare.picture.faults(picture, colors)] == list(STATE_LOOKS)


@pytest.mark.parametrize("page", LIVE_PAGES, ids=lambda page: page.stem)
def test_a_preview_without_a_face_box_is_seen(bare, colors, page):
    picture = as_picture(bare, painted_over(page, bare.picture.PREVIEW, (300, 40)))
    assert bare.picture.faults(picture, colors) == ["There is no face box in the preview."]


def test_a_white_area_with_a_hole_is_no_face_box(bare):
    rows = [[(255, 255, 255)] * 120 for _ in range(100)]
    for row in rows[20:80]:
        row[20:100] = [(40, 40, 40)] * 80
    assert not bare.picture.has_face_box(rows)


@pytest.mark.parametrize("level", [0, 255])
def test_a_blank_picture_is_called_blank(bare, colors, level):
    blank = as_picture(bare, np.full((760, 1200, 3), level, np.uint8))
    assert bare.picture.faults(blank, colors) == ["The picture is blank."]


@pytest.mark.parametrize("content", [None, b"", b"no picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"])
def test_a_missing_or_damaged_picture_gets_a_sentence(bare, content, tmp_path):
    file = tmp_path / "window.png"
    if content is not None:
        file.write_bytes(content)
    (sentence,) = bare.picture.check(file)
    assert sentence.startswith(("No picture was saved", "The picture cannot be read"))


# -- pytest's last line --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "good"),
    [
        ("1390 passed, 40 skipped in 1203.21s (0:20:03)", True),
        ("1 failed, 1390 passed, 40 skipped in 1203.21s (0:20:03)", False),
        ("1390 passed, 1 error in 3.00s", False),
        ("40 skipped in 3.00s", False),
    ],
)
def test_the_last_line_of_pytest_decides(bare, line, good):
    output = f"===== 3 passed in 0.10s =====\nSKIPPED [1] x.py\n{'=' * 10} {line} {'=' * 10}\n==> done\n"
    assert bare.main.closing_line(output) == line
    assert bare.main.all_passed(line) is good


def test_output_without_a_closing_line_does_not_pass(bare):
    assert not bare.main.all_passed(bare.main.closing_line("Killed\n"))


# -- shared libraries ----------------------------------------------------------------------------------------------

LDD = """\
/site/QtCore.abi3.so:
\tlinux-vdso.so.1 (0x00007fff)
\tlibglib-2.0.so.0 => /lib/x86_64-linux-gnu/libglib-2.0.so.0 (0x0000)
/site/QtMultimedia.abi3.so:
\tlibpulse.so.0 => not found
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x0000)
\tnot a dynamic executable
"""


def test_ldd_is_read_file_by_file(bare):
    core, multimedia = bare.libraries.parse(LDD)
    assert core.libraries == {"libglib-2.0.so.0"}
    assert core.missing == frozenset()
    assert multimedia.file == "/site/QtMultimedia.abi3.so"
    assert multimedia.missing == {"libpulse.so.0"}


linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ldd looks into Linux files")


@pytest.fixture(scope="module")
def linked(bare):
    return bare.libraries.linked(bare.libraries.compiled_files())


@linux
def test_every_plugin_that_qt_loads_is_looked_at(bare):
    names = {file.name for file in bare.libraries.compiled_files()}
    assert {"libqoffscreen.so", "libqxcb.so", "QtMultimedia.abi3.so", "libffmpegmediaplugin.so"} <= names


@linux
def test_no_library_is_missing(linked):
    assert {one.file: one.missing for one in linked if one.missing} == {}


@linux
def test_every_library_of_the_table_is_needed(bare, linked):
    needed = frozenset().union(*(one.libraries for one in linked)) | set(bare.libraries.OPENED_BY_NAME)
    assert [library.file for library in LIBRARIES if library.file not in needed] == []


# -- what a removed package leaves ---------------------------------------------------------------------------------


def test_user_data_and_debians_own_files_do_not_count_as_left(bare, tmp_path):
    for name in ("opt/program/file", "root/.local/share/edu-emotionnet/log", "var/lib/dpkg/status", "var/lib/other"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    left = bare.debian_package.files_of(tmp_path)
    assert {"opt/program/file", "var/lib/other"} <= left
    assert not {name for name in left if name.startswith(("root", "var/lib/dpkg"))}


# -- where no root can be made -------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_only_a_commit_of_the_program_can_be_copied(bare, tmp_path):
    assert "is not a git checkout" in bare.debian_root.obstacle_to_copy(tmp_path)
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    checkout = tmp_path / "with space"
    (checkout / "packaging").mkdir(parents=True)
    (checkout / "packaging" / "file").touch()
    for command in (["init", "--quiet"], ["add", "."], [*identity, "commit", "--quiet", "--message", "first"]):
        subprocess.run(["git", *command], cwd=checkout, check=True)
    (checkout / "changed since").touch()
    assert bare.debian_root.obstacle_to_copy(checkout) is None
    bare.debian_root.copy_checkout(checkout, tmp_path / "copy")
    assert [file.name for file in (tmp_path / "copy").rglob("*")] == ["packaging", "file"]


def test_a_machine_that_cannot_make_a_root_is_told_why(bare, monkeypatch):
    monkeypatch.setattr(bare.debian_root.os, "geteuid", lambda: 1000)
    assert "sudo" in bare.debian_root.obstacle()
    monkeypatch.setattr(bare.debian_root.os, "geteuid", lambda: 0)
    monkeypatch.setenv("PATH", "/nowhere")
    assert "debootstrap" in bare.debian_root.obstacle()
