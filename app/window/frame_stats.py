"""Measures the time between the window's ticks, and the delay from a step's window end to its painted curve."""

from __future__ import annotations

from collections import deque
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from core.reporting.run_report import ScreenFigures
from core.status import Percentiles

KEPT_TICKS = 30 * 600
"""Ten minutes of ticks."""


class FrameStats:
    """Collects ticks and drawn steps; `figures` go into the report."""

    def __init__(self) -> None:
        self._ticks_s: deque[float] = deque(maxlen=KEPT_TICKS)
        self._delays_s: deque[float] = deque(maxlen=KEPT_TICKS)

    def reset(self) -> None:
        """Discards all measurements, when a session becomes live."""
        self._ticks_s.clear()
        self._delays_s.clear()

    def tick(self) -> None:
        """Records one tick of the window's timer."""
        self._ticks_s.append(perf_counter())

    def drawn(self, delay_s: float) -> None:
        """Records that a step's curve was painted `delay_s` after the step's window had ended."""
        self._delays_s.append(delay_s)

    def figures(self) -> ScreenFigures:
        """The measurements since `reset`; None for what was not measured."""
        frames_ms = 1e3 * np.diff(np.array(self._ticks_s))
        delays_ms = 1e3 * np.array(self._delays_s)
        if not frames_ms.size:
            return ScreenFigures()
        return ScreenFigures(
            _percentiles(delays_ms) if delays_ms.size else None,
            round(1e3 / float(frames_ms.mean()), 1),
            round(float(np.percentile(frames_ms, 99)), 1),
        )


def _percentiles(values: NDArray[np.float64]) -> Percentiles:
    p50, p95, worst = np.percentile(values, (50, 95, 100)).round(1)
    return Percentiles(float(p50), float(p95), float(worst))
