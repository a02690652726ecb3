"""The one training loop: epochs with a warm-up and a cosine, saved after each so that a killed run goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from core.errors import DataError
from core.model.precision import has_bfloat16
from core.training.data import Progress
from core.writing import replace_file


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how strongly to learn. `decay` is AdamW's weight decay."""

    epochs: int
    batch: int
    peak_rate: float
    decay: float = 0.02
    warm_up_share: float = 0.1
    seed: int = 7


class Task(Protocol):
    """What is being learnt: a module, its batches (a function of the epoch alone), its loss and its score."""

    name: str

    @property
    def module(self) -> nn.Module:
        """What learns."""

    def steps(self) -> int:
        """Batches an epoch."""

    def batches(self, epoch: int) -> Iterator[Any]:
        """The batches of one epoch, the same for the same epoch."""

    def loss(self, batch: Any) -> Tensor:
        """Scalar loss of one batch."""

    def score(self) -> dict[str, float]:
        """Figures on validation identities."""


def fit(task: Task, schedule: Schedule, folder: Path, progress: Progress) -> list[dict[str, float]]:
    """Train to the end of the schedule, on from the last finished epoch in `folder`; returns the scores."""
    folder.mkdir(parents=True, exist_ok=True)
    optimizer = torch.optim.AdamW(task.module.parameters(), lr=schedule.peak_rate, weight_decay=schedule.decay)
    total = schedule.epochs * task.steps()
    if total == 0:
        raise DataError(f"Too few {task.name} to learn from: not one batch of {schedule.batch}. Use a larger pack.")
    warm_up = max(schedule.warm_up_share, min(0.5, 2 / total))  # two steps at least, or there is no slope
    rate = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, schedule.peak_rate, total_steps=total, pct_start=warm_up, div_factor=10
    )
    saved = folder / f"{task.name}.pt"
    scores: list[dict[str, float]] = []
    if saved.exists():
        state = torch.load(saved, weights_only=True)
        task.module.load_state_dict(state["module"])
        optimizer.load_state_dict(state["optimizer"])
        rate.load_state_dict(state["rate"])
        scores = state["scores"]
    for epoch in range(len(scores), schedule.epochs):
        torch.manual_seed(schedule.seed + epoch)
        seconds, loss = _one_epoch(task, epoch, optimizer, rate, progress)
        scores.append({"loss": loss, "seconds": seconds, **_scored(task)})
        progress(f"{task.name} epoch {epoch + 1}: {_in_words(scores[-1])}", epoch + 1, schedule.epochs)
        _save(saved, task, optimizer, rate, scores)
    task.module.eval()
    return scores


def _one_epoch(task: Task, epoch: int, optimizer: Any, rate: Any, progress: Progress) -> tuple[float, float]:
    task.module.train()
    began, total, steps = time.monotonic(), 0.0, task.steps()
    for step, batch in enumerate(task.batches(epoch)):
        with low_precision():
            loss = task.loss(batch)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(task.module.parameters(), 1.0)
        optimizer.step()
        rate.step()
        total += float(loss.detach())
        progress(f"{task.name} epoch {epoch + 1}", step + 1, steps)
    return time.monotonic() - began, total / steps


def low_precision() -> torch.autocast:
    """bfloat16 where this processor computes it itself (halves an epoch there), else plain float32."""
    return torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16("cpu"))


def _scored(task: Task) -> dict[str, float]:
    task.module.eval()
    with torch.inference_mode(), low_precision():
        return task.score()


def _in_words(score: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in score.items())


def _save(path: Path, task: Task, optimizer: Any, rate: Any, scores: list[dict[str, float]]) -> None:
    state = {
        "module": task.module.state_dict(),
        "optimizer": optimizer.state_dict(),
        "rate": rate.state_dict(),
        "scores": scores,
    }
    replace_file(path, lambda fresh: torch.save(state, fresh), DataError)
