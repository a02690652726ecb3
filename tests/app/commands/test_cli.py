"""The command line: fast help, one sentence for bad input, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from app.__main__ import cli
from app.commands.analyze import print_outcome
from app.commands.error_exit import GuardedGroup
from core.analysis.analyze import BatchOutcome
from core.analysis.analyzer import Analysed
from core.capture.devices import Device, cameras, microphones
from core.errors import MonitorError
from tests.support.media import write_clip

CHECKOUT = Path(__file__).parents[3]
Start = Callable[..., subprocess.Popen[str]]
ENDS_WITHIN_S = 120
HEAVY = {"torch", "transformers", "cv2", "av", "PySide6", "vosk", "pocketsphinx", "sounddevice", "pyarrow", "pyqtgraph"}


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts the program in a separate process, which ends with the test."""
    with ExitStack() as ending:

        def begin(*arguments: str | Path) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [sys.executable, "-m", "app", *map(str, arguments)],
                cwd=CHECKOUT,
                env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            ending.enter_context(process)
            ending.callback(process.kill)
            return process

        yield begin


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EDU_EMOTIONNET_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def one_sentence(stderr: str) -> str:
    lines = stderr.strip().splitlines()
    assert len(lines) == 1, stderr
    assert "Traceback" not in stderr
    assert lines[0][-1] in ".!?)"
    return lines[0]


@pytest.mark.parametrize(
    "command", [(), ("analyze",), ("models", "pull"), ("doctor",), ("evaluate",), ("report",), ("sessions", "show")]
)
def test_help_loads_nothing_heavy(command: tuple[str, ...]):
    code = (
        "import sys; from app.__main__ import cli\n"
        f"try: cli([*{command!r}, '--help'])\n"
        "finally: print('LOADED', *{name.split('.')[0] for name in sys.modules})"
    )
    shown = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    text, _, loaded = shown.stdout.partition("LOADED")
    assert "Usage" in text
    assert HEAVY.isdisjoint(loaded.split())
    assert "numpy" not in loaded.split()


@pytest.mark.parametrize("group", [(), ("models",), ("desktop",), ("sessions",)])
def test_every_command_is_listed_with_a_whole_sentence(group: tuple[str, ...]):
    shown = CliRunner().invoke(cli, [*group, "--help"], terminal_width=80).stdout
    commands = shown.partition("Commands:")[2].splitlines()[1:]
    listed = [line for line in commands if line.startswith("  ")]
    assert len(listed) > 1
    assert all(line.endswith(".") and not line.endswith("...") for line in listed), listed


@pytest.mark.parametrize("group", ["models", "desktop", "sessions"])
def test_a_group_without_a_command_shows_its_help(group: str):
    ended = CliRunner().invoke(cli, [group])
    assert ended.exit_code == 2
    assert "Commands:" in ended.output
    assert "Missing command" not in ended.output


def test_the_version_is_printed():
    from core import __version__

    assert __version__ in CliRunner().invoke(cli, ["--version"]).stdout


def test_an_unknown_command_is_a_usage_error():
    assert CliRunner().invoke(cli, ["conjure"]).exit_code == 2


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), OSError("Parquet magic bytes not found")])
def test_a_system_error_is_one_sentence_with_or_without_a_file(error: OSError):
    guarded = typer.Typer(cls=GuardedGroup)
    guarded.callback()(lambda: None)

    @guarded.command()
    def fail() -> None:
        raise error

    ended = CliRunner().invoke(guarded, ["fail"])
    assert ended.exit_code == 2
    assert (error.strerror or str(error)) in one_sentence(ended.stderr)


@pytest.mark.parametrize("name", ["cv2", "core.nothing"])
def test_a_missing_library_is_one_sentence_and_a_fault_of_the_programs_own_is_not(name: str):
    text = "libGL.so.1: cannot open shared object file: No such file or directory" if name == "cv2" else "no such name"
    guarded = typer.Typer(cls=GuardedGroup)
    guarded.callback()(lambda: None)

    @guarded.command()
    def fail() -> None:
        raise ImportError(text, name=name)

    ended = CliRunner().invoke(guarded, ["fail"])
    if name == "cv2":
        assert ended.exit_code == 2
        assert "libgl1" in one_sentence(ended.stderr)
    else:
        assert isinstance(ended.exception, ImportError)


SAYS_AT_EXIT = "import sys; from app.__main__ import cli, main; cli.command('say')(lambda: print('one'))\nmain()"


