"""A killed training run that goes on ends where an undisturbed one ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from core.training.loop import Schedule, fit

SCHEDULE = Schedule(epochs=4, batch=8, peak_rate=0.05)


class Line:
    """Learn y = 3x - 1 from noisy points."""

    name = "line"

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.module = nn.Sequential(nn.Linear(1, 8), nn.Dropout(0.1), nn.Linear(8, 1))

    def steps(self) -> int:
        return 10

    def batches(self, epoch: int) -> Iterator[Tensor]:
        generator = torch.Generator().manual_seed(epoch)
        for _ in range(self.steps()):
            yield torch.rand(8, 1, generator=generator)

    def loss(self, batch: Tensor) -> Tensor:
        return (self.module(batch).float() - (3 * batch - 1)).square().mean()

    def score(self) -> dict[str, float]:
        return {"error": float(self.loss(torch.linspace(0, 1, 20)[:, None]))}


def test_killed_and_gone_on_equals_undisturbed(tmp_path: Path) -> None:
    undisturbed, killed = Line(), Line()
    scores = fit(undisturbed, SCHEDULE, tmp_path / "one", lambda *_: None)

    def kill(what: str, done: int, total: int) -> None:
        if what == "line epoch 3" and done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(killed, SCHEDULE, tmp_path / "two", kill)
    again = Line()
    resumed = fit(again, SCHEDULE, tmp_path / "two", lambda *_: None)
    for one, two in zip(undisturbed.module.parameters(), again.module.parameters(), strict=True):
        torch.testing.assert_close(one, two)
    assert [round(score["error"], 6) for score in scores] == [round(score["error"], 6) for score in resumed]
    assert scores[-1]["error"] < scores[0]["error"]
