"""Nothing leaves the machine, and nothing is stored unless requested: observed from inside and outside the process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest

from core import settings
from core.settings import Settings, StoreSettings
from tests.support.media import write_clip
from tests.support.pulse import DEVICE, LOUDSPEAKER, PulseMicrophone, needs_pulse, speak

CHECKOUT = Path(__file__).parent.parent
WATCH_SITE = CHECKOUT / "tests" / "support" / "watch_site"
CACHES_OF_LIBRARIES = ("fontconfig", "matplotlib", "mesa_shader_cache", "qtshadercache")
"""Caches of drawing libraries under the user's cache folder: fonts and shaders."""


@dataclass(frozen=True)
class Watched:
    """What all processes of one run did."""

    code: int
    calls: list[str]
    internet: list[str]
    written: list[str]
    processes: int
    """The number of processes that were observed."""
    left: set[str]
    """New files in the user's folders, relative to `home`."""
    stderr: str


def run_watched(
    home: Path, *arguments: str | Path, until_steps: int = 0, more: Mapping[str, str] | None = None
) -> Watched:
    """Runs the program in an empty home; `more` is added to its environment."""
    folders = {
        "HOME": home,
        "TMPDIR": home / "tmp",
        "XDG_RUNTIME_DIR": home / "run",
        "EDU_EMOTIONNET_HOME": home / "data",
    }
    for folder in folders.values():
        folder.mkdir(exist_ok=True, mode=0o700)
    kept = ("PATH", "LANG", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment |= {name: str(folder) for name, folder in folders.items()}
    environment |= {"QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1", **(more or {})}
    before = files_under(home)
    command = ("-m", "tests.support.watched_process", until_steps, *arguments)
    ended, notes = run_noted(home, environment, *command)
    (processes,) = notes["processes"]
    calls, internet, written = (notes[kind] for kind in ("call", "internet", "written"))
    left = files_under(home) - before
    return Watched(ended.returncode, calls, internet, written, int(processes), left, ended.stderr)


def run_noted(
    folder: Path, environment: dict[str, str], *arguments: str | Path | int
) -> tuple[subprocess.CompletedProcess[str], defaultdict[str, list[str]]]:
    """Runs Python while it is observed; returns its result, and the notes on all its processes by kind."""
    place = folder.parent / "notes"
    place.mkdir()
    watch = {"WATCH_NOTES": str(place), "PYTHONPATH": os.pathsep.join((str(WATCH_SITE), str(CHECKOUT)))}
    command = [sys.executable, *map(str, arguments)]
    ended = subprocess.run(
        command, cwd=folder, env=environment | watch, capture_output=True, text=True, check=False, timeout=170
    )
    notes: defaultdict[str, list[str]] = defaultdict(list)
    for line in (line for file in sorted(place.iterdir()) for line in file.read_text().splitlines()):
        kind, _, what = line.partition(" ")
        if not what.startswith(str(place)):
            notes[kind].append(what)
    return ended, notes


def files_under(home: Path) -> set[str]:
    found = (str(path.relative_to(home)) for path in home.rglob("*") if not path.is_dir())
    return {name for name in found if not any(cache in name for cache in CACHES_OF_LIBRARIES)}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def assert_silent(run: Watched) -> None:
    assert run.calls == []
    assert run.internet == []


def written_outside(run: Watched, home: Path) -> list[str]:
    return [path for path in run.written if not path.startswith((str(home), "/dev/", "/proc/"))]


def test_the_demo_window_opens_no_socket_and_stores_nothing(home: Path):
    (home / "data").mkdir(mode=0o700)
    (home / "data" / "settings.toml").write_text('[speech]\nrecognizer = "pocketsphinx"\n')  # in its own process
    arguments = ("--demo", "--random-weights", "--report", "report.json", "--screenshot", "window.png")
    run = run_watched(home, *arguments, until_steps=3)
    assert run.code == 130, run.stderr
    assert_silent(run)
    assert written_outside(run, home) == []
    assert run.left <= {"report.json", "window.png", "data/settings.toml"}
    report = json.loads((home / "report.json").read_text())
    assert report["steps"] > 0
    assert run.processes >= 2  # the word recogniser's own process was watched too


def test_an_analysis_opens_no_socket_and_stores_only_its_results(home: Path):
    write_clip(home / "clip.mp4", seconds=16.0)  # long enough for a process of its own for the words
    run = run_watched(home, "analyze", "clip.mp4", "--out", "results", "--random-weights")
    assert run.code == 0, run.stderr
    assert_silent(run)
    assert written_outside(run, home) == []
    assert run.processes >= 2
    assert run.left != set()
    assert {Path(name).suffix for name in run.left} <= {".csv", ".parquet", ".png", ".json"}
    assert {Path(name).parent.as_posix() for name in run.left} == {"results"}


LECTURE = "The hypotenuse is the longest side of the triangle. " * 12


def test_what_the_computer_plays_is_neither_sent_nor_stored_even_where_everything_is(home: Path, tmp_path: Path):
    """A lecture is played that the microphone does not hear: whatever of it was stored came from the loudspeaker."""
    needs_pulse()
    everything = StoreSettings(words=True, features=True, media=True)
    (home / "data").mkdir(mode=0o700)
    settings.save(Settings(purpose="self", store=everything), home / "data" / "settings.toml")
    lecture = speak(LECTURE, tmp_path / "lecture.wav")
    with PulseMicrophone(loudspeaker=True) as room:
        room.control("set-sink-input-mute", "0", "1")
        sound_server = {name: value for name, value in os.environ.items() if name.startswith("PULSE_")}
        with room.play(lecture, LOUDSPEAKER) as player:
            devices = ("--camera", "off", "--microphone", DEVICE)
            unattended = ("--quit-after", "8", "--random-weights", "--report", "report.json")
            run = run_watched(home, *devices, *unattended, more=sound_server)
            player.kill()
    assert run.code == 0, run.stderr
    assert_silent(run)
    assert written_outside(run, home) == []
    report = json.loads((home / "report.json").read_text())
    loudspeaker = report["capture"]["loudspeaker"]
    assert (loudspeaker["name"], loudspeaker["message"]) == ("Null Output", "")  # it was recorded: no longer "auto"
    assert report["words"] == 0
    (media,) = (file for file in run.left if file.endswith(".mkv"))
    assert loudest(home / media) < 1e-3
    assert not [name for name in run.left if b"hypotenuse" in (home / name).read_bytes()]


def loudest(media: Path) -> float:
    """The largest sample of a recording."""
    with av.open(str(media)) as container:
        return max(float(np.abs(frame.to_ndarray()).max()) for frame in container.decode(audio=0))


OPEN_ONE = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); open('note', 'w').close()"

WAITING = f"{OPEN_ONE}; print(flush=True); input()"


@pytest.mark.parametrize("child", [False, True], ids=["own process", "child process"])
def test_the_observation_detects_a_socket(home: Path, child: bool):
    """Proves that the other tests can fail."""
    started = f"import subprocess, sys; c = subprocess.Popen([sys.executable, '-c', {WAITING!r}], stdin=-1, stdout=-1)"
    code = f"{started}; c.stdout.readline()" if child else OPEN_ONE
    end = "; c.communicate(b'\\n')" if child else ""
    look = "from tests.support.watched_process import SocketWatch; w = SocketWatch(); w.look(); print(len(w.sockets))"
    ended, notes = run_noted(home, dict(os.environ), "-c", f"{code}; {look}{end}")
    assert ended.stdout.strip() == "1", ended.stderr
    assert [call.split()[0] for call in notes["call"]] == ["socket.bind"]
    assert str(home / "note") in notes["written"]
