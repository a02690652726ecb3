"""Invalid command line options end the program with one sentence before anything opens."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.__main__ import cli
from app.commands.options import check_model
from core.settings import ModelSettings
from tests.app.commands.test_cli import one_sentence


@pytest.fixture(autouse=True)
def own_home(home: Path) -> Path:
    return home


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--device", "tpu", "--demo"], "model.device"),
        (["--profile", "huge", "--demo"], "model.profile"),
        (["--file", "missing.mp4"], "missing.mp4"),
        (["--demo", "--report", "no/such/folder/report.json"], "folder"),
        (["--demo", "--screenshot", "."], "folder"),
        (["--demo", "--screenshot", "window.docx"], "picture"),
        (["--demo", "--file", "clip.mp4"], "Choose one"),
        (["--demo", "--open", "session.db"], "Choose one"),
        (["--open", "missing.db"], "There is no session at missing.db"),
        (["--demo", "--checkpoint", "nowhere"], "No weights at nowhere"),
        (["--demo", "--profile", "paper"], "--random-weights"),
        (["--profile", "paper", "--random-weights", "bench"], "--profile, --random-weights before 'bench'"),
        (["--device", "cpu", "models", "list"], "--device before 'models'"),
        (["analyze", "missing.mp4", "--out", "out"], "missing.mp4"),
    ],
)
def test_an_invalid_option_gives_one_sentence_and_exit_code_2(arguments, said):
    ended = CliRunner().invoke(cli, arguments)
    assert ended.exit_code == 2
    assert said in one_sentence(ended.stderr)


def test_missing_cuda_is_reported_before_the_window_opens(monkeypatch: pytest.MonkeyPatch):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    ended = CliRunner().invoke(cli, ["--demo", "--device", "cuda"])
    assert ended.exit_code == 2
    assert "No CUDA device" in one_sentence(ended.stderr)


def test_invalid_saved_settings_are_left_to_the_window():
    check_model(ModelSettings(profile="paper", device="cuda"), named=False, device_named=False)
