"""Results of a bench, as JSON and as a table for the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from rich.table import Table

BANDS = "bands of weights"
PARTS = ("faces", "preparing", "audio encoder", "visual encoder", "text encoder", "fusion", BANDS)
STEP, NAIVE = "whole step", "naive step"
EXPLAINING, STORING = "explaining it", "storing it"
EXTRAS = (EXPLAINING, STORING)
"""Work beyond a step: explaining while the Explain page is open, and storing, on the store's thread."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Milliseconds of every measured hop by name, and the configuration."""

    ms: dict[str, list[float]]
    profile: str
    checkpoint_sha256: str
    device: str
    threads: int
    hop_s: float

    @property
    def ratio(self) -> float:
        """Duration of the naive step over the step's: the median over the hops."""
        return float(np.median(np.array(self.ms[NAIVE]) / np.array(self.ms[STEP])))

    def share(self, name: str) -> float:
        """Duration of a part over the step's: the median over the hops."""
        return float(np.median(np.array(self.ms[name]) / np.array(self.ms[STEP])))

    def to_json(self) -> dict[str, Any]:
        """Returns plain values."""
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
            "bands_share_of_step": self.share(BANDS),
            "explaining_ms": _figures(self.ms[EXPLAINING]),
            "explaining_share_of_step": self.share(EXPLAINING),
            "storing_ms": _figures(self.ms[STORING]),
        }

    def to_table(self) -> Table:
        """Builds the table of milliseconds: the parts, the step, and the naive step."""
        from rich.table import Table

        weights = self.checkpoint_sha256[:8] or "random weights"
        title = f"{self.profile} ({weights}) on {self.device}, {self.threads} thread{'s' if self.threads > 1 else ''}"
        caption = (
            f"{len(self.ms[STEP])} hops; the naive step takes {self.ratio:.1f} x as long; "
            f"the bands are {self.share(BANDS):.1%} of a step, explaining it adds {self.share(EXPLAINING):.1%}"
        )
        table = Table("one hop", title=title, caption=caption)
        for heading in ("median ms", "95 % ms"):
            table.add_column(heading, justify="right")
        for name in (*PARTS, STEP, NAIVE, *EXTRAS):
            found = _figures(self.ms[name])
            table.add_row(name, f"{found['p50']:.1f}", f"{found['p95']:.1f}", end_section=name in (PARTS[-1], NAIVE))
        return table


def _figures(values_ms: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(np.array(values_ms), (50, 95))
    return {"p50": float(p50), "p95": float(p95)}