def run_unread(*command: str, unbuffered: bool, faults: int | None) -> subprocess.CompletedProcess[str]:
    """Runs Python with its output, and its errors if `faults` is None, in a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    environment = os.environ | {"PYTHONUNBUFFERED": "1" if unbuffered else ""}
    errors = writer if faults is None else faults
    try:
        return subprocess.run(
            [sys.executable, *command],
            cwd=CHECKOUT,
            env=environment,
            stdout=writer,
            stderr=errors,
            text=True,
            check=False,
        )
    finally:
        os.close(writer)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGPIPE is POSIX's")
@pytest.mark.parametrize("unbuffered", [False, True])
@pytest.mark.parametrize(
    "command",
    [
        ("-m", "app", "--help"),
        ("-m", "app", "sessions", "list"),
        ("-m", "app", "models", "list"),
        ("-c", SAYS_AT_EXIT, "say"),
    ],
)
def test_a_reader_that_has_gone_ends_the_program_in_silence(command: tuple[str, ...], unbuffered: bool):
    ended = run_unread(*command, unbuffered=unbuffered, faults=subprocess.PIPE)
    assert (ended.returncode, ended.stderr) == (141, "")


@pytest.mark.skipif(sys.platform == "win32", reason="SIGPIPE is POSIX's")
def test_a_sentence_about_a_fault_needs_no_reader():
    ended = run_unread("-m", "app", "sessions", "show", "none", unbuffered=False, faults=None)
    assert ended.returncode == 141


def test_a_broken_pipe_that_is_not_the_output_is_one_sentence():
    guarded = typer.Typer(cls=GuardedGroup)
    guarded.callback()(lambda: None)

    @guarded.command()
    def fail() -> None:
        raise BrokenPipeError(32, "Broken pipe")

    ended = CliRunner().invoke(guarded, ["fail"])
    assert ended.exit_code == 2
    assert "Broken pipe" in one_sentence(ended.stderr)


def test_unreadable_settings_get_one_sentence(own_home: Path):
    own_home.mkdir()
    (own_home / "settings.toml").write_text("purpose = [", encoding="utf-8")
    ended = CliRunner().invoke(cli, ["--demo"])
    assert ended.exit_code == 2
    assert "settings.toml" in one_sentence(ended.stderr)


def empty(folder: Path) -> Path:
    file = folder / "empty.mp4"
    file.touch()
    return file


def truncated(folder: Path) -> Path:
    whole = write_clip(folder / "whole.mp4")
    file = folder / "truncated.mp4"
    file.write_bytes(whole.read_bytes()[:2000])
    return file


def text_in_disguise(folder: Path) -> Path:
    file = folder / "notes.mp4"
    file.write_text("Dear diary, this is no film.\n" * 50, encoding="utf-8")
    return file


def without_streams(folder: Path) -> Path:
    file = folder / "words.srt"
    file.write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n", encoding="utf-8")
    return file


@pytest.mark.parametrize("make", [empty, truncated, text_in_disguise, without_streams])
def test_a_file_that_is_not_a_clip_gets_one_sentence_and_exit_code_2(make, start: Start, tmp_path: Path):
    process = start("analyze", make(tmp_path), "--out", tmp_path / "out")
    _, stderr = process.communicate(timeout=ENDS_WITHIN_S)
    assert process.returncode == 2, stderr
    assert make.__name__.split("_")[0] in one_sentence(stderr) or ".mp4" in stderr or ".srt" in stderr


@pytest.mark.parametrize(
    "shape",
    [
        {"audio": False},
        {"video": False},
        {"rate_hz": 8000},
        {"rate_hz": 48_000, "channels": 5},
        {"frame_times_s": [0.0, 0.03, 0.1, 0.5, 0.52, 0.9, 1.4, 1.45, 1.9]},
    ],
    ids=["no sound", "no picture", "8 kHz", "5 channels", "variable frame rate"],
)
def test_an_unusual_clip_gets_a_row_for_every_hop(shape, tmp_path: Path):
    clip = write_clip(tmp_path / "clip.mp4", **shape)
    ended = CliRunner().invoke(
        cli, ["analyze", str(clip), "--out", str(tmp_path / "out"), "--random-weights"], catch_exceptions=False
    )
    assert ended.exit_code == 0, ended.stderr
    (table,) = (tmp_path / "out").rglob("*.csv")
    assert len(table.read_text(encoding="utf-8").splitlines()) == 1 + 4


@pytest.mark.parametrize("words", [(), (Path("clip-words.csv"), Path("clip-words.vtt"), Path("clip-words.srt"))])
def test_analyze_names_every_file_that_it_wrote(words: tuple[Path, ...], capsys: pytest.CaptureFixture[str]):
    files = (Path("clip.csv"), Path("clip.parquet"), Path("clip.png"))
    print_outcome(BatchOutcome([Analysed(Path("clip.mp4"), *files, words, 4, 2.0, 1.0, "Nothing was found.")], []))
    named = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert named[2:] == [str(file) for file in (*files, *words)]


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="looks into /proc")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_window_closes_in_order(number, code, start: Start, tmp_path: Path):
    report = tmp_path / "report.json"
    process = start("--demo", "--random-weights", "--report", report, "--quit-after", "60")
    wait_until_loading(process)
    process.send_signal(number)
    _, stderr = process.communicate(timeout=ENDS_WITHIN_S)
    assert process.returncode == code, stderr
    assert "Traceback" not in stderr
    assert report.exists()


def wait_until_loading(process: subprocess.Popen[str]) -> None:
    """The window is open once its engine loads torch; a thread is hardest to stop then."""
    deadline_s = time.monotonic() + ENDS_WITHIN_S
    while time.monotonic() < deadline_s and process.poll() is None:
        if "libtorch_cpu" in Path(f"/proc/{process.pid}/maps").read_text():
            return
        time.sleep(0.05)
    raise AssertionError(f"The window did not come up (exit code {process.poll()}).")


def test_doctor_reports_what_works_here():
    ended = CliRunner().invoke(cli, ["doctor"])
    lines = ended.stdout.splitlines()
    looked_at = [line.split()[1] for line in lines if line[:1] in "✓•✗"]
    assert looked_at == [
        *("program", "settings", "compute", "model", "golden", "downloads", "faces", "words", "cameras"),
        *("microphones", "loudspeakers", "window", "display", "disk", "log", "sessions", "lab", "self-test"),
    ]
    assert ended.exit_code == int(any(line.startswith("✗") for line in lines))
    assert "Traceback" not in ended.output
    for line, following in pairwise([*lines, ""]):
        assert not line.startswith("✗") or "→" in following or "self-test" in line, line


def test_devices_are_listed_by_kind_or_reported_as_missing():
    ended = CliRunner().invoke(cli, ["devices"])
    headings = [line for line in ended.stdout.splitlines() if not line.startswith(" ")]
    assert headings == ["Cameras", "Microphones", "Loudspeakers that can be told from your voice"]
    named = [line for line in ended.stdout.splitlines() if line.startswith("  ")]
    assert len(named) >= 3
    assert (ended.exit_code == 3) == (count(cameras) + count(microphones) == 0)


def count(listed: Callable[[], list[Device]]) -> int:
    try:
        return len(listed())
    except MonitorError:  # a machine without any sound system has a sentence of its own
        return 0


def test_models_are_listed_with_size_licence_and_state(own_home: Path):
    ended = CliRunner().invoke(cli, ["models", "list"])
    assert ended.exit_code == 0
    (vosk,) = [line for line in ended.stdout.splitlines() if line.split()[:1] == ["vosk-model-small-en-us-0.15"]]
    assert "41.2" in vosk
    assert vosk.split()[-1] == "no"
    assert str(own_home / "models") in ended.stdout.replace("\n", "")


def test_an_unknown_model_gets_one_sentence_that_names_the_known_ones():
    ended = CliRunner().invoke(cli, ["models", "pull", "grandiose"])
    assert ended.exit_code == 2
    assert "vosk-model-small-en-us-0.15" in one_sentence(ended.stderr)


def test_bench_shows_a_table_and_writes_the_figures(tmp_path: Path):
    report = tmp_path / "bench.json"
    ended = CliRunner().invoke(cli, ["bench", "--random-weights", "--device", "cpu", "--report", str(report)])
    assert ended.exit_code == 0, ended.stderr
    figures = json.loads(report.read_text(encoding="utf-8"))
    assert figures["profile"] == "compact"
    assert figures["device"] == "cpu"
    assert "naive" in ended.stdout.lower()


def test_letters_that_the_encoding_of_the_output_lacks_are_replaced():
    code = (
        "import sys; from app.commands import doctor_selfcheck as own; from app.commands.doctor_checks import *\n"
        "own.checkpoint = own.golden_clip = lambda: Finding('é', Mark.WELL, 'ok')\n"
        "sys.argv = ['edu-emotionnet', 'doctor', '--model']; from app.__main__ import main; main()"
    )
    latin = os.environ | {"PYTHONIOENCODING": "latin-1"}
    shown = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, env=latin, capture_output=True, check=False)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert shown.stdout.startswith("? é".encode("latin-1"))
