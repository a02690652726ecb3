"""A window on a machine that lacks a library opens without what it gives, or ends with one sentence; no traceback.

The libraries fail in processes of their own, with the words of the real loader.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from app.window import platform_check
from core.errors import WindowError
from tests.app.library_windows import put
from tests.support.stored_sessions import stored_session

CHECKOUT = Path(__file__).parents[3]
NOT_FOUND = "cannot open shared object file: No such file or directory"
PULSE = f"PySide6.QtMultimedia=libpulse.so.0: {NOT_FOUND}"
SVG = "PySide6.QtSvg=No module named 'PySide6.QtSvg'"
PORTAUDIO = "sounddevice=PortAudio library not found"


def run(*arguments: str, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "EDU_EMOTIONNET_HOME": str(home)} | variables
    command = [sys.executable, "-m", "tests.support.missing_library", *arguments]
    return subprocess.run(
        command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False, timeout=100
    )


def one_sentence(ended: subprocess.CompletedProcess[str]) -> str:
    assert ended.returncode == 2, ended.stderr
    (line,) = ended.stderr.strip().splitlines()
    return line


def test_without_qtmultimedia_the_window_opens_and_names_the_package(tmp_path: Path) -> None:
    ended = run(PULSE, "window", home=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    shown = json.loads(ended.stdout)
    assert shown["banner"].startswith("Because libpulse.so.0 is missing, a camera or microphone that you connect ")
    assert "libpulse0" in shown["banner"]
    assert "Connect one and it appears here" not in shown["checks"]["camera"]


def test_without_qtsvg_and_portaudio_buttons_show_signs_and_the_microphone_its_reason(tmp_path: Path) -> None:
    ended = run(SVG, PORTAUDIO, "window", home=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    shown = json.loads(ended.stdout)
    assert "PySide6.QtSvg is missing" in shown["banner"]
    assert "buttons show plain signs in place of icons" in shown["banner"]
    assert shown["drawn"] > 100
    assert "libportaudio2" in shown["checks"]["microphone"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="fontconfig is Linux's")
def test_without_a_font_letters_are_no_boxes(tmp_path: Path) -> None:
    (tmp_path / "fonts.conf").write_text("<fontconfig></fontconfig>", encoding="utf-8")
    ended = run("window", home=tmp_path, FONTCONFIG_FILE=str(tmp_path / "fonts.conf"))
    assert (ended.returncode, ended.stderr) == (0, "")
    shown = json.loads(ended.stdout)
    assert "a font is missing" in shown["banner"]
    assert "fonts-dejavu-core" in shown["banner"]
    assert shown["font"] == "DejaVu Sans"


def test_where_qt_cannot_be_loaded_the_command_ends_with_one_sentence(tmp_path: Path) -> None:
    ended = run(f"PySide6.QtGui=libEGL.so.1: {NOT_FOUND}", "--demo", home=tmp_path)
    assert one_sentence(ended).startswith("The window cannot open because libEGL.so.1 is missing; ")
    assert "libegl1" in ended.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 and Wayland are Linux's")
@pytest.mark.parametrize("platform", ["xcb", "wayland"])
def test_a_display_that_does_not_answer_ends_the_command_with_one_sentence(tmp_path: Path, platform: str) -> None:
    """Qt itself would abort the process."""
    displays = {"DISPLAY": ":4711", "WAYLAND_DISPLAY": "wayland-4711", "XDG_RUNTIME_DIR": str(tmp_path)}
    ended = run("--demo", home=tmp_path, QT_QPA_PLATFORM=platform, **displays)
    assert "4711' does not answer" in one_sentence(ended)


def test_doctor_lists_what_is_missing_what_it_gives_and_one_command(tmp_path: Path) -> None:
    egl = f"libEGL.so.1: {NOT_FOUND}"
    ended = run(f"PySide6.QtGui={egl}", f"PySide6.QtWidgets={egl}", PULSE, "doctor", home=tmp_path)
    (mark, words, fix), _display = json.loads(ended.stdout)
    assert mark == "fault"
    assert "libEGL.so.1 (the window)" in words
    assert "libpulse.so.0 (the news that a camera or a microphone" in words
    assert fix.startswith("sudo apt-get install ")
    assert {"libegl1", "libpulse0"} <= set(fix.split())


def test_doctor_finds_no_library_missing_on_a_complete_machine(tmp_path: Path) -> None:
    (mark, words, fix), _display = json.loads(run("doctor", home=tmp_path).stdout)
    assert (mark, fix) == ("ok", "")
    assert words.endswith("with all its libraries")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 is Linux's")
def test_doctor_says_that_the_display_does_not_answer(tmp_path: Path) -> None:
    silent = {"DISPLAY": ":4711", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    (mark, _words, _fix), display = json.loads(run("doctor", home=tmp_path, **silent).stdout)
    assert mark == "ok"
    assert display[:2] == ["fault", "DISPLAY=:4711 does not answer"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere Qt has one platform")
@pytest.mark.parametrize("asked", ["nonsense", "nonsense;other", "[*"])
def test_a_platform_that_qt_does_not_have_ends_the_command_with_one_sentence(tmp_path: Path, asked: str) -> None:
    """Qt itself would abort the process."""
    line = one_sentence(run("--demo", home=tmp_path, QT_QPA_PLATFORM=asked))
    assert f"Qt has no platform '{asked.partition(';')[0]}'" in line


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 is Linux's")
@pytest.mark.parametrize("asked", ["xcb", "wayland-egl", "vnc:size=800x600", "offscreen"])
def test_platforms_that_qt_has_are_left_to_it(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", asked)
    platform_check.check_libraries()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 is Linux's")
def test_a_display_that_accepts_and_stays_silent_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = Event()
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setattr(platform_check, "PATIENCE_S", 0.05)
    monkeypatch.setitem(platform_check.ANSWERS, "xcb", silent.wait)
    monkeypatch.setattr(platform_check, "_library_problem", lambda _platform: "")
    with pytest.raises(WindowError, match=r"does not answer|no display"):
        platform_check.check_display()
    silent.set()


NO_DISPLAY = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
@pytest.mark.parametrize(
    "arguments", [(), ("--demo",), ("--demo", "--quit-after", "1"), ("--screenshot", "window.png")]
)
def test_without_a_display_no_window_runs_that_nobody_sees(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    line = one_sentence(run(*arguments, home=tmp_path, **NO_DISPLAY))
    assert "there is no display" in line
    assert "--quit-after 30 --screenshot window.png" in line
    assert "edu-emotionnet analyze" in line


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
def test_without_a_display_a_picture_is_drawn_offscreen(tmp_path: Path) -> None:
    """A stored session is shown, because that loads no model."""
    home, picture = tmp_path / "home", tmp_path / "window.png"
    put(home / "sessions", stored_session(10.0))
    (folder,) = (home / "sessions").iterdir()
    asked = ("--open", str(folder), "--quit-after", "0.1", "--screenshot", str(picture))
    ended = run(*asked, home=home, **NO_DISPLAY)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert picture.exists()
