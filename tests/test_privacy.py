"""Nothing leaves the machine, and nothing is kept but what the user asked for: watched from outside and inside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.media import write_clip

CHECKOUT = Path(__file__).parent.parent
CACHES_OF_LIBRARIES = ("fontconfig", "matplotlib", "mesa_shader_cache", "qtshadercache")
"""What drawing libraries keep for themselves under the user's cache folder: fonts and shaders."""


@dataclass(frozen=True)
class Watched:
    """What one run of the program did."""

    code: int
    calls: list[str]
    internet: list[str]
    written: list[str]
    left: set[str]
    """Files that lie in the user's folders afterwards, relative to `home`."""
    stderr: str


def run_watched(home: Path, *arguments: str | Path, until_steps: int = 0) -> Watched:
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
    environment |= {"QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(CHECKOUT)}
    notes = home.parent / "watched.json"
    before = files_under(home)
    command = [sys.executable, "-m", "tests.support.watched", notes, until_steps, *arguments]
    ended = subprocess.run(
        [str(part) for part in command], cwd=home, env=environment, capture_output=True, text=True, check=False
    )
    assert notes.exists(), ended.stderr
    return Watched(**json.loads(notes.read_text()), left=files_under(home) - before, stderr=ended.stderr)


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


def test_the_demo_window_opens_no_socket_and_keeps_nothing(home: Path):
    arguments = ("--demo", "--random-weights", "--report", "report.json", "--screenshot", "window.png")
    run = run_watched(home, *arguments, until_steps=3)
    assert run.code == 130, run.stderr
    assert_silent(run)
    assert written_outside(run, home) == []
    assert run.left <= {"report.json", "window.png", "data/settings.toml"}
    report = json.loads((home / "report.json").read_text())
    assert report["steps"] > 0


def test_an_analysis_opens_no_socket_and_keeps_only_its_results(home: Path):
    write_clip(home / "clip.mp4", seconds=3.0)
    run = run_watched(home, "analyze", "clip.mp4", "--out", "results", "--random-weights")
    assert run.code == 0, run.stderr
    assert_silent(run)
    assert written_outside(run, home) == []
    assert run.left != set()
    assert {Path(name).suffix for name in run.left} <= {".csv", ".parquet", ".png", ".json"}
    assert {Path(name).parent.as_posix() for name in run.left} == {"results"}


def test_the_watch_itself_sees_a_socket(home: Path):
    """A watch that sees nothing would prove nothing."""
    code = (
        "import socket, sys, tests.support.watched as w; sys.addaudithook(w.note); s = socket.socket(); "
        "s.bind(('127.0.0.1', 0)); s.listen(); w.look_at_sockets(); print(len(w.calls), len(w.internet_sockets))"
    )
    seen = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert seen.stdout.split() == ["1", "1"]
