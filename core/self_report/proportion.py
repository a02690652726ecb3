"""A proportion of counted things with its confidence interval: never a bare percentage."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Proportion:
    """`part` of `whole`."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """Between 0 and 1; NaN where `whole` is 0."""
        return self.part / self.whole if self.whole else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval, valid for small counts and for proportions near 0 and 1; (0, 1) where `whole` is 0.

        It assumes independent counts. Reports close in time are correlated, so the true interval is a little wider.
        """
        if not self.whole:
            return 0.0, 1.0
        spread = Z_95**2 / self.whole
        middle = (self.value + spread / 2) / (1 + spread)
        half = math.sqrt(self.value * (1 - self.value) * spread + spread**2 / 4) / (1 + spread)
        return max(0.0, middle - half), min(1.0, middle + half)

    def words(self, fewest: int) -> str:
        """As the screen shows it: "72 % (52 to 86 %) of 25", or "too few (3)" below `fewest`."""
        if self.whole < fewest:
            return f"too few ({self.whole})"
        low, high = self.interval
        return f"{self.value:.0%} ({low * 100:.0f} to {high:.0%}) of {self.whole}".replace("%", " %")
