"""An interrupted training run that resumes ends like an uninterrupted one, and so do two processes that share it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from core.errors import DataError
from core.training.distributed import part_of, to_device
from core.training.training_loop import TrainingSchedule, fit
from tests.support.shared_run import SCHEDULE, Line

CHECKOUT = Path(__file__).parents[3]
ENDS_WITHIN_S = 120


def silent(what: str, done: int, total: int) -> None:
    """Discards progress reports."""


def same_weights(one: Line, two: Line) -> bool:
    states = one.module.state_dict(), two.module.state_dict()
    return all(torch.equal(states[0][name], states[1][name]) for name in states[0])


def test_a_resumed_run_is_bit_identical_to_an_uninterrupted_one(tmp_path: Path) -> None:
    undisturbed, killed = Line(dropout=0.1), Line(dropout=0.1)
    scores = fit(undisturbed, SCHEDULE, tmp_path / "one", silent)

    def kill(what: str, done: int, total: int) -> None:
        if what == "line epoch 2" and done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(killed, SCHEDULE, tmp_path / "two", kill)
    again = Line(dropout=0.1)
    resumed = fit(again, SCHEDULE, tmp_path / "two", silent)
    assert same_weights(undisturbed, again)
    assert [score["error"] for score in scores] == [score["error"] for score in resumed]
    assert [score["loss"] for score in scores] == [score["loss"] for score in resumed]
    assert scores[-1]["error"] < scores[0]["error"]


def test_a_finished_run_is_read_instead_of_repeated(tmp_path: Path) -> None:
    first = Line()
    scores = fit(first, SCHEDULE, tmp_path, silent)
    told: list[str] = []
    second = Line()
    assert fit(second, SCHEDULE, tmp_path, lambda what, *_: told.append(what)) == scores
    assert not told
    assert same_weights(first, second)


def test_the_saved_state_is_plain_torch_and_resumable(tmp_path: Path) -> None:
    """Runs of older versions of the loop resume: four entries, without a wrapper's names in them."""
    plain = Line()
    optimizer = torch.optim.AdamW(plain.module.parameters(), lr=SCHEDULE.peak_rate, weight_decay=SCHEDULE.decay)
    rate = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, SCHEDULE.peak_rate, total_steps=30, pct_start=0.1, div_factor=10
    )
    torch.manual_seed(SCHEDULE.seed)
    for batch in plain.batches(0):
        optimizer.zero_grad()
        plain.loss(batch).backward()
        torch.nn.utils.clip_grad_norm_(plain.module.parameters(), 1.0)
        optimizer.step()
        rate.step()
    state = {
        "module": plain.module.state_dict(),
        "optimizer": optimizer.state_dict(),
        "rate": rate.state_dict(),
        "scores": [{"loss": 1.0, "seconds": 1.0, "error": plain.score()["error"]}],
    }
    torch.save(state, tmp_path / "line.pt")
    task = Line()
    scores = fit(task, SCHEDULE, tmp_path, silent)
    assert len(scores) == SCHEDULE.epochs
    assert scores[-1]["error"] < scores[0]["error"]
    saved = torch.load(tmp_path / "line.pt", weights_only=True)
    assert set(saved) == set(state)
    assert set(saved["module"]) == set(plain.module.state_dict())
    assert saved["rate"]["last_epoch"] == 30


def test_two_processes_equal_one_and_only_the_main_one_reports(tmp_path: Path) -> None:
    fit(Line(), SCHEDULE, tmp_path / "one", silent)
    launch = ["-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", "2", "--num_machines", "1"]
    launch += ["--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", "0"]
    ended = subprocess.run(
        [sys.executable, *launch, "-m", "tests.support.shared_run", str(tmp_path / "two")],
        cwd=CHECKOUT,
        env=os.environ | {"OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"},
        capture_output=True,
        text=True,
        check=False,
        timeout=ENDS_WITHIN_S,
    )
    assert ended.returncode == 0, ended.stderr
    one, two = (torch.load(tmp_path / name / "line.pt", weights_only=True) for name in ("one", "two"))
    for name, value in one["module"].items():
        torch.testing.assert_close(two["module"][name], value, rtol=1e-4, atol=1e-5)
    for mine, theirs in zip(one["scores"], two["scores"], strict=True):
        assert theirs["loss"] == pytest.approx(mine["loss"], rel=1e-4)
    left = sorted(file.name for file in (tmp_path / "two").glob("*-*"))
    assert left == ["process-0-of-2", "process-1-of-2", "told-by-0"]


def test_batches_of_any_structure_are_divided_completely() -> None:
    batch = (torch.arange(6), {"a": [torch.arange(12).view(6, 2)]}, "as it is")
    parts = [part_of(batch, index, 2) for index in range(2)]
    assert torch.equal(torch.cat([part[0] for part in parts]), batch[0])
    assert torch.equal(torch.cat([part[1]["a"][0] for part in parts]), batch[1]["a"][0])
    assert parts[1][2] == "as it is"
    assert part_of(batch, 0, 1) is batch
    assert to_device(batch, "cpu")[0].device.type == "cpu"


def test_parameter_groups_have_their_share_of_the_rate(tmp_path: Path) -> None:
    task = Line()
    before = [parameter.detach().clone() for parameter in task.module.parameters()]
    inner, outer = list(task.module[0].parameters()), list(task.module[3].parameters())
    fit(task, SCHEDULE, tmp_path, silent, groups=[(outer, 1.0), (inner, 1e-6)])
    moves = [float((new.detach() - old).abs().max()) for new, old in zip(task.module.parameters(), before, strict=True)]
    assert max(moves[:2]) < 1e-4 < min(moves[2:])


def test_too_little_training_data_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Too few line"):
        fit(Line(), TrainingSchedule(epochs=0, batch=8, peak_rate=0.1), tmp_path, silent)
