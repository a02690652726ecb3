"""What a bench found, as JSON and as a table for the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from rich.table import Table

BANDS = "bands of weights"
PARTS = ("faces", "preparing", "audio encoder", "visual encoder", "text encoder", "fusion", BANDS)
STEP, NAIVE = "whole step", "naive step"


@dataclass(frozen=True, slots=True)
class Bench:
    """Milliseconds of every measured hop, by what was measured; and what it ran on."""

    ms: dict[str, list[float]]
    profile: str
    checkpoint_sha256: str
    device: str
    threads: int
    hop_s: float

    @property
    def ratio(self) -> float:
        """How many times as long the naive step takes: the median over pairs measured right after each other."""
        return float(np.median(np.array(self.ms[NAIVE]) / np.array(self.ms[STEP])))

    @property
    def bands_share(self) -> float:
        """Share of a step that the weights' bands cost: the median over pairs of the same hop."""
        return float(np.median(np.array(self.ms[BANDS]) / np.array(self.ms[STEP])))

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "profile": self.profile,
            "checkpoint_sha256": self.checkpoint_sha256,
            "device": self.device,
            "threads": self.threads,
            "hop_s": self.hop_s,
            "hops": len(self.ms[STEP]),
            "parts_ms": {name: _figures(self.ms[name]) for name in PARTS},
            "step_ms": _figures(self.ms[STEP]),
            "naive_step_ms": _figures(self.ms[NAIVE]),
            "naive_over_step": self.ratio,
            "bands_share_of_step": self.bands_share,
        }

    def to_table(self) -> Table:
        """Rows of milliseconds: the parts, their whole, and the naive way."""
        from rich.table import Table

        weights = self.checkpoint_sha256[:8] or "random weights"
        title = f"{self.profile} ({weights}) on {self.device}, {self.threads} thread{'s' if self.threads > 1 else ''}"
        caption = (
            f"{len(self.ms[STEP])} hops; the naive step takes {self.ratio:.1f} x as long; "
            f"the bands are {self.bands_share:.1%} of a step"
        )
        table = Table("one hop", title=title, caption=caption)
        for heading in ("median ms", "95 % ms"):
            table.add_column(heading, justify="right")
        for name in (*PARTS, STEP, NAIVE):
            found = _figures(self.ms[name])
            table.add_row(name, f"{found['p50']:.1f}", f"{found['p95']:.1f}", end_section=name == PARTS[-1])
        return table


def _figures(values_ms: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(np.array(values_ms), (50, 95))
    return {"p50": float(p50), "p95": float(p95)}
