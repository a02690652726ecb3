"""A tiny task for the training loop, and a program that learns it: run alone or as one of several processes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor, nn

from core.training.distributed import end_process, processes
from core.training.training_loop import TrainingSchedule, fit

SCHEDULE = TrainingSchedule(epochs=3, batch=8, peak_rate=0.05)


class Line:
    """Learn y = 3x - 1 from points."""

    name = "line"

    def __init__(self, dropout: float = 0.0) -> None:
        torch.manual_seed(0)
        self.module = nn.Sequential(nn.Linear(1, 8), nn.Dropout(dropout), nn.Tanh(), nn.Linear(8, 1))

    def steps(self) -> int:
        return 10

    def batches(self, epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
        generator = torch.Generator().manual_seed(epoch)
        for _ in range(self.steps()):
            points = torch.rand(SCHEDULE.batch, 1, generator=generator)
            yield points, 3 * points - 1

    def loss(self, batch: tuple[Tensor, Tensor]) -> Tensor:
        points, heights = batch
        with torch.autocast("cpu", enabled=False):  # whatever the precision of the run: runs are compared with it
            return (self.module(points) - heights).square().mean()

    def score(self) -> dict[str, float]:
        points = torch.linspace(0, 1, 20)[:, None]
        return {"error": float(self.loss((points, 3 * points - 1)).detach())}


def main(folder: Path) -> None:
    """Learn, and leave a file for every process, and for every one that told something."""
    told: list[str] = []
    fit(Line(), SCHEDULE, folder, lambda what, *_: told.append(what))
    here = processes()
    (folder / f"process-{here.process_index}-of-{here.num_processes}").touch()
    if told:
        (folder / f"told-by-{here.process_index}").touch()
    end_process()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
