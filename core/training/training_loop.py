"""The training loop: epochs with warm-up and cosine decay, saved after each epoch so that a run can resume."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import Tensor, nn

from core.atomic_files import replace_file
from core.errors import DataError
from core.training.distributed import accepting_any_device, open_accelerator, part_of, to_device
from core.training.pack.data import Progress

if TYPE_CHECKING:
    from accelerate import Accelerator


@dataclass(frozen=True, slots=True)
class TrainingSchedule:
    """Length and learning rate of a training. `decay` is AdamW's weight decay."""

    epochs: int
    batch: int
    peak_rate: float
    decay: float = 0.02
    warm_up_share: float = 0.1
    seed: int = 7


class TrainingTask(Protocol):
    """A trainable module with its batches (a function of the epoch alone), its loss and its validation metrics."""

    name: str

    @property
    def module(self) -> nn.Module:
        """The module to train."""

    def steps(self) -> int:
        """Batches per epoch."""

    def batches(self, epoch: int) -> Iterator[Any]:
        """Yields the batches of one epoch, always the same for the same epoch."""

    def loss(self, batch: Any) -> Tensor:
        """Computes the scalar loss of one batch."""

    def score(self) -> dict[str, float]:
        """Computes metrics on validation identities."""


Groups = list[tuple[list[nn.Parameter], float]]
"""Parameter groups: parameters, and their learning rate relative to the schedule's."""


def fit(
    task: TrainingTask, schedule: TrainingSchedule, folder: Path, progress: Progress, groups: Groups | None = None
) -> list[dict[str, float]]:
    """Trains to the end of the schedule, resuming after the last finished epoch in `folder`; returns the scores.

    With several processes each takes its part of every batch, gradients are averaged, and the main process writes files
    and reports progress.
    """
    steps = schedule.epochs * task.steps()
    if steps == 0:
        raise DataError(f"Too few {task.name} to learn from: not one batch of {schedule.batch}. Use a larger pack.")
    processes = open_accelerator()
    if schedule.batch % processes.num_processes:
        raise DataError(
            f"A batch of {schedule.batch} {task.name} cannot be shared evenly by {processes.num_processes} processes. "
            "Start a number of them that divides it."
        )
    run = _Run(task, schedule, folder / f"{task.name}.pt", processes, groups)
    scores = run.resume()
    run.share()
    report = progress if processes.is_main_process else _silent
    for epoch in range(len(scores), schedule.epochs):
        torch.manual_seed(schedule.seed + epoch + _SEED_STEP * processes.process_index)
        seconds, loss = run.epoch(epoch, report)
        scores.append({"loss": loss, "seconds": seconds, **run.evaluate()})
        report(f"{task.name} epoch {epoch + 1}: {_summary(scores[-1])}", epoch + 1, schedule.epochs)
        run.save(scores)
    task.module.to("cpu").eval()
    return scores


_SEED_STEP = 100_003
"""Offset of the random seed per process, so that each draws other dropout masks; 0 for the main process."""


class _Run:
    """State of one call of `fit`: the task, its optimizer and learning rate, and the other processes."""

    def __init__(
        self, task: TrainingTask, schedule: TrainingSchedule, saved: Path, processes: Accelerator, groups: Groups | None
    ) -> None:
        self._task, self._saved, self._processes = task, saved, processes
        total = max(schedule.epochs * task.steps(), 3)  # warm-up and decay need that many
        task.module.to(processes.device)
        trained = groups or [(list(task.module.parameters()), 1.0)]
        rates = [schedule.peak_rate * share for _, share in trained]
        self._parameters = [parameter for parameters, _ in trained for parameter in parameters]
        self._optimizer: Any = torch.optim.AdamW(
            [{"params": parameters, "lr": rate} for (parameters, _), rate in zip(trained, rates, strict=True)],
            lr=schedule.peak_rate,
            weight_decay=schedule.decay,
        )
        warm_up = max(schedule.warm_up_share, min(0.5, 2 / total))  # at least two steps of warm-up
        self._rate = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, rates, total_steps=total, pct_start=warm_up, div_factor=10
        )

    def resume(self) -> list[dict[str, float]]:
        """Restores the last finished epoch; returns its scores and the earlier ones, none for a new run."""
        self._saved.parent.mkdir(parents=True, exist_ok=True)
        if not self._saved.exists():
            return []
        state = torch.load(self._saved, map_location="cpu", weights_only=True)
        self._task.module.load_state_dict(state["module"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._rate.load_state_dict(state["rate"])
        scores: list[dict[str, float]] = state["scores"]
        return scores

    def share(self) -> None:
        """Prepares for the other processes, once all of them have restored their state."""
        self._processes.wait_for_everyone()
        self._loss, self._optimizer = self._processes.prepare(_Loss(self._task), self._optimizer)

    def epoch(self, epoch: int, report: Progress) -> tuple[float, float]:
        """Trains one epoch; returns its seconds, and the mean loss over all processes."""
        task, processes = self._task, self._processes
        task.module.train()
        began, total, steps = time.monotonic(), 0.0, task.steps()
        for step, batch in enumerate(task.batches(epoch)):
            part = to_device(part_of(batch, processes.process_index, processes.num_processes), processes.device)
            loss = self._loss(part)
            self._optimizer.zero_grad(set_to_none=True)
            processes.backward(loss)
            processes.clip_grad_norm_(self._parameters, 1.0)
            self._optimizer.step()
            if not processes.optimizer_step_was_skipped:  # float16 skips steps whose gradients overflow
                self._rate.step()
            total += float(loss.detach())
            report(f"{task.name} epoch {epoch + 1}", step + 1, steps)
        mean = processes.reduce(torch.tensor(total / steps, dtype=torch.float64, device=processes.device), "mean")
        return time.monotonic() - began, float(mean)

    def evaluate(self) -> dict[str, float]:
        """Computes the task's metrics, the same in every process."""
        module = self._task.module.eval()
        with torch.inference_mode(), self._processes.autocast(), accepting_any_device(module):
            return self._task.score()

    def save(self, scores: list[dict[str, float]]) -> None:
        """Writes the state for resuming, atomically."""
        if self._processes.is_main_process:
            state = {
                "module": self._task.module.state_dict(),
                "optimizer": self._optimizer.state_dict(),
                "rate": self._rate.state_dict(),
                "scores": scores,
            }
            replace_file(self._saved, lambda fresh: torch.save(state, fresh), DataError)
        self._processes.wait_for_everyone()


class _Loss(nn.Module):
    """A task's loss as a module, so that its gradients are exchanged between processes."""

    def __init__(self, task: TrainingTask) -> None:
        super().__init__()
        self.module = task.module
        self._of = task.loss

    def forward(self, batch: Any) -> Tensor:
        """Computes the scalar loss of one batch."""
        return self._of(batch)


def _silent(what: str, done: int, total: int) -> None:
    """Reports nothing; the main process does."""


def _summary(score: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in score.items())
